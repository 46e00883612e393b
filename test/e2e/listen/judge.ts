import { spokenWords } from "../../../src/sandbox/words.ts";
import { compareWords, type Difference } from "./compare.ts";
import type { Turn } from "./script.ts";

/** An entry of the session's transcript. */
export interface Entry {
  readonly speaker: string;
  readonly text: string;
}

export interface SaidWord {
  readonly word: string;
  readonly turn: Turn;
  /** From the beginning of the turn. */
  readonly offsetMs: number;
}

export interface Evidence {
  /** Each speaker's words, and when they were said. */
  readonly reference: ReadonlyMap<string, readonly SaidWord[]>;
  readonly begun: ReadonlyMap<Turn, number>;
  readonly transcript: readonly Entry[];
  /** Of the thread. */
  readonly lines: readonly string[];
  /** What the recognizer hears on what the network left of a turn, however it is presented. */
  readonly hear: (turn: Turn) => Promise<readonly (readonly string[])[]>;
}

/** What became of every word. */
export interface Judgement {
  /** Words that the recognizer hears on the clean sound of the turns. */
  readonly words: number;
  readonly right: number;
  /** Not heard any more, or not for certain, on what the network left of the turn either, by the same recognizer and in one go. */
  readonly spoilt: number;
  readonly misheard: number;
  readonly missing: number;
  readonly extra: number;
  /** Lines that stand behind one that was begun later. */
  readonly outOfOrder: number;
  /** What is not right, word by word. */
  readonly remarks: readonly string[];
}

/** Speech does not begin for the detector when it does for us: lines this close together may stand either way. */
const nearMs = 1000;

/** Compares what stands in the thread with what was said, and the transcript with the thread. */
export async function judge({ reference, begun, transcript, lines, hear }: Evidence): Promise<Judgement> {
  const sum = { words: 0, right: 0, spoilt: 0, misheard: 0, missing: 0, extra: 0 };
  const remarks: string[] = [];
  const starts: (number | undefined)[] = lines.map(() => undefined);
  for (const [speaker, said] of reference) {
    const head = `**${speaker}** `;
    const heard = lines.flatMap((line, index) =>
      line.startsWith(head) ? spokenWords(line.slice(head.length)).map((word) => ({ word, index })) : [],
    );
    const words = heard.map(({ word }) => word);
    const inFile = transcript.filter((entry) => entry.speaker === speaker);
    if (inFile.flatMap(({ text }) => spokenWords(text)).join(" ") !== words.join(" "))
      throw new Error(`${speaker}'s transcript is not what stands in the thread`);
    const difference = compareWords(
      said.map(({ word }) => word),
      words,
    );
    for (const [at, { index }] of heard.entries()) {
      const word = said[difference.places[at] ?? -1];
      if (word) starts[index] ??= (begun.get(word.turn) ?? 0) + word.offsetMs;
    }
    const spoilt = await findSpoilt(said, difference, hear);
    sum.words += said.length;
    sum.extra += difference.places.filter((place) => place === undefined).length;
    for (const [at, fate] of difference.fates.entries()) sum[spoilt.has(at) ? "spoilt" : fate]++;
    for (const { said: at, text } of difference.remarks)
      remarks.push(
        `${speaker}: ${text}${at !== undefined && spoilt.has(at) ? ", and so on what the network left" : ""}`,
      );
  }
  const misplaced = findMisplaced(starts);
  return { ...sum, outOfOrder: misplaced.length, remarks: [...remarks, ...misplaced] };
}

/** The places of the words that are not heard on what came of their turn either. */
async function findSpoilt(
  said: readonly SaidWord[],
  { fates }: Difference,
  hear: Evidence["hear"],
): Promise<ReadonlySet<number>> {
  const spoilt = new Set<number>();
  const wrong = said.filter((_, at) => fates[at] !== "right");
  for (const turn of new Set(wrong.map((word) => word.turn))) {
    const from = said.findIndex((word) => word.turn === turn);
    const ofTurn = said.filter((word) => word.turn === turn).map(({ word }) => word);
    for (const heard of await hear(turn))
      for (const [at, fate] of compareWords(ofTurn, heard).fates.entries())
        if (fate !== "right" && fates[from + at] !== "right") spoilt.add(from + at);
  }
  return spoilt;
}

/** A remark for each line that stands behind one that was begun later. */
function findMisplaced(starts: readonly (number | undefined)[]): string[] {
  const remarks: string[] = [];
  let latestMs = -Infinity;
  for (const startMs of starts) {
    if (startMs === undefined) continue;
    if (startMs < latestMs - nearMs)
      remarks.push(
        `a line begun at ${Math.round(startMs)} ms stands behind one of ${Math.round(latestMs)} ms`,
      );
    latestMs = Math.max(latestMs, startMs);
  }
  return remarks;
}
