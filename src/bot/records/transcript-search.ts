import { setImmediate as othersFirst } from "node:timers/promises";

import type { FoundTranscript, Store, TranscriptPlace, TranscriptQuery } from "../../store/store.ts";

/** A transcript that has every word that was looked for. */
export interface SearchHit {
  readonly place: TranscriptPlace;
  readonly text: string;
}

/** What a search came to: some hits, and where it goes on, if it does. */
export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** The last transcript that was looked at; undefined at the end. */
  readonly next: Pick<TranscriptPlace, "createdAtMs" | "key"> | undefined;
}

export interface Search {
  readonly query: Omit<TranscriptQuery, "limit">;
  /** What to look for: words or parts of them, between blanks. All must be there. */
  readonly text: string;
  /** Only what this member said; null for everybody. */
  readonly speakerId: string | null;
  /** Whether the reader may see what was said there. */
  readonly mayRead: (place: TranscriptPlace) => boolean;
  readonly mostHits: number;
}

/** One search looks at no more transcripts than this; a further one goes on from there. */
export const mostLookedAt = 20_000;
/** Small enough that nothing else waits for long while a batch is decrypted. */
const batch = 200;

/**
 * Looks through transcripts from new to old. There is no index: one would hold the words a second time, beside the encrypted text.
 * What cannot be decrypted is passed over.
 */
export async function searchTranscripts(
  transcripts: Pick<Store["transcripts"], "page">,
  { query, text, speakerId, mayRead, mostHits }: Search,
): Promise<SearchPage> {
  const wanted = termsOf(text);
  const hits: SearchHit[] = [];
  let before = query.before;
  for (let looked = 0; looked < mostLookedAt; looked += batch) {
    const found = await transcripts.page({ ...query, before, limit: batch });
    for (const one of found) {
      before = one;
      if (speakerId !== null && one.memberId !== speakerId) continue;
      const words = mayRead(one) ? readable(one) : undefined;
      if (words === undefined || !hasAll(words, wanted)) continue;
      hits.push({ place: one, text: words });
      if (hits.length === mostHits) return { hits, next: cursorOf(one) };
    }
    if (found.length < batch) return { hits, next: undefined };
    // An embedded database answers within the same turn: without this everything else would wait for the whole search.
    await othersFirst();
  }
  return { hits, next: before && cursorOf(before) };
}

function cursorOf({ createdAtMs, key }: Pick<TranscriptPlace, "createdAtMs" | "key">): SearchPage["next"] {
  return { createdAtMs, key };
}

function readable(found: FoundTranscript): string | undefined {
  try {
    return found.words();
  } catch {
    // A row that was damaged must not hide the others.
    return undefined;
  }
}

/** Letters as they are compared: without case, accents and widths. */
function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
}

/** What is looked for, folded; the longest first, because it is the rarest. */
export function termsOf(text: string): readonly string[] {
  const terms = folded(text)
    .split(/\s+/u)
    .filter((term) => term !== "");
  return [...new Set(terms)].sort((one, other) => other.length - one.length);
}

function hasAll(words: string, terms: readonly string[]): boolean {
  const text = folded(words);
  return terms.every((term) => text.includes(term));
}

/** A part of a text and where in it the term stands that was found. */
export interface Snippet {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** The surroundings of the first place where a term is found, cut between letters. */
export function snippetOf(text: string, terms: readonly string[], aroundLength: number): Snippet {
  const letters = Array.from(text);
  const starts: number[] = [];
  let whole = "";
  for (const [index, letter] of letters.entries()) {
    const fold = folded(letter);
    for (let unit = 0; unit < fold.length; unit++) starts.push(index);
    whole += fold;
  }
  const found = terms
    .map((term) => ({ at: whole.indexOf(term), length: term.length }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)[0];
  const start = found === undefined ? 0 : (starts[found.at] ?? 0);
  const end = found === undefined ? 0 : (starts[found.at + found.length - 1] ?? start) + 1;
  const from = Math.max(0, start - aroundLength);
  const to = Math.min(letters.length, end + aroundLength);
  return {
    before: (from > 0 ? "…" : "") + letters.slice(from, start).join(""),
    match: letters.slice(start, end).join(""),
    after: letters.slice(end, to).join("") + (to < letters.length ? "…" : ""),
  };
}
