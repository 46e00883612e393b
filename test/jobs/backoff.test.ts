import { expect, test } from "vitest";

import { backoffMs } from "../../src/jobs/backoff.ts";

const longest = { firstMs: 100, maxMs: 1000, random: () => 1 };

test("waits double from the first to the longest", () => {
  expect([1, 2, 3, 4, 5, 1000].map((failures) => backoffMs(failures, longest))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
});

test("waits are spread over the upper half", () => {
  expect([0, 0.5, 1].map((share) => backoffMs(1, { ...longest, random: () => share }))).toEqual([
    50, 75, 100,
  ]);
});
