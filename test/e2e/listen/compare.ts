export type WordFate = "right" | "misheard" | "missing";

/** How two sequences of words differ. */
export interface Difference {
  /** What became of each word that was said; "misheard": another stands in its place. */
  readonly fates: readonly WordFate[];
  /** For each word that was heard, the place of the one that was said; undefined for what is extra. */
  readonly places: readonly (number | undefined)[];
  /** Each difference with the words around it, for whoever looks into it; `said` is the place of the word that was said. */
  readonly remarks: readonly { readonly said?: number; readonly text: string }[];
}

/** The alignment with the fewest words wrong, found by dynamic programming. */
export function compareWords(said: readonly string[], heard: readonly string[]): Difference {
  const costs = [Array.from({ length: heard.length + 1 }, (_, column) => column)];
  for (const [row, word] of said.entries()) {
    const above = costs[row] ?? [];
    const line = [row + 1];
    for (const [column, other] of heard.entries()) {
      const replaced = (above[column] ?? 0) + (word === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    costs.push(line);
  }
  const fates: WordFate[] = said.map(() => "missing");
  const remarks: { said?: number; text: string }[] = [];
  const places: (number | undefined)[] = Array.from({ length: heard.length }, () => undefined);
  const remark = (what: string, at?: number): void => {
    const around = heard.slice(Math.max(0, column - 4), column + 3).join(" ");
    const text = `${what}, in "… ${around} …"`;
    remarks.unshift(at === undefined ? { text } : { said: at, text });
  };
  let [row, column] = [said.length, heard.length];
  while (row > 0 || column > 0) {
    const cost = costs[row]?.[column] ?? 0;
    const same = said[row - 1] === heard[column - 1];
    if (row > 0 && column > 0 && cost === (costs[row - 1]?.[column - 1] ?? 0) + (same ? 0 : 1)) {
      row--;
      column--;
      fates[row] = same ? "right" : "misheard";
      if (!same) remark(`${said[row]} heard as ${heard[column]}`, row);
      places[column] = row;
    } else if (row > 0 && cost === (costs[row - 1]?.[column] ?? 0) + 1) {
      row--;
      remark(`${said[row]} is missing`, row);
    } else {
      column--;
      remark(`${heard[column]} is too many`);
    }
  }
  return { fates, places, remarks };
}
