import { recognizerName } from "../explanations/words.ts";

/** What one recognizer made of a recording. Null is what it did not give, or what nobody can know. */
export interface Compared {
  readonly recognizer: string;
  readonly text: string | null;
  /** 0 to 1. */
  readonly confidence: number | null;
  /** From the file to its words, in ms. */
  readonly timeMs: number;
  /** Calls made, retries included. */
  readonly requests: number | null;
  /** 0 is perfect. */
  readonly wordErrorRate: number | null;
  /** What went wrong, in words. */
  readonly error: string | null;
}

const headings = ["recognizer", "confidence", "time", "calls", "WER", "text"] as const;

/** A table for a terminal; the words stand last, whatever their length. */
export function formatCompared(compared: readonly Compared[]): string {
  const rows = [headings, ...compared.map(rowOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isFigure = (column: number): boolean => column > 0 && column < headings.length - 1;
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column === headings.length - 1) return cell;
        return isFigure(column) ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${cells.join("  ")}\n`;
    })
    .join("");
}

function rowOf({
  recognizer,
  text,
  confidence,
  timeMs,
  requests,
  wordErrorRate,
  error,
}: Compared): readonly string[] {
  return [
    recognizerName(recognizer),
    error === null ? share(confidence, 0) : "",
    `${(timeMs / 1000).toFixed(1)} s`,
    String(requests ?? ""),
    wordErrorRate === null ? "" : share(wordErrorRate, 1),
    error === null ? (text === "" ? "(nobody speaks)" : (text ?? "").replaceAll(/\s+/g, " ")) : "(failed)",
  ];
}

function share(value: number | null, decimals: number): string {
  return value === null ? "no score" : `${(value * 100).toFixed(decimals)} %`;
}
