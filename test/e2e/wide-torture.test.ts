import { expect, test } from "vitest";

import { runWideTorture } from "./torture/wide-torture.ts";

test("one gateway and three workers answer every note exactly once, however they, Redis and PostgreSQL are killed", async () => {
  const lines: string[] = [];
  const { failures, jobsLeft, exitCode, notes } = await runWideTorture({
    notes: 12,
    kills: 4,
    seed: 7,
    calmTimeoutMs: 120_000,
    tell: (line) => lines.push(line),
  });
  expect({ failures, jobsLeft, exitCode, notes }, lines.join("\n")).toEqual({
    failures: [],
    jobsLeft: 0,
    exitCode: 0,
    notes: 12,
  });
}, 240_000);
