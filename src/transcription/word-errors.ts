import { wordsOfText } from "./spoken-words.ts";

/** How a text differs from what was really said. */
export interface WordErrors {
  /** Words to be replaced, added or left out. */
  readonly errors: number;
  /** Words that were said; in scripts without spaces each character is one. */
  readonly words: number;
}

/** The fewest changes that make one text of the other, word by word; case and punctuation do not count. */
export function wordErrors(said: string, heard: string): WordErrors {
  const wanted = wordsOfText(said).map(({ key }) => key);
  const got = wordsOfText(heard).map(({ key }) => key);
  let row = got.map((_, index) => index + 1);
  for (const [index, word] of wanted.entries()) {
    let corner = index;
    let left = index + 1;
    row = row.map((above, column) => {
      left = Math.min(above + 1, left + 1, corner + (got[column] === word ? 0 : 1));
      corner = above;
      return left;
    });
  }
  return { errors: row.at(-1) ?? wanted.length, words: wanted.length };
}

/** Errors by words that were said: 0 is perfect, and more than 1 is possible. Null where nothing was said. */
export function wordErrorRate({ errors, words }: WordErrors): number | null {
  return words === 0 ? null : errors / words;
}
