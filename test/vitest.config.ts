import { join } from "node:path";

import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");

/** Forks, because native decoders, signals and certificates belong to a process; two at a time fit a small machine. */
export default defineConfig({
  test: {
    root,
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "commands/**/*.ts"],
      exclude: ["src/main.ts", "src/cli.ts", "src/demo.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 85, branches: 75 },
    },
  },
});
