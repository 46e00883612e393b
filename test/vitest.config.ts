import { join } from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = join(import.meta.dirname, "..");

/** People who speak in real time: these files mostly wait, and need a machine that is calm. */
const inRealTime = [
  "test/bot/captions/captions*.test.ts",
  "test/bot/observations.test.ts",
  "test/bot/voice/**/*.test.ts",
  "test/e2e/captions.test.ts",
  "test/e2e/listen.test.ts",
  "test/sandbox/voice/**/*.test.ts",
];

/** The files that take longest come first: begun last, one of them would keep everybody waiting. What starts many processes is spread. */
const longest = [
  "e2e/listen.test.ts",
  "e2e/wide-torture.test.ts",
  "recognizers/pocketsphinx/pocketsphinx.test.ts",
  "web/caption-pages.test.ts",
  "e2e/torture.test.ts",
  "cli/doctor.test.ts",
  "jobs/sqlite-jobs.test.ts",
  "e2e/rolling-restart.test.ts",
  "e2e/demo.test.ts",
  "jobs/postgres-jobs.test.ts",
  "e2e/long-recordings.test.ts",
  "e2e/command-line.test.ts",
  "jobs/redis-jobs.test.ts",
  "audio/hostile.test.ts",
  "bot/captions/captions.test.ts",
  "e2e/captions.test.ts",
  "bot/captions/captions-control.test.ts",
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((name) => moduleId.endsWith(`/test/${name}`));
  return rank < 0 ? longest.length : rank;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

/** Forks, because native decoders, signals and certificates belong to a process. Figures are for a machine with two cores. */
export default defineConfig({
  test: {
    root,
    pool: "forks",
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        // Two of them keep two cores busy, and each waits now and then.
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: inRealTime,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "real time", include: inRealTime, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "commands/**/*.ts"],
      exclude: ["src/main.ts", "src/cli.ts", "src/demo.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 85, branches: 75 },
    },
  },
});
