import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { BenchmarkRow } from "../benchmark.ts";

export const people = 300;

export type Receiver = "ours" | "theirs";

/** What a person costs in resident memory: decoder, clock and speech finder, after a second of talk. */
export async function memory(): Promise<BenchmarkRow> {
  const ours = await eachPersonBytes("ours");
  const theirs = await eachPersonBytes("theirs");
  return {
    what: `receiving: memory for each of ${people} people`,
    ours: kilobytes(ours),
    alternative: `${kilobytes(theirs)}, without finding speech`,
    // Theirs is within what a measurement of resident memory is sure of: no divisor.
    ratio: `${kilobytes(ours - theirs)} more`,
    bar: "less than 500 kB",
    met: ours < 500_000,
  };
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

async function eachPersonBytes(receiver: Receiver): Promise<number> {
  const child = fork(join(import.meta.dirname, "memory-process.ts"), [receiver], { execArgv: [] });
  const [bytes] = (await once(child, "message")) as [number];
  return bytes;
}
