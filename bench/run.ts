import { stdout } from "node:process";

import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { captionMemoryBenchmark } from "./caption-memory.ts";
import { captionsBenchmark } from "./captions.ts";
import { clipsBenchmark } from "./clips.ts";
import { decodingBenchmark } from "./decoding.ts";
import { firstRequestBenchmark } from "./first-request.ts";
import { jobsBenchmark } from "./jobs.ts";
import { lanesBenchmark } from "./lanes.ts";
import { longFilesBenchmark } from "./long-files.ts";
import { quotaBenchmark } from "./quota.ts";
import { receivingBenchmark } from "./receiving.ts";
import { searchBenchmark } from "./search.ts";
import { shutdownBenchmark } from "./shutdown.ts";
import { voiceActivityBenchmark } from "./voice-activity.ts";

/** In the order of DESIGN.md's table of bars. */
const benchmarks: readonly Benchmark[] = [
  decodingBenchmark,
  voiceActivityBenchmark,
  firstRequestBenchmark,
  clipsBenchmark,
  quotaBenchmark,
  lanesBenchmark,
  captionsBenchmark,
  receivingBenchmark,
  jobsBenchmark,
  searchBenchmark,
  shutdownBenchmark,
  longFilesBenchmark,
  captionMemoryBenchmark,
];

/** `npm run bench`, or `npm run bench -- NAME...` for some of them. Ends with 1 where a bar was missed. */
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const names = benchmarks.map(({ name }) => name).join(", ");
  process.stderr.write(`bench: there is no ${unknown.join(", ")}; there are ${names}\n`);
  process.exitCode = 2;
} else {
  const rows: BenchmarkRow[] = [];
  for (const benchmark of benchmarks) {
    const isWanted = chosen.length > 0 ? chosen.includes(benchmark.name) : !benchmark.onRequest;
    if (!isWanted) continue;
    process.stderr.write(`bench: ${benchmark.name} …\n`);
    rows.push(...(await benchmark.run()));
  }
  stdout.write(table(rows));
  if (rows.some(({ met }) => !met)) process.exitCode = 1;
}

function table(rows: readonly BenchmarkRow[]): string {
  const cells = [
    ["what", "ours", "alternative, same run", "ratio", "bar", ""],
    ...rows.map(({ what, ours, alternative, ratio, bar, met }) => [
      what,
      ours,
      alternative,
      ratio,
      bar,
      met ? "met" : "MISSED",
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
