/** Discord's limit for a thread's name, taken in UTF-16 units: the strictest way to count. */
const longestName = 100;

/** Controls and direction marks would break the line or turn it round; joiners stay, emoji are made of them. */
const unprintable = /[\p{Cc}\u2028\u2029\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** "name · rest" in at most 100 UTF-16 units: the name is cut between graphemes, the rest is always whole. */
export function createThreadName(name: string, rest: string, nameless: string): string {
  const clean = name.replaceAll(unprintable, " ").replaceAll(/\s+/g, " ").trim();
  return `${shorten(clean || nameless, longestName - rest.length - " · ".length)} · ${rest}`;
}

function shorten(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  let kept = "";
  for (const grapheme of graphemesOf(text)) {
    if (kept.length + grapheme.length + 1 > maxUnits) break;
    kept += grapheme;
  }
  return `${kept.trimEnd()}…`;
}

/** Graphemes; one that is absurdly long (a letter under a heap of accents) falls back to its code points. */
function* graphemesOf(text: string): Generator<string> {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) {
    if (segment.length > longestName / 2) yield* segment;
    else yield segment;
  }
}
