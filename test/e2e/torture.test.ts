import { expect, test } from "vitest";

import { runTorture } from "./torture/torture.ts";

test("every note is answered exactly once, however the bot is killed, Discord stumbles and the service fails", async () => {
  const lines: string[] = [];
  const { failures, jobsLeft, exitCode, notes } = await runTorture({
    notes: 30,
    kills: 8,
    seed: 7,
    calmTimeoutMs: 120_000,
    tell: (line) => lines.push(line),
  });
  expect({ failures, jobsLeft, exitCode, notes }, lines.join("\n")).toEqual({
    failures: [],
    jobsLeft: 0,
    exitCode: 0,
    notes: 30,
  });
}, 240_000);
