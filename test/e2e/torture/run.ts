import { parseArgs } from "node:util";

import { runTorture } from "./torture.ts";
import { runWideTorture } from "./wide-torture.ts";

const { values } = parseArgs({
  options: {
    notes: { type: "string", default: "300" },
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    wide: { type: "boolean", default: false },
  },
});

const run = values.wide ? runWideTorture : runTorture;
const report = await run({
  notes: Number(values.notes),
  kills: Number(values.kills),
  seed: Number(values.seed),
  calmTimeoutMs: 900_000,
  tell: (line) => console.log(line),
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const lines: readonly (readonly [what: string, figure: string | number])[] = [
  ["notes", report.notes],
  ["SIGKILLs", report.kills],
  ...report.misfortunes,
  ["notes without exactly one right answer", report.failures.length],
  ["jobs left", report.jobsLeft],
  ["clips", report.clips],
  ["requests for recognition", report.requests],
  ["clips paid for more than once", report.paidTwice],
  ["most requests in any sliding second", report.worstSlidingSecond],
  ["duration", seconds(report.durationMs)],
  ["note to answer, p50", seconds(report.answerMs.p50)],
  ["note to answer, p95", seconds(report.answerMs.p95)],
  ["note to answer, longest", seconds(report.answerMs.max)],
];
for (const [what, figure] of lines) console.log(`${what.padEnd(44)}${figure}`);
for (const failure of report.failures) console.error(failure);
// The quota is held to its word elsewhere, on a quiet machine: here the clocks of starved processes would be measured.
process.exitCode = report.failures.length === 0 && report.jobsLeft === 0 && report.exitCode === 0 ? 0 : 1;
