/**
 * Characters that cannot be seen but change what is: zero width, bidi controls, fillers, tags, variation selectors, interlinear
 * notes. Joiners and emoji presentation are decided apart.
 */
const invisible = /(?!\u200C|\u200D|\uFE0E|\uFE0F)[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;

/** Scripts that are written joined: Arabic, Persian and the Indic ones, where a joiner is part of the spelling. */
const joined = "Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh"
  .split(" ")
  .map((script) => `\\p{sc=${script}}`)
  .join("");
const inEmoji =
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})";
const inWord = `(?<=[${joined}\\p{M}])[\\u200C\\u200D](?=[${joined}])`;
/** Joiners anywhere else only hide what a word really is. */
const strayJoiner = new RegExp(`(?!${inEmoji})(?!${inWord})[\\u200C\\u200D]`, "gu");
const strayPresentation = /(?<![\p{Emoji}])[\uFE0E\uFE0F]/gu;

/** More marks on one letter than any language writes reach into the lines above and below. */
const heap = /(\p{M}{4})\p{M}+/gu;

/**
 * What somebody said, or is called, as one line of visible text: no control, invisible or direction-changing characters,
 * no heaps of accents, blanks single. Not yet safe to post: see `escapeMarkdown`.
 */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(invisible, "")
    .replaceAll(strayJoiner, "")
    .replaceAll(strayPresentation, "")
    .replaceAll(heap, "$1")
    .replaceAll(/[\p{Cc}\p{Z}]+/gu, " ")
    .trim();
}

/** Wherever they stand, these begin or end bold, italics, code, spoilers and strike-through, or undo an escape. */
const always = "[\\\\*_~|`]";
/** Mentions, custom emoji, timestamps, slash commands, angle-bracket links, `@everyone`, `:shortcodes:`. */
const sometimes = String.raw`<(?=[@#:/\p{L}+])|(?<=<)[@#:/]|@(?=everyone|here)|(?<!\d):(?=[\w+-]+:)`;
const marks = new RegExp(`${always}|${sometimes}`, "giu");
const marksAndBrackets = new RegExp(`${always}|${sometimes}|\\[`, "giu");
/** Where a text has one of these, any bracket before it may open a masked link. */
const maskedLink = /\]\s*\(/;

/**
 * An address that Discord makes a link of, as its clients find it: nothing in it formats, and an escape would be shown and lead
 * elsewhere.
 */
const address = /https?:\/\/[^\s<]+[^<.,:;"')\]\s]/giu;
/** Longer words may be cut by the end of a message, and then their second half is no address any more. */
const wholeWord = /(?<!\S)\S{1,120}(?!\S)/gu;

/** Headings, quotes, lists and subtext count at the beginning of a line only. */
const lineStart = /[#>+-]|\d{1,9}[.)]/uy;

/** Text that knows where Markdown has to be escaped in it; `end` is exclusive, positions are those of the plain text. */
export interface SafeText {
  readonly plain: string;
  /** A part of it as Discord Markdown that shows exactly that part at the beginning of a line. */
  escaped(start: number, end: number): string;
  /** How long that would be, in UTF-16 units. */
  escapedLength(start: number, end: number): number;
}

/**
 * Prepares what `plainText` gives for being posted, whole or in parts: nothing in it formats, mentions or hides an address.
 * Addresses stay readable; that they get no preview is the message's flag (SuppressEmbeds).
 */
export function safeText(plain: string): SafeText {
  const matches = plain.matchAll(maskedLink.test(plain) ? marksAndBrackets : marks);
  const linked = linkedIn(plain);
  const points = Array.from(matches, ({ index }) => index).filter((point) => linked[point] === 0);
  const before = countBefore(points, plain.length);
  const pointsIn = (start: number, end: number): readonly number[] => {
    const inside = points.slice(before[start], before[end]);
    const first = lineStartPoint(plain, start, end);
    return first === undefined || inside.includes(first) ? inside : [first, ...inside].sort((a, b) => a - b);
  };
  return {
    plain,
    escaped: (start, end) => {
      const cuts = [start, ...pointsIn(start, end), end];
      return cuts
        .slice(1)
        .map((cut, index) => plain.slice(cuts[index], cut))
        .join("\\");
    },
    escapedLength: (start, end) => end - start + pointsIn(start, end).length,
  };
}

/** A whole text, as `safeText` gives its parts. */
export function escapeMarkdown(plain: string): string {
  return safeText(plain).escaped(0, plain.length);
}

/** For each position, 1 where it is inside an address. */
function linkedIn(plain: string): Uint8Array {
  const linked = new Uint8Array(plain.length);
  for (const { index: from, 0: word } of plain.matchAll(wholeWord)) {
    for (const { index, 0: found } of word.matchAll(address)) {
      linked.fill(1, from + index, from + index + found.length);
    }
  }
  return linked;
}

/** For each position, how many points lie before it. */
function countBefore(points: readonly number[], length: number): Uint32Array {
  const before = new Uint32Array(length + 1);
  for (const point of points) before[point + 1] = 1;
  for (let position = 1; position <= length; position++) {
    before[position] = (before[position] ?? 0) + (before[position - 1] ?? 0);
  }
  return before;
}

/** Where the mark lies that would make a line of this text a heading, a quote or an item. */
function lineStartPoint(plain: string, start: number, end: number): number | undefined {
  lineStart.lastIndex = start;
  const mark = lineStart.exec(plain)?.[0];
  if (mark === undefined) return undefined;
  const point = start + mark.length - 1;
  return point < end ? point : undefined;
}
