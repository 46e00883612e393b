import { expect, test } from "vitest";

import { temporaryFolder } from "./temporary-folder.ts";
import { openTestStore } from "./test-store.ts";

const dayMs = 24 * 3_600_000;

test("trouble of one kind is counted, the latest kind comes first, and other servers have none of it", async () => {
  const clock = { nowMs: 1000 };
  const { problems } = await openTestStore({ dataDir: temporaryFolder(), nowMs: () => clock.nowMs });
  await problems.note("10", { reason: "service-throttled", code: "SIS.0303", traceId: "one" });
  clock.nowMs = 2000;
  await problems.note("10", { reason: "damaged" });
  clock.nowMs = 3000;
  await problems.note("10", { reason: "service-throttled", code: "SIS.0303", traceId: "two" });
  await problems.note("11", { reason: "damaged" });
  expect(await problems.recent("10", 5)).toEqual([
    { reason: "service-throttled", code: "SIS.0303", times: 2, lastAtMs: 3000, traceId: "two" },
    { reason: "damaged", code: null, times: 1, lastAtMs: 2000, traceId: null },
  ]);
  expect(await problems.recent("10", 1)).toHaveLength(1);
});

test("trouble of last week is neither told nor kept", async () => {
  const clock = { nowMs: 0 };
  const store = await openTestStore({ dataDir: temporaryFolder(), nowMs: () => clock.nowMs });
  await store.problems.note("10", { reason: "damaged" });
  clock.nowMs = 7 * dayMs;
  expect(await store.problems.recent("10", 5)).toEqual([]);
  await store.sweep({ retentionDays: 30 });
  expect(await store.database.selectFrom("problem").selectAll().execute()).toEqual([]);
});
