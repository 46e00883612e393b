import type { PlannedClip } from "../audio/clip-plan.ts";
import { joinWords } from "./join-words.ts";
import { segmentsOf } from "./segments.ts";
import { spaceBetween, type SpokenWord, textOf } from "./spoken-words.ts";
import type { RecognizedClip } from "./transcriber.ts";
import type { Transcript } from "./transcript.ts";
import { timeWords } from "./word-times.ts";

/** A clip of the plan and what was recognized in it. */
export interface HeardClip {
  readonly planned: Pick<PlannedClip, "pieces" | "speech" | "overlapMs">;
  readonly recognized: RecognizedClip;
}

/** Puts the clips of a recording, in order, together to its words: joined at overlaps, in segments, in recording time. */
export function assembleTranscript(
  clips: readonly HeardClip[],
  about: Omit<Transcript, "text" | "confidence" | "segments">,
): Transcript {
  const words = inOrder(joinedClips(clips));
  const segments = words.flatMap((some, index) => {
    const { confidence = null, requestId = null } = clips[index]?.recognized ?? {};
    return segmentsOf(some, { confidence, requestId });
  });
  return {
    ...about,
    durationMs: Math.round(about.durationMs),
    lostMs: Math.round(about.lostMs),
    text: textOf(words.flat()),
    confidence: meanConfidence(clips),
    segments,
  };
}

/** The words of each clip, each word once. */
function joinedClips(clips: readonly HeardClip[]): (readonly SpokenWord[])[] {
  const joined: (readonly SpokenWord[])[] = [];
  for (const { planned, recognized } of clips) {
    let words: readonly SpokenWord[] = timeWords(recognized.text, recognized.words, planned);
    const before = joined.at(-1);
    if (planned.overlapMs > 0 && before !== undefined) {
      const startMs = planned.pieces[0]?.startMs ?? 0;
      const sides = joinWords(before, words, { startMs, endMs: startMs + planned.overlapMs });
      joined[joined.length - 1] = sides.before;
      words = sides.after;
    }
    joined.push(words);
  }
  return joined;
}

/**
 * Two clips may time the words by their join a little differently: here no word starts before the one before it or reaches
 * into the one after it. A clip's first word gets its space, which a text of its own does not have.
 */
function inOrder(clips: readonly (readonly SpokenWord[])[]): SpokenWord[][] {
  const ordered: SpokenWord[][] = clips.map(() => []);
  let last: SpokenWord | undefined;
  for (const [index, words] of clips.entries()) {
    for (const [position, word] of words.entries()) {
      const startMs = Math.max(word.startMs, last?.startMs ?? 0);
      const spaced = position > 0 ? word.spaced : last !== undefined && spaceBetween(last.text, word.text);
      last = { ...word, startMs, spaced };
      ordered[index]?.push(last);
    }
  }
  let nextMs = Infinity;
  for (const words of ordered.toReversed()) {
    for (const [position, word] of [...words.entries()].reverse()) {
      const endMs = Math.min(nextMs, Math.max(word.startMs, word.endMs));
      words[position] = { ...word, endMs };
      nextMs = word.startMs;
    }
  }
  return ordered;
}

/** Mean weighted by the speech in each clip; clips in which nothing was heard have no say. */
function meanConfidence(clips: readonly HeardClip[]): number | null {
  let weightMs = 0;
  let sum = 0;
  for (const { planned, recognized } of clips) {
    if (recognized.confidence === null || recognized.text === "") continue;
    const speechMs = planned.speech.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0);
    weightMs += speechMs;
    sum += speechMs * recognized.confidence;
  }
  // Sums of binary fractions are not what anybody typed: four decimals are more than a score means.
  return weightMs === 0 ? null : Math.round((sum / weightMs) * 10_000) / 10_000;
}
