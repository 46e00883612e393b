import type { ClipPiece, Span } from "../audio/pcm.ts";
import type { Word } from "../recognizers/recognizer.ts";
import { type SpokenWord, wordsOfText, type WrittenWord } from "./spoken-words.ts";
import { spreadWords } from "./spread-words.ts";

/** Where a clip's audio is from, in recording time. */
export interface ClipPlace {
  readonly pieces: readonly ClipPiece[];
  readonly speech: readonly Span[];
}

/** Two recognitions of more words than this multiplied are not compared word by word: no clip holds so many. */
const mostComparisons = 4_000_000;

/**
 * The words of a clip's text in recording time. The text decides what was said; the service's word times, which come
 * without punctuation and sometimes with other spelling, are matched to it. Without them the words are spread over the
 * clip's speech by their length, and marked estimated.
 */
export function timeWords(text: string, heard: readonly Word[] | null, place: ClipPlace): SpokenWord[] {
  const written = wordsOfText(text);
  const timed = heard === null ? [] : timedKeys(heard, place.pieces);
  if (timed.length === 0 || timed.length * written.length > mostComparisons)
    return spreadWords(written, place.speech, true);

  const words: SpokenWord[] = [];
  let done = { written: 0, timed: 0 };
  for (const [writtenIndex, timedIndex] of commonKeys(written, timed)) {
    const word = written[writtenIndex];
    const time = timed[timedIndex];
    if (word === undefined || time === undefined) continue;
    const unheard = written.slice(done.written, writtenIndex);
    words.push(
      ...fillIn(unheard, timed.slice(done.timed, timedIndex), {
        afterMs: words.at(-1)?.endMs ?? time.startMs,
        beforeMs: time.startMs,
      }),
    );
    words.push({ ...word, startMs: time.startMs, endMs: time.endMs, estimated: false });
    done = { written: writtenIndex + 1, timed: timedIndex + 1 };
  }
  const lastMs = words.at(-1)?.endMs ?? 0;
  const speechEndMs = place.speech.at(-1)?.endMs ?? lastMs;
  words.push(
    ...fillIn(written.slice(done.written), timed.slice(done.timed), {
      afterMs: lastMs,
      beforeMs: speechEndMs,
    }),
  );
  return words;
}

/** Words that the service timed under another spelling, or not at all: they take the times of what it heard there. */
function fillIn(
  words: readonly WrittenWord[],
  heard: readonly TimedKey[],
  gap: { readonly afterMs: number; readonly beforeMs: number },
): SpokenWord[] {
  const startMs = heard[0]?.startMs ?? gap.afterMs;
  const endMs = heard.at(-1)?.endMs ?? gap.beforeMs;
  return spreadWords(words, [{ startMs, endMs: Math.max(startMs, endMs) }], false);
}

interface TimedKey extends Span {
  readonly key: string;
}

/** Word times as the service gave them, in recording time, never backwards. Empty where they say nothing. */
function timedKeys(heard: readonly Word[], pieces: readonly ClipPiece[]): TimedKey[] {
  const clipMs = pieces.reduce((sum, piece) => sum + piece.durationMs, 0);
  if (!heard.some((word) => word.endMs > 0)) return [];
  const keys: TimedKey[] = [];
  let lastMs = 0;
  for (const word of heard) {
    const startMs = Math.min(clipMs, Math.max(lastMs, word.startMs));
    const endMs = Math.min(clipMs, Math.max(startMs, word.endMs));
    lastMs = startMs;
    const span = { startMs: recordingMs(pieces, startMs, "start"), endMs: recordingMs(pieces, endMs, "end") };
    span.endMs = Math.max(span.startMs, span.endMs);
    for (const { key, startMs, endMs } of spreadWords(wordsOfText(word.text), [span], false))
      keys.push({ key, startMs, endMs });
  }
  return keys;
}

/** Clip time in recording time. At the seam of two pieces a start belongs to the later one and an end to the earlier. */
function recordingMs(pieces: readonly ClipPiece[], clipMs: number, edge: "start" | "end"): number {
  const piece =
    pieces.find(({ clipStartMs, durationMs }) =>
      edge === "start" ? clipMs < clipStartMs + durationMs : clipMs <= clipStartMs + durationMs,
    ) ?? pieces.at(-1);
  return piece === undefined
    ? clipMs
    : piece.startMs + Math.min(clipMs - piece.clipStartMs, piece.durationMs);
}

/** The longest common run of keys, as pairs of indexes in order. */
function commonKeys(
  written: readonly WrittenWord[],
  timed: readonly TimedKey[],
): (readonly [number, number])[] {
  const columns = timed.length + 1;
  const longest = new Uint32Array((written.length + 1) * columns);
  const at = (row: number, column: number): number => longest[row * columns + column] ?? 0;
  for (let row = written.length - 1; row >= 0; row -= 1)
    for (let column = timed.length - 1; column >= 0; column -= 1)
      longest[row * columns + column] =
        written[row]?.key === timed[column]?.key
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));

  const pairs: (readonly [number, number])[] = [];
  let row = 0;
  let column = 0;
  while (row < written.length && column < timed.length) {
    if (written[row]?.key === timed[column]?.key) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}
