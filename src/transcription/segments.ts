import { endOf, type SpokenWord, textOf } from "./spoken-words.ts";
import type { Segment } from "./transcript.ts";

/** What all segments of a clip have in common. */
export interface SegmentSource {
  readonly confidence: number | null;
  readonly requestId: string | null;
}

/** A silence that always ends a segment, and one that ends a long segment, in ms. */
const pauseMs = { always: 1000, long: 300 };
/** Characters from which a segment is long: what two lines of subtitles hold. */
const longSegment = 84;

/** The words of a clip as segments: sentences, parted where somebody pauses, and long ones at a comma or a breath. */
export function segmentsOf(words: readonly SpokenWord[], source: SegmentSource): Segment[] {
  const starts = sentenceStarts(words);
  const segments: Segment[] = [];
  let current: SpokenWord[] = [];
  // Counted along the way: a service that breaks may send a megabyte without a pause.
  let characters = 0;
  for (const [index, word] of words.entries()) {
    const last = current.at(-1);
    if (last !== undefined && (starts.has(index) || endsAt(last, word, characters))) {
      segments.push(segmentOf(current, source));
      current = [];
      characters = 0;
    }
    characters += word.text.length + (word.spaced && current.length > 0 ? 1 : 0);
    current.push(word);
  }
  if (current.length > 0) segments.push(segmentOf(current, source));
  return segments;
}

function endsAt(last: SpokenWord, next: SpokenWord, characters: number): boolean {
  const silenceMs = next.startMs - last.endMs;
  if (silenceMs >= pauseMs.always) return true;
  return characters >= longSegment && (silenceMs >= pauseMs.long || endOf(last) !== "none");
}

/** Indexes of the words that begin a sentence, by Unicode's rules. */
function sentenceStarts(words: readonly SpokenWord[]): Set<number> {
  const sentences = new Intl.Segmenter("en", { granularity: "sentence" }).segment(textOf(words));
  const offsets = new Set(Array.from(sentences, (sentence) => sentence.index));
  const starts = new Set<number>();
  let offset = 0;
  for (const [index, word] of words.entries()) {
    if (index > 0 && word.spaced) offset += 1;
    if (offsets.has(offset)) starts.add(index);
    offset += word.text.length;
  }
  return starts;
}

function segmentOf(words: readonly SpokenWord[], { confidence, requestId }: SegmentSource): Segment {
  return {
    startMs: Math.round(words[0]?.startMs ?? 0),
    endMs: Math.round(words.at(-1)?.endMs ?? 0),
    text: textOf(words),
    confidence,
    requestId,
    estimated: words.some((word) => word.estimated),
    words: words.map(({ text, spaced, startMs, endMs }) => ({
      text,
      spaced,
      startMs: Math.round(startMs),
      endMs: Math.round(endMs),
    })),
  };
}
