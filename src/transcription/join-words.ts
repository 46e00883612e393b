import type { Span } from "../audio/pcm.ts";
import { alignWords, type WordPair } from "./align-words.ts";
import type { SpokenWord } from "./spoken-words.ts";

/** The words of two clips that share audio, without what both of them heard twice. */
export interface JoinedWords {
  readonly before: readonly SpokenWord[];
  readonly after: readonly SpokenWord[];
}

/** How far beside the overlap an exact time may put a word of it, in ms. */
const slackMs = 400;
/** Nobody says more words a second, nor ideographs: so many may be in an overlap where times are only estimated. */
const wordsPerSecond = 8;

/**
 * Joins the words of two clips over the audio that both hold, so that each word said there comes once. The words of both
 * sides are aligned by sound and time, and the join is made at a word that both heard alike, as far from the clips' edges as
 * can be, because the words at the edges are cut. Where the sides have nothing in common the middle of the overlap parts
 * them.
 */
export function joinWords(
  before: readonly SpokenWord[],
  after: readonly SpokenWord[],
  overlap: Span,
): JoinedWords {
  const { tail, head } = shared(before, after, overlap);
  if (tail.length === 0 || head.length === 0) return { before, after };

  const pair = joinPair(alignWords(tail, head), tail.length);
  const word = pair === undefined ? undefined : joinedWord(tail, head, pair);
  if (pair === undefined || word === undefined)
    return partedAt((overlap.startMs + overlap.endMs) / 2, { before, after });
  return {
    before: [...before.slice(0, before.length - tail.length + pair.before), word],
    after: after.slice(pair.after + 1),
  };
}

/** The words of both sides that may lie in the overlap. */
function shared(
  before: readonly SpokenWord[],
  after: readonly SpokenWord[],
  { startMs, endMs }: Span,
): { readonly tail: readonly SpokenWord[]; readonly head: readonly SpokenWord[] } {
  const most = Math.ceil(((endMs - startMs) / 1000) * wordsPerSecond);
  const tail = before.slice(-most);
  const head = after.slice(0, most);
  if ([...tail.slice(-1), ...head.slice(0, 1)].some((word) => word.estimated)) return { tail, head };
  return {
    tail: tail.filter((word) => word.endMs > startMs - slackMs),
    head: head.filter((word) => word.startMs < endMs + slackMs),
  };
}

/** The pair to join at: the same word, best one said once, far from both edges; where there is none, any that sounds alike. */
function joinPair(pairs: readonly WordPair[], tailLength: number): WordPair | undefined {
  const wordsFromEdge = ({ before, after }: WordPair): number => Math.min(tailLength - 1 - before, after);
  const certain = pairs.filter((pair) => pair.same === "once" && wordsFromEdge(pair) > 0);
  const same = pairs.filter((pair) => pair.same !== "no");
  let safest: WordPair | undefined;
  for (const pair of [certain, same, pairs].find((some) => some.length > 0) ?? [])
    if (safest === undefined || wordsFromEdge(pair) > wordsFromEdge(safest)) safest = pair;
  return safest;
}

/** What precedes a word decides its capital, what follows it its punctuation: each side knows one of them. */
function joinedWord(
  tail: readonly SpokenWord[],
  head: readonly SpokenWord[],
  pair: WordPair,
): SpokenWord | undefined {
  const one = tail[pair.before];
  const other = head[pair.after];
  if (one === undefined || other === undefined) return undefined;
  if (pair.same !== "no")
    return {
      ...one,
      text: one.text.replace(punctuationAfter, "") + (punctuationAfter.exec(other.text)?.[0] ?? ""),
    };
  // Heard differently: the side whose edge is further away heard all of it.
  return tail.length - 1 - pair.before < pair.after ? { ...other, spaced: one.spaced } : one;
}

const punctuationAfter = /[^\p{L}\p{N}\p{M}]+$/u;

function partedAt(timeMs: number, { before, after }: JoinedWords): JoinedWords {
  return {
    before: before.filter((word) => middleMs(word) < timeMs),
    after: after.filter((word) => middleMs(word) >= timeMs),
  };
}

function middleMs(word: SpokenWord): number {
  return (word.startMs + word.endMs) / 2;
}
