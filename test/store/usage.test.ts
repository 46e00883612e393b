import { expect, test } from "vitest";

import type { Store } from "../../src/store/store.ts";
import { nextDayMs } from "../../src/store/usage.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openTestStore } from "./test-store.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const noon = Date.UTC(2026, 10, 22, 12);
const ada = { guildId: "10", memberId: "30" };
const bob = { guildId: "10", memberId: "31" };

async function storeAt(clock: { nowMs: number }): Promise<Store> {
  return openTestStore({ dataDir: temporaryFolder(), nowMs: () => clock.nowMs });
}

function wish(minutes: number, memberMinutes: number | null, guildMinutes: number | null = null) {
  return {
    audioMs: minutes * minuteMs,
    memberLimitMs: memberMinutes === null ? null : memberMinutes * minuteMs,
    guildLimitMs: guildMinutes === null ? null : guildMinutes * minuteMs,
  };
}

test("a member's minutes are used up for the rest of the day, and there again the next", async () => {
  const clock = { nowMs: noon };
  const { usage } = await storeAt(clock);
  expect(await usage.reserve(ada, wish(6, 10))).toEqual({ type: "reserved", day: "2026-11-22" });
  expect(await usage.reserve(ada, wish(5, 10))).toEqual({ type: "used-up", by: "member" });
  expect((await usage.reserve(ada, wish(4, 10))).type).toBe("reserved");
  expect((await usage.reserve(bob, wish(10, 10))).type).toBe("reserved");
  clock.nowMs = nextDayMs(noon);
  expect(await usage.reserve(ada, wish(10, 10))).toEqual({ type: "reserved", day: "2026-11-23" });
});

test("a server's minutes are everybody's together", async () => {
  const { usage } = await storeAt({ nowMs: noon });
  await usage.reserve(ada, wish(6, null, 10));
  expect(await usage.reserve(bob, wish(5, null, 10))).toEqual({ type: "used-up", by: "guild" });
  expect((await usage.reserve({ ...bob, guildId: "11" }, wish(5, null, 10))).type).toBe("reserved");
});

test("a recording whose length nobody knows is let in only while something is left", async () => {
  const { usage } = await storeAt({ nowMs: noon });
  expect((await usage.reserve(ada, wish(0, 1))).type).toBe("reserved");
  await usage.add(ada, { captionsMs: minuteMs });
  expect((await usage.reserve(ada, wish(0, 1))).type).toBe("used-up");
});

test("of recordings that come at once no more are let in than the limit allows", async () => {
  const { usage } = await storeAt({ nowMs: noon });
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => usage.reserve(ada, wish(3, 10))));
  expect(outcomes.filter(({ type }) => type === "reserved")).toHaveLength(3);
});

test("use is told by days, oldest first, for the server asked", async () => {
  const clock = { nowMs: noon };
  const { usage } = await storeAt(clock);
  await usage.add(ada, { recordings: 1, audioMs: 1000, calls: 2 });
  await usage.add(bob, { recordings: 1, audioMs: 500, failures: 1 });
  await usage.add({ ...ada, guildId: "11" }, { recordings: 7 });
  clock.nowMs += dayMs;
  await usage.add(bob, { audioMs: -500 }, "2026-11-22");
  await usage.add(bob, { captionsMs: 9 });
  const nothing = { recordings: 0, audioMs: 0, captionsMs: 0, calls: 0, failures: 0 };
  expect(await usage.days("10", "2026-11-01")).toEqual([
    { ...nothing, day: "2026-11-22", recordings: 2, audioMs: 1000, calls: 2, failures: 1 },
    { ...nothing, day: "2026-11-23", captionsMs: 9 },
  ]);
  expect(await usage.days("10", "2026-11-23")).toHaveLength(1);
});

test("a member who is forgotten leaves the server's figures, and no account", async () => {
  const store = await storeAt({ nowMs: noon });
  await store.usage.add(ada, { recordings: 1, audioMs: 1000 });
  await store.usage.add(bob, { recordings: 1, audioMs: 500 });
  await store.deleteMember("30");
  await store.usage.add(ada, { recordings: 1, audioMs: 1000 });
  await store.deleteMember("30");
  expect(await store.usage.ofMember("30")).toEqual([]);
  expect(await store.usage.days("10", "2026-11-22")).toMatchObject([{ recordings: 3, audioMs: 2500 }]);
});

test("accounts are kept for thirty days", async () => {
  const clock = { nowMs: noon };
  const store = await storeAt(clock);
  await store.usage.add(ada, { recordings: 1 });
  clock.nowMs += 30 * dayMs;
  await store.sweep({ retentionDays: 0 });
  const kept = await store.usage.ofMember("30");
  clock.nowMs += dayMs;
  await store.sweep({ retentionDays: 0 });
  expect([kept.length, await store.usage.ofMember("30")]).toEqual([1, []]);
});
