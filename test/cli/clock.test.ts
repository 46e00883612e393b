import { expect, test } from "vitest";

import { clockFinding } from "../../src/cli/doctor/clock.ts";

test.each([
  [0, "ok"],
  [-29_000, "ok"],
  [60_000, "warning"],
  [-14 * 60_000, "warning"],
  [16 * 60_000, "broken"],
  [-3_600_000, "broken"],
])("a clock that is %i ms ahead is %s", (aheadMs, status) => {
  expect(clockFinding(aheadMs).status).toBe(status);
});
