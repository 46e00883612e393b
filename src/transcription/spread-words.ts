import type { Span } from "../audio/pcm.ts";
import { endOf, type SpokenWord, spokenWeight, type WrittenWord } from "./spoken-words.ts";

/** How far from its place by length a word may be moved so that a pause falls between sentences or clauses, in ms. */
const pull = { sentence: 1500, clause: 700, none: 0 };

/**
 * Spreads words over spans of speech by their length, for want of real times. People pause between sentences and clauses:
 * the longest pause is given to the best place near it first, then the same is done on both sides.
 */
export function spreadWords(
  words: readonly WrittenWord[],
  spans: readonly Span[],
  estimated: boolean,
): SpokenWord[] {
  if (words.length === 0) return [];
  const longest = longestPause(spans);
  if (longest === 0 || words.length === 1)
    return overOneSpan(words, longest === 0 ? spans[0] : longestSpan(spans), estimated);
  const before = wordsBefore(words, spans, longest);
  return [
    ...spreadWords(words.slice(0, before), spans.slice(0, longest), estimated),
    ...spreadWords(words.slice(before), spans.slice(longest), estimated),
  ];
}

/** Index of the span after the longest pause; 0 where there is no pause. */
function longestPause(spans: readonly Span[]): number {
  let longest = { index: 0, ms: -1 };
  for (let index = 1; index < spans.length; index += 1) {
    const ms = (spans[index]?.startMs ?? 0) - (spans[index - 1]?.endMs ?? 0);
    if (ms > longest.ms) longest = { index, ms };
  }
  return longest.index;
}

/** How many words come before a pause: at least one, and not all. */
function wordsBefore(words: readonly WrittenWord[], spans: readonly Span[], pause: number): number {
  const pauseAtMs = speechMs(spans.slice(0, pause));
  const msPerWeight = speechMs(spans) / weightOf(words);
  let best = { words: 1, score: -Infinity };
  let timeMs = 0;
  for (const [index, word] of words.slice(0, -1).entries()) {
    timeMs += spokenWeight(word) * msPerWeight;
    const score = pull[endOf(word)] - Math.abs(timeMs - pauseAtMs);
    if (score > best.score) best = { words: index + 1, score };
  }
  return best.words;
}

function longestSpan(spans: readonly Span[]): Span | undefined {
  return spans.toSorted((one, other) => speechMs([other]) - speechMs([one]))[0];
}

function speechMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

function weightOf(words: readonly WrittenWord[]): number {
  return words.reduce((sum, word) => sum + spokenWeight(word), 0);
}

function overOneSpan(
  words: readonly WrittenWord[],
  span: Span | undefined,
  estimated: boolean,
): SpokenWord[] {
  const { startMs, endMs } = span ?? { startMs: 0, endMs: 0 };
  const msPerWeight = (endMs - startMs) / weightOf(words);
  let done = 0;
  return words.map((word) => {
    const from = startMs + done * msPerWeight;
    done += spokenWeight(word);
    return { ...word, startMs: from, endMs: Math.min(endMs, startMs + done * msPerWeight), estimated };
  });
}
