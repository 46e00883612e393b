import { Redis } from "ioredis";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";

import { connectRedis, type RecordChanged } from "../../src/recognizers/redis-link.ts";
import type { SharedPace } from "../../src/recognizers/redis-pace.ts";
import { createSharedRecord } from "../../src/recognizers/redis-record.ts";
import { createRedisSlots, type RedisSlotsOptions } from "../../src/recognizers/redis-slots.ts";
import type { PaceState, Slot } from "../../src/recognizers/pace.ts";
import { monotonicMs, type SlotSource } from "../../src/recognizers/slots.ts";
import type { Front } from "../../src/recognizers/turns.ts";
import { startRedis } from "../servers/redis.ts";

const server = await startRedis();
afterAll(() => server[Symbol.asyncDispose]());

let quotas = 0;
const newPrefix = (): string => `quota${++quotas}:`;

interface Opened extends SlotSource {
  readonly events: string[];
}

function open(options: Partial<RedisSlotsOptions> = {}): Opened {
  const events: string[] = [];
  const slots = createRedisSlots({
    url: server.url,
    prefix: newPrefix(),
    // A slot in a quarter of an hour: no test is slow enough to see the next one.
    qps: 0.001,
    onLost: (_error, { processes }) => events.push(`lost, ${processes} processes`),
    onBack: () => events.push("back"),
    ...options,
  });
  onTestFinished(() => slots.close());
  return { ...slots, events };
}

/** Asks until Redis has answered once. */
async function connected(slots: SlotSource): Promise<Slot> {
  return vi.waitFor(async () => {
    const slot = await slots.take();
    expect(slot.taken || slot.waitMs !== 1000).toBe(true);
    return slot;
  }, 10_000);
}

test("of sources that share a quota one gets the slot, and the others hear how long to wait", async () => {
  const prefix = newPrefix();
  const [one, other] = [open({ prefix }), open({ prefix })];
  expect((await connected(one)).taken).toBe(true);
  const slot = await connected(other);
  expect(slot.taken ? 0 : slot.waitMs).toBeGreaterThan(1_000_000);
});

test("of many that ask at once, again and again, no two get the same slot", async () => {
  const prefix = newPrefix();
  const sources = Array.from({ length: 4 }, () => open({ prefix }));
  for (const source of sources) await connected(source);
  const asked = await Promise.all(
    sources.flatMap((source) => Array.from({ length: 10 }, async () => source.take())),
  );
  expect(asked.filter(({ taken }) => taken)).toEqual([]);
});

test("a refusal for the rate, and a request that left late, hold up all", async () => {
  const prefix = newPrefix();
  const [one, other] = [open({ prefix, qps: 1000 }), open({ prefix, qps: 1000 })];
  await connected(one);
  await connected(other);
  one.throttled(30_000);
  await vi.waitFor(async () => {
    const slot = await other.take();
    expect(slot.taken ? 0 : slot.waitMs).toBeGreaterThan(20_000);
  }, 10_000);
});

test("what left late holds up the others, though nobody here asks for another slot", async () => {
  const prefix = newPrefix();
  const [one, other] = [open({ prefix, qps: 0.1 }), open({ prefix, qps: 0.1 })];
  await connected(one);
  await connected(other);
  one.delay(20_000);
  await vi.waitFor(async () => {
    const slot = await other.take();
    expect(slot.taken ? 0 : slot.waitMs).toBeGreaterThan(20_000);
  }, 10_000);
});

test("a slot is not given before Redis itself takes it for due, whatever the clock here was thought to be", async () => {
  const link = connectRedis({ url: server.url, prefix: newPrefix() });
  onTestFinished(() => link.close("me"));
  await vi.waitFor(() => expect(link.isUp()).toBe(true));
  const record = createSharedRecord(link, "me", { qps: 3 });
  const take = (seen: SharedPace, notBeforeMs: number): Promise<RecordChanged> =>
    record.change(seen, (state) => ({
      state: { ...state, nextMs: seen.nowMs + 1000 },
      takenBy: { ...file, processId: "me" },
      notBeforeMs,
    }));
  const seen = await record.look(file);
  expect(await take(seen, seen.nowMs + 10_000)).toMatchObject({ done: false });
  expect((await record.look()).turns.given).toBe(0);
  expect(await take(seen, seen.nowMs)).toMatchObject({ done: true });
  expect((await record.look()).turns.given).toBe(1);
});

test("slots go on where the clock of Redis was set back by an hour", async () => {
  const prefix = newPrefix();
  const source = open({ prefix, qps: 20 });
  await connected(source);
  const link = connectRedis({ url: server.url, prefix });
  onTestFinished(() => link.close("other"));
  await vi.waitFor(() => expect(link.isUp()).toBe(true));
  const record = createSharedRecord(link, "other", { qps: 20 });
  // What was written before is an hour ahead since.
  await vi.waitFor(async () => {
    const seen = await record.look();
    const ahead = (state: PaceState): { readonly state: PaceState } => ({
      state: { ...state, nextMs: seen.nowMs + 3_600_000 },
    });
    expect((await record.change(seen, ahead)).done).toBe(true);
  });
  await takenBy(source, 3);
});

const live: Front = { turn: { lane: "live", guildId: "g", memberId: "m" }, waiting: ["live"] };
const file: Front = { turn: { lane: "file", guildId: "g", memberId: "m" }, waiting: ["file"] };

test("whose turn it is goes first, but a slot that it does not take is not left unused", async () => {
  const prefix = newPrefix();
  const [urgent, other] = [open({ prefix, qps: 0.5 }), open({ prefix, qps: 0.5 })];
  await connected(urgent);
  // It shows that it waits, and does not come for the slot.
  expect((await urgent.take(live)).taken).toBe(false);
  const waits: number[] = [];
  await vi.waitFor(
    async () => {
      const slot = await other.take(file);
      if (!slot.taken) waits.push(slot.waitMs);
      expect(slot.taken).toBe(true);
    },
    { timeout: 20_000, interval: 2 },
  );
  expect(waits.filter((waitMs) => waitMs === 12)).toHaveLength(7);
});

/** Asks again and again, as a line of callers does, until it got so many slots; resolves with when it got them. */
async function takenBy(slots: SlotSource, count: number): Promise<number[]> {
  const takenMs: number[] = [];
  while (takenMs.length < count) {
    const slot = await slots.take();
    if (slot.taken) takenMs.push(monotonicMs());
    else await new Promise((resolve) => setTimeout(resolve, Math.min(slot.waitMs, 5)));
  }
  return takenMs;
}

test("a Redis that takes connections and answers nothing is lost as well", async () => {
  const source = open({ qps: 20 });
  await connected(source);
  server.freeze();
  onTestFinished(() => server.thaw());
  // Whoever waits for its answers each time never comes in time for a slot.
  await takenBy(source, 5);
  expect(source.events).toEqual(["lost, 1 processes"]);
  server.thaw();
  await vi.waitFor(() => expect(source.events.at(-1)).toBe("back"), 10_000);
});

test("a refusal while Redis is away holds up the process that was refused, and later all", async () => {
  const prefix = newPrefix();
  const [one, other] = [open({ prefix, qps: 20 }), open({ prefix, qps: 20 })];
  await connected(one);
  await connected(other);
  await server.stop();
  onTestFinished(() => server.start().catch(() => undefined));
  await takenBy(one, 1);
  one.throttled(30_000);
  const slot = await one.take();
  expect(slot.taken ? 0 : slot.waitMs).toBeGreaterThan(20_000);
  await server.start();
  await vi.waitFor(
    async () => {
      await one.take();
      const held = await other.take();
      expect(held.taken ? 0 : held.waitMs).toBeGreaterThan(20_000);
    },
    { timeout: 15_000, interval: 20 },
  );
});

test("a quota of one request in days is remembered for days", async () => {
  const prefix = newPrefix();
  const source = open({ prefix, qps: 0.00001 });
  expect((await connected(source)).taken).toBe(true);
  const client = new Redis(server.url);
  onTestFinished(() => client.disconnect());
  expect(await client.pttl(`${prefix}pace`)).toBeGreaterThan(24 * 3_600_000);
});

test("looking for the others takes nobody out of the line", async () => {
  const prefix = newPrefix();
  const [waits, other] = [open({ prefix, qps: 0.5 }), open({ prefix, qps: 0.5 })];
  await connected(waits);
  expect((await waits.take(live)).taken).toBe(false);
  // A refusal is told at once, and the record is looked at for it.
  waits.throttled(0);
  const answers: string[] = [];
  await vi.waitFor(
    async () => {
      const slot = await other.take(file);
      answers.push(slot.taken ? "taken" : String(slot.waitMs));
      expect(answers.at(-1)).toMatch(/taken|^12$/);
    },
    { timeout: 20_000, interval: 2 },
  );
  // It is the first one's turn.
  expect(answers.at(-1)).toBe("12");
});

test("while Redis is away each takes its turn by the clock, and what left late then holds up nobody when it is back", async () => {
  const prefix = newPrefix();
  const sources = [open({ prefix, qps: 20 }), open({ prefix, qps: 20 }), open({ prefix, qps: 20 })];
  for (const source of sources) await connected(source);
  // Everybody has seen everybody.
  for (const source of sources) await source.take();
  await server.stop();
  onTestFinished(() => server.start().catch(() => undefined));
  const takenMs: number[] = [];
  const untilMs = monotonicMs() + 4000;
  await Promise.all(
    sources.map(async (source) => {
      while (monotonicMs() < untilMs) {
        const slot = await source.take();
        if (slot.taken) takenMs.push(monotonicMs());
        else await new Promise((resolve) => setTimeout(resolve, Math.min(slot.waitMs, 5)));
      }
    }),
  );
  expect(sources.map(({ events }) => events)).toEqual(sources.map(() => ["lost, 3 processes"]));
  const seconds = takenMs
    .toSorted((a, b) => a - b)
    .map((end, index, all) => all.slice(0, index + 1).filter((at) => end - at < 1000).length);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(20);
  expect(takenMs.length).toBeGreaterThan(20);
  for (const source of sources) for (let request = 0; request < 1000; request++) source.delay(20);
  await server.start();
  await vi.waitFor(async () => {
    for (const source of sources) await source.take();
    expect(sources.map(({ events }) => events.at(-1))).toEqual(["back", "back", "back"]);
  }, 20_000);
  await takenBy(sources[0]!, 1);
});
