import { breakLines, type LineWord, measureWord, secondLineAt } from "./cue-lines.ts";
import { spreadWords } from "./spread-words.ts";
import { endOf, spaceBetween, wordsOfText } from "./spoken-words.ts";
import type { Segment, SegmentWord } from "./transcript.ts";

/** One subtitle: up to two lines, shown for 1 to 7 seconds of the recording. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

const shortestCueMs = 1000;
const longestCueMs = 7000;
/** Reading takes time: about 17 characters a second. */
const readingMsPerCharacter = 1000 / 17;
/** A gap between two cues shorter than this would flicker. */
const flickerMs = 120;
/** A cue never bridges a silence longer than this. */
const longestSilenceMs = 2000;
/** Words that one cue is tried with: more never fit two lines. */
const mostWords = 84;

/** What speaks against a cue; the plan with the least sum is taken. */
const price = {
  cue: 4,
  endsInClause: 6,
  endsAtComma: 1.5,
  bridgesSentence: 1,
  bridgesSilence: 4,
  loneWord: 12,
  tooShort: 10,
  tooFast: 3,
};

interface CueWord extends SegmentWord, LineWord {
  /** What ends after it. */
  readonly end: ReturnType<typeof endOf>;
  readonly silenceAfterMs: number;
}

/**
 * Lays out segments as subtitles: times never overlap or go back, sentences stay together, no word stands alone. A cue that
 * could stay for its readers' sake ends with the recording, at `untilMs`.
 */
export function layOutCues(segments: readonly Segment[], untilMs = Infinity): Cue[] {
  const words = cueWords(segments);
  const cues: { words: readonly CueWord[]; lines: readonly string[] }[] = [];
  for (const [from, to] of bestGroups(words)) {
    const group = words.slice(from, to);
    cues.push({ words: group, lines: breakLines(group) ?? [] });
  }
  const shown: Cue[] = [];
  for (const [index, cue] of cues.entries()) {
    const wordsEndMs = cue.words.at(-1)?.endMs ?? 0;
    const startMs = Math.max(cue.words[0]?.startMs ?? 0, shown.at(-1)?.endMs ?? 0);
    const nextMs = cues[index + 1]?.words[0]?.startMs ?? Math.max(wordsEndMs, untilMs);
    const readMs = startMs + Math.max(shortestCueMs, cue.lines.join("").length * readingMsPerCharacter);
    const wantedMs = Math.max(wordsEndMs, Math.min(readMs, nextMs));
    const closedMs = nextMs - wantedMs < flickerMs ? nextMs : wantedMs;
    const endMs = Math.min(startMs + longestCueMs, Math.max(startMs + shortestCueMs, closedMs));
    shown.push({ startMs, endMs: Math.round(endMs), lines: cue.lines });
  }
  return shown;
}

function cueWords(segments: readonly Segment[]): CueWord[] {
  let before = "";
  const words = segments.flatMap((segment) => {
    const own = segment.words ?? spreadWords(wordsOfText(segment.text), [segment], segment.estimated);
    return own.flatMap((word, index) => {
      const end = index === own.length - 1 ? "sentence" : endOf(word);
      const spaced = index === 0 ? before !== "" && spaceBetween(before, word.text) : word.spaced;
      before = word.text;
      const times = { startMs: Math.round(word.startMs), endMs: Math.round(word.endMs) };
      return measureWord({ text: word.text, spaced, ...times, end });
    });
  });
  return words.map((word, index) => ({
    ...word,
    silenceAfterMs: (words[index + 1]?.startMs ?? Infinity) - word.endMs,
  }));
}

/** Cuts the words into groups that fit a cue, by dynamic programming over where each one ends. */
function bestGroups(words: readonly CueWord[]): (readonly [from: number, to: number])[] {
  const best: { readonly cost: number; readonly from: number }[] = [{ cost: 0, from: 0 }];
  for (let to = 1; to <= words.length; to += 1) {
    let found = { cost: Infinity, from: to - 1 };
    for (let from = to - 1; from >= Math.max(0, to - mostWords); from -= 1) {
      const group = words.slice(from, to);
      if (group.length > 1 && !fits(group)) break;
      const cost = (best[from]?.cost ?? Infinity) + costOf(group);
      if (cost < found.cost) found = { cost, from };
    }
    best.push(found);
  }
  const groups: (readonly [number, number])[] = [];
  for (let to = words.length; to > 0;) {
    const from = best[to]?.from ?? 0;
    groups.push([from, to]);
    to = from;
  }
  return groups.reverse();
}

function fits(group: readonly CueWord[]): boolean {
  const lengthMs = (group.at(-1)?.endMs ?? 0) - (group[0]?.startMs ?? 0);
  if (lengthMs > longestCueMs || (group[0]?.silenceAfterMs ?? 0) > longestSilenceMs) return false;
  return secondLineAt(group) !== undefined;
}

function costOf(group: readonly CueWord[]): number {
  const inside = group.slice(0, -1);
  const last = group.at(-1);
  if (last === undefined) return 0;
  const startMs = group[0]?.startMs ?? 0;
  const availableMs = last.endMs - startMs + Math.min(longestCueMs, last.silenceAfterMs);
  const characters = group.reduce((sum, word) => sum + word.text.length + 1, 0);
  let cost = price.cue;
  if (last.end === "clause" || (last.end === "none" && last.silenceAfterMs >= 300)) cost += price.endsAtComma;
  else if (last.end === "none") cost += price.endsInClause;
  for (const word of inside) {
    if (word.end === "sentence") cost += price.bridgesSentence;
    if (word.silenceAfterMs >= 700) cost += price.bridgesSilence;
  }
  if (group.length === 1 && availableMs < 2 * longestSilenceMs) cost += price.loneWord;
  if (availableMs < shortestCueMs) cost += price.tooShort;
  if (availableMs < (characters * readingMsPerCharacter) / 1.3) cost += price.tooFast;
  return cost;
}
