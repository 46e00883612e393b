import { safeText } from "./safe-text.ts";

/** Discord's limit for a message's content, taken in UTF-16 units: the strictest way to count. */
export const longestMessage = 2000;

/** What stands between two blanks is a word, up to this length; scripts without blanks are looked into. */
const longestWord = 120;

/** How much escaped text fits on the first page and on each page after it, in UTF-16 units. */
export interface PageRoom {
  readonly first: number;
  readonly next: number;
}

/** Cuts what `plainText` gives into pages of Discord Markdown, between words only, and never through a letter or an escape. */
export function pagesOf(plain: string, room: PageRoom): readonly string[] {
  const text = safeText(plain);
  const pages: string[] = [];
  let start = 0;
  let end = 0;
  const fits = (cut: number): boolean =>
    text.escapedLength(start, cut) <= (pages.length === 0 ? room.first : room.next);
  for (const cut of cutsOf(plain)) {
    if (end > start && !fits(cut)) {
      pages.push(text.escaped(start, end));
      start = plain[end] === " " ? end + 1 : end;
    }
    end = cut;
  }
  if (end > start) pages.push(text.escaped(start, end));
  return pages;
}

/** Every position where a page may end, rising; the last is the end. No two are further apart than any page is long. */
function* cutsOf(plain: string): Generator<number> {
  let start = 0;
  while (start < plain.length) {
    const blank = plain.indexOf(" ", start);
    const end = blank === -1 ? plain.length : blank;
    if (end - start > longestWord) yield* cutsInside(plain.slice(start, end), start);
    yield end;
    start = end + 1;
  }
}

const words = new Intl.Segmenter(undefined, { granularity: "word" });
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** After words as the script has them, their punctuation included; after letters where there is no word. */
function* cutsInside(run: string, offset: number): Generator<number> {
  let last = 0;
  for (const { index, isWordLike } of words.segment(run)) {
    if (isWordLike === true && index > 0) {
      yield* cutsBetweenLetters(run.slice(last, index), offset + last);
      yield offset + index;
      last = index;
    }
  }
  yield* cutsBetweenLetters(run.slice(last), offset + last);
}

function* cutsBetweenLetters(run: string, offset: number): Generator<number> {
  if (run.length <= longestWord) return;
  for (const { index, segment } of graphemes.segment(run)) {
    if (index > 0) yield offset + index;
    if (segment.length <= longestWord) continue;
    // One letter of hundreds of code points: only an attack looks like this.
    let position = offset + index;
    for (const codePoint of segment) yield (position += codePoint.length);
  }
}
