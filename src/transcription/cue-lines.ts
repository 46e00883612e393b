import { textOf } from "./spoken-words.ts";

/** The widest line of a subtitle, in columns of a Latin letter; ideographs are two columns wide. */
export const widestLine = 42;

/** A word to lay out. */
export interface LineWord {
  readonly text: string;
  readonly spaced: boolean;
  /** Columns, without the space before it. */
  readonly width: number;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFF60\p{Extended_Pictographic}]/u;
const plain = /^[\x20-\x7E]*$/u;
const clauseEnd = /[\p{Po}\p{Pd}\p{Pe}\p{Pf}]$/u;

/** How many columns a text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/**
 * The lines of a cue, one if they fit, else two of about the same length, parted after punctuation if that can be; undefined
 * where two lines are not enough.
 */
export function breakLines(words: readonly LineWord[]): string[] | undefined {
  const index = secondLineAt(words);
  if (index === undefined) return undefined;
  return index === 0 ? [textOf(words)] : [textOf(words.slice(0, index)), textOf(words.slice(index))];
}

/** Index of the word that begins the second line, 0 where one line is enough, undefined where two are not. */
export function secondLineAt(words: readonly LineWord[]): number | undefined {
  const whole = words.reduce((sum, word, index) => sum + word.width + spaceBefore(word, index), 0);
  if (whole <= widestLine) return 0;
  let best: { readonly index: number; readonly cost: number } | undefined;
  let upper = words[0]?.width ?? 0;
  for (let index = 1; index < words.length && upper <= widestLine; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    const space = spaceBefore(word, index);
    const lower = whole - upper - space;
    if (lower <= widestLine) {
      // A short line above a longer one hides less of the picture and reads better than the other way round.
      const parted = clauseEnd.test(words[index - 1]?.text ?? "") ? 12 : 0;
      const cost = Math.abs(upper - lower) + (upper > lower ? 4 : 0) - parted;
      if (best === undefined || cost < best.cost) best = { index, cost };
    }
    upper += space + word.width;
  }
  return best?.index;
}

function spaceBefore(word: LineWord, index: number): number {
  return word.spaced && index > 0 ? 1 : 0;
}

/** Measures a word, and parts one that is wider than a line. */
export function measureWord<W extends Omit<LineWord, "width">>(word: W): (W & LineWord)[] {
  const width = widthOf(word.text);
  if (width <= widestLine) return [{ ...word, width }];
  const parts: (W & LineWord)[] = [];
  let text = "";
  const add = (): void => {
    parts.push({ ...word, text, spaced: parts.length === 0 && word.spaced, width: widthOf(text) });
    text = "";
  };
  for (const { segment } of graphemes.segment(word.text)) {
    if (widthOf(text) + widthOf(segment) > widestLine) add();
    text += segment;
  }
  add();
  return parts;
}
