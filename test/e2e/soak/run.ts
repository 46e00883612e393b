import { parseArgs } from "node:util";

import { runSoak } from "./soak.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
});

const report = await runSoak({
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  tell: (line) => console.log(line),
});

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
console.log("\nwhat                  early      late       highest");
for (const { name, unit, early, late, highest, isFlat } of report.growth) {
  const figures = [early, late, highest].map((value) => `${figure(value)} ${unit}`.padEnd(11));
  console.log(`${name.padEnd(22)}${figures.join("")}${isFlat ? "flat" : "GROWS"}`);
}
const lines: readonly (readonly [what: string, figure: string | number])[] = [
  ["samples", report.samples],
  ["notes", report.notes],
  ["notes without exactly one right answer", report.failures.length],
  ...report.misfortunes,
  ["requests for recognition", report.requests],
  ["requests a second, on the whole", figure(report.requestsPerSecond)],
  ["most requests in any sliding second", report.worstSlidingSecond],
  ["exit code", String(report.exitCode)],
];
console.log("");
for (const [what, one] of lines) console.log(`${what.padEnd(44)}${one}`);
for (const failure of report.failures) console.error(failure);
const isFlat = report.growth.every((one) => one.isFlat);
process.exitCode = isFlat && report.failures.length === 0 && report.exitCode === 0 ? 0 : 1;
