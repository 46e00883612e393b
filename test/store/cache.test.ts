import { expect, test } from "vitest";

import type { CachedTranscript } from "../../src/store/cache.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openTestStore } from "./test-store.ts";

const dayMs = 86_400_000;

interface Clock {
  nowMs: number;
}

async function storeAt(
  clock: Clock,
  options: { readonly cacheLength?: number; readonly dataKey?: string; readonly dataDir?: string } = {},
): Promise<Store> {
  return openTestStore({ dataDir: temporaryFolder(), nowMs: () => clock.nowMs, ...options });
}

function entry(key: string, changes: Partial<CachedTranscript> = {}): CachedTranscript {
  const source = { memberId: "30", messageId: "40" };
  return { key, details: `words of ${key}`, source, expiresAtMs: 7 * dayMs, ...changes };
}

test("what was heard is kept until it expires", async () => {
  const clock = { nowMs: 0 };
  const { cache } = await storeAt(clock);
  await cache.put(entry("a"));
  expect(await cache.get("a")).toBe("words of a");
  clock.nowMs = 7 * dayMs;
  expect(await cache.get("a")).toBeUndefined();
});

test("what nobody has asked for the longest makes room", async () => {
  const clock = { nowMs: 0 };
  const { cache } = await storeAt(clock, { cacheLength: 25 });
  for (const key of ["a", "b"]) {
    clock.nowMs += 1;
    await cache.put(entry(key));
  }
  clock.nowMs += 1;
  expect(await cache.get("a")).toBe("words of a");
  clock.nowMs += 1;
  await cache.put(entry("c"));
  await cache.put(entry("d", { details: "far too long for what there is room for" }));
  expect([await cache.get("a"), await cache.get("b"), await cache.get("c"), await cache.get("d")]).toEqual([
    "words of a",
    undefined,
    "words of c",
    undefined,
  ]);
});

test("a message takes along what was heard in it, wherever else the same recording is", async () => {
  const { cache } = await storeAt({ nowMs: 0 });
  await cache.put(entry("a"));
  await cache.put(entry("b", { source: { memberId: "31", messageId: "41" } }));
  await cache.get("a", { memberId: "32", messageId: "42" });
  await cache.forgetMessage("42");
  expect([await cache.get("a"), await cache.get("b")]).toEqual([undefined, "words of b"]);
});

test("a member takes along what they said, what they asked for and what was asked of them", async () => {
  const store = await storeAt({ nowMs: 0 });
  await store.cache.put(entry("a"));
  const request = {
    askerId: "50",
    details: "{}",
    sources: [{ memberId: "30", messageId: "40" }],
    expiresAtMs: dayMs,
  };
  await store.requests.put({ ...request, id: "1" });
  await store.requests.put({
    ...request,
    id: "2",
    askerId: "30",
    sources: [{ memberId: "51", messageId: null }],
  });
  await store.requests.put({ ...request, id: "3", sources: [{ memberId: "51", messageId: null }] });
  await store.deleteMember("30");
  expect(await store.cache.get("a")).toBeUndefined();
  expect(await Promise.all(["1", "2", "3"].map((id) => store.requests.get(id)))).toEqual([
    undefined,
    undefined,
    "{}",
  ]);
});

test("words are kept with the one who said them or not at all", async () => {
  const store = await storeAt({ nowMs: 0 });
  const sources = [{ memberId: "30", messageId: "40" }];
  for (const table of ["cached_source", "request_source"] as const) {
    await store.database.schema.alterTable(table).renameTo("elsewhere").execute();
    const put =
      table === "cached_source"
        ? store.cache.put(entry("a"))
        : store.requests.put({ id: "1", askerId: "50", details: "{}", sources, expiresAtMs: dayMs });
    await expect(put).rejects.toMatchObject({ name: "StoreError" });
    await store.database.schema.alterTable("elsewhere").renameTo(table).execute();
  }
  expect([await store.cache.get("a"), await store.requests.get("1")]).toEqual([undefined, undefined]);
});

test("requests are found by the message they are about", async () => {
  const { requests } = await storeAt({ nowMs: 0 });
  const sources = [{ memberId: "30", messageId: "40" }];
  await requests.put({ id: "1", askerId: "50", details: "one", sources, expiresAtMs: dayMs });
  await requests.put({ id: "1", askerId: "50", details: "one more", sources, expiresAtMs: dayMs });
  expect(await requests.ofMessage("40")).toEqual([{ id: "1", details: "one more" }]);
  await requests.delete("1");
  expect(await requests.ofMessage("40")).toEqual([]);
});

test("a sweep deletes what has expired, and what a shorter retention no longer allows", async () => {
  const clock = { nowMs: 0 };
  const store = await storeAt(clock);
  const rows = async (): Promise<number> =>
    (await store.database.selectFrom("cached_source").selectAll().execute()).length;
  await store.cache.put(entry("a", { expiresAtMs: dayMs }));
  await store.cache.put(entry("b", { expiresAtMs: 7 * dayMs }));
  clock.nowMs = dayMs;
  await store.sweep({ retentionDays: 30 });
  expect([await store.cache.get("a"), await store.cache.get("b"), await rows()]).toEqual([
    undefined,
    "words of b",
    1,
  ]);
  await store.sweep({ retentionDays: 0 });
  expect([await store.cache.get("b"), await rows()]).toEqual([undefined, 0]);
});

test("nothing of it is readable in the database once there is a key, and what was stored before is gone", async () => {
  const dataDir = temporaryFolder();
  const clock = { nowMs: 0 };
  const before = await storeAt(clock, { dataDir });
  await before.cache.put(entry("old"));
  await before.close();
  const store = await storeAt(clock, { dataDir, dataKey: "a key of sixteen or more" });
  await store.cache.put(entry("new"));
  await store.requests.put({
    id: "1",
    askerId: "50",
    details: "an address",
    sources: [],
    expiresAtMs: dayMs,
  });
  expect([await store.cache.get("old"), await store.cache.get("new"), await store.requests.get("1")]).toEqual(
    [undefined, "words of new", "an address"],
  );
  const stored = [
    ...(await store.database.selectFrom("cached_transcript").selectAll().execute()),
    ...(await store.database.selectFrom("request").selectAll().execute()),
  ];
  expect(JSON.stringify(stored)).not.toMatch(/words of|an address/);
});
