/** A word as it is written, with the punctuation that belongs to it. In scripts without spaces, one character. */
export interface WrittenWord {
  readonly text: string;
  /** Letters and digits alone, in lower case: what two recognitions of the same word share. */
  readonly key: string;
  /** Whether a space stands before it. */
  readonly spaced: boolean;
}

/** A word and when it was said, in ms of the recording. */
export interface SpokenWord extends WrittenWord {
  readonly startMs: number;
  readonly endMs: number;
  /** True where the time was spread over the speech, because the service gave none. */
  readonly estimated: boolean;
}

const unspaced =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
/** One character of a script without spaces with its marks, or a run of anything else. */
const part = new RegExp(`[${unspaced}々][\\p{M}ー]*|[^${unspaced}々]+`, "gu");
const unspacedCharacter = new RegExp(`[${unspaced}]`, "u");
const unspacedEnd = new RegExp(`[${unspaced}][^\\p{L}\\p{N}]*$`, "u");
const unspacedStart = new RegExp(`^[^\\p{L}\\p{N}]*[${unspaced}]`, "u");
const sounded = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
const opens = /^[\p{Ps}\p{Pi}]+$/u;

/** The words of a text, in order. Punctuation goes with the word before it, opening punctuation with the word after it. */
export function wordsOfText(text: string): WrittenWord[] {
  const words: { text: string; spaced: boolean }[] = [];
  let opening = { text: "", spaced: false };
  for (const token of text.split(/\s+/u)) {
    let spaced = true;
    for (const found of partsOf(token)) {
      const last = words.at(-1);
      const space = spaced ? " " : "";
      if (sounded.test(found)) {
        words.push(
          opening.text === ""
            ? { text: found, spaced }
            : { text: opening.text + space + found, spaced: opening.spaced },
        );
        opening = { text: "", spaced: false };
      } else if (opening.text !== "") opening.text += space + found;
      else if (last === undefined || opens.test(found)) opening = { text: found, spaced };
      else last.text += space + found;
      spaced = false;
    }
  }
  const last = words.at(-1);
  if (last !== undefined) last.text += opening.text;
  return words.map((word, index) => ({ ...word, spaced: index > 0 && word.spaced, key: keyOf(word.text) }));
}

/** What a token between two spaces is made of. Punctuation after a script without spaces stands alone. */
function* partsOf(token: string): Generator<string> {
  for (const [found] of token.matchAll(part)) {
    const first = found.search(sounded);
    if (first <= 0 || token.startsWith(found)) yield found;
    else {
      yield found.slice(0, first);
      yield found.slice(first);
    }
  }
}

function keyOf(text: string): string {
  const key = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, "");
  return key === "" ? text : key;
}

/** Puts words back together as they were written. */
export function textOf(words: readonly Pick<WrittenWord, "text" | "spaced">[]): string {
  return words.map((word, index) => (word.spaced && index > 0 ? ` ${word.text}` : word.text)).join("");
}

/** Whether two texts that follow each other need a space between them: scripts without spaces have none between sentences. */
export function spaceBetween(before: string, after: string): boolean {
  return !(unspacedEnd.test(before) && unspacedStart.test(after));
}

/** What a word's punctuation ends. */
export function endOf({ text }: Pick<WrittenWord, "text">): "sentence" | "clause" | "none" {
  if (/[.!?。！？…]["'”’)\]」』]*$/u.test(text)) return "sentence";
  return /[,;:，、；：—–-]["'”’)\]」』]*$/u.test(text) ? "clause" : "none";
}

/** How long a word takes to say, beside others: letters count one, digits and ideographs are whole syllables or more. */
export function spokenWeight({ key }: WrittenWord): number {
  let weight = 1;
  for (const character of key)
    weight += /\p{N}/u.test(character) || unspacedCharacter.test(character) ? 3 : 1;
  return weight;
}
