import type { SpokenWord } from "./spoken-words.ts";

/** A word of each side that were the same sound. */
export interface WordPair {
  /** Index in the words before. */
  readonly before: number;
  /** Index in the words after. */
  readonly after: number;
  /** Whether both heard the same word; "repeated" where one of them heard it several times in a row. */
  readonly same: "once" | "repeated" | "no";
}

/** Words with exact times that are further apart than this are not the same word, in ms. */
const furthestApartMs = 400;
/** What leaving out a word of one side costs; at a clip's edge it may be half a word that nobody said. */
const skipCost = { inside: 1.2, edge: 0.3 };
/** What the same word on both sides is worth, and each of its letters up to eight; less where it may be half a word. */
const sameScore = { inside: 2, edge: 1, repeated: 0.4, letter: 1 / 8 };
/** Words at the same time are taken for one word that a side misheard; estimated times prove nothing. */
const misheardScore = { exact: 0, estimated: -0.8 };
/** Letters of a word that are compared. */
const mostLetters = 40;

type Step = "start" | "pair" | "skip-before" | "skip-after";

interface Cell {
  readonly score: number;
  readonly step: Step;
}

/**
 * Aligns the last words of one clip with the first of the next by sound and time, and gives the pairs of the alignment
 * that scores best, in order. Words before the first pair of the one side and after the last pair of the other are free:
 * they lie outside what both heard. Takes time in proportion to the product of both lengths.
 */
export function alignWords(before: readonly SpokenWord[], after: readonly SpokenWord[]): WordPair[] {
  const rows: Cell[][] = [];
  for (let row = 0; row <= before.length; row += 1) {
    const cells: Cell[] = [{ score: 0, step: "start" }];
    const above = rows.at(-1);
    for (let column = 1; column <= after.length; column += 1) {
      let best = skip(cells[column - 1], "skip-after", column === 1);
      if (above !== undefined) {
        best = better(best, skip(above[column], "skip-before", row === before.length));
        const score = scoreOf(above[column - 1]) + pairScore({ before, after }, row - 1, column - 1);
        best = better(best, { score, step: "pair" });
      }
      cells.push(best);
    }
    rows.push(cells);
  }
  return pairsOf(rows, { before, after });
}

interface Sides {
  readonly before: readonly SpokenWord[];
  readonly after: readonly SpokenWord[];
}

function scoreOf(cell: Cell | undefined): number {
  return cell?.score ?? -Infinity;
}

function skip(from: Cell | undefined, step: Step, atEdge: boolean): Cell {
  return { score: scoreOf(from) - (atEdge ? skipCost.edge : skipCost.inside), step };
}

function better(one: Cell, other: Cell): Cell {
  return other.score >= one.score ? other : one;
}

/** Walks back from the best place to end: all words of the one side used, any number of the other's. */
function pairsOf(rows: readonly (readonly Cell[])[], { before, after }: Sides): WordPair[] {
  let row = rows.length - 1;
  let column = 0;
  for (const [end, cell] of (rows[row] ?? []).entries())
    if (cell.score > scoreOf(rows[row]?.[column])) column = end;
  const pairs: WordPair[] = [];
  while (row > 0 && column > 0) {
    const step = rows[row]?.[column]?.step;
    if (step !== "skip-after") row -= 1;
    if (step !== "skip-before") column -= 1;
    if (step === "pair")
      pairs.push({ before: row, after: column, same: sameness({ before, after }, row, column) });
  }
  return pairs.reverse();
}

/** How much it speaks for an alignment that two words are the same sound. */
function pairScore({ before, after }: Sides, beforeIndex: number, afterIndex: number): number {
  const one = before[beforeIndex];
  const other = after[afterIndex];
  if (one === undefined || other === undefined) return -Infinity;
  const late = lateness(one, other);
  const same = sameness({ before, after }, beforeIndex, afterIndex);
  const atEdge = beforeIndex === before.length - 1 || afterIndex === 0;
  if (same === "repeated") return sameScore.repeated - late;
  if (same === "once")
    return (
      (atEdge ? sameScore.edge : sameScore.inside) + Math.min(8, one.key.length) * sameScore.letter - late
    );
  const cutAtEnd = beforeIndex === before.length - 1 && other.key.startsWith(one.key);
  const cutAtStart = afterIndex === 0 && one.key.endsWith(other.key);
  if (cutAtEnd || cutAtStart) return 0.6 - late;
  const alike = likeness(one.key.slice(0, mostLetters), other.key.slice(0, mostLetters));
  if (alike >= 0.5) return alike - late;
  return (one.estimated || other.estimated ? misheardScore.estimated : misheardScore.exact) - late;
}

/** "no no no": that a word equals its neighbour's neighbour says little about which of them it is. */
function sameness({ before, after }: Sides, beforeIndex: number, afterIndex: number): WordPair["same"] {
  const key = before[beforeIndex]?.key;
  if (key !== after[afterIndex]?.key) return "no";
  const neighbours = [
    before[beforeIndex - 1],
    before[beforeIndex + 1],
    after[afterIndex - 1],
    after[afterIndex + 1],
  ];
  return neighbours.some((word) => word?.key === key) ? "repeated" : "once";
}

/** What the times of two words speak against their being one: estimated times only decide between equals. */
function lateness(one: SpokenWord, other: SpokenWord): number {
  const apartMs = Math.abs(one.startMs + one.endMs - other.startMs - other.endMs) / 2;
  if (one.estimated || other.estimated) return Math.min(0.2, apartMs / 20_000);
  return apartMs > furthestApartMs ? Infinity : apartMs / 200;
}

/** 1 for the same letters, 0 for none in common: one minus the edit distance by the longer one's length. */
function likeness(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 1; index <= one.length; index += 1) {
    const next = [index];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (one[index - 1] === other[column - 1] ? 0 : 1);
      next.push(Math.min((row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, changed));
    }
    row = next;
  }
  return 1 - (row.at(-1) ?? 0) / Math.max(one.length, other.length, 1);
}
