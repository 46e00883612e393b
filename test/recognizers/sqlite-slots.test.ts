import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { Lane } from "../../src/recognizers/recognizer.ts";
import type { SlotSource } from "../../src/recognizers/slots.ts";
import { createSqliteSlots, type SqliteSlotsOptions } from "../../src/recognizers/sqlite-slots.ts";
import type { Front } from "../../src/recognizers/turns.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-slots-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

function raise(error: unknown): never {
  throw error;
}

function open(options: Partial<SqliteSlotsOptions> = {}): SlotSource {
  // A slot in a quarter of an hour: no test is slow enough to see the next one.
  const slots = createSqliteSlots({
    path: join(folder, "quota.db"),
    qps: 0.001,
    onTrouble: raise,
    ...options,
  });
  onTestFinished(() => slots.close());
  return slots;
}

async function takes(slots: SlotSource): Promise<boolean> {
  return (await slots.take()).taken;
}

function front(lane: Lane): Front {
  return { turn: { lane, guildId: "guild", memberId: "member" }, waiting: [lane] };
}

describe("sources of one file", () => {
  test("give each slot to one of them only", async () => {
    const [one, other] = [open(), open()];
    expect([await takes(one), await takes(other), await takes(one)]).toEqual([true, false, false]);
  });

  test("say alike how long to wait", async () => {
    const [one, other] = [open(), open()];
    await one.take();
    const slot = await other.take();
    expect(slot.taken ? 0 : slot.waitMs).toBeGreaterThan(1_000_000);
  });

  test("share a refusal for the rate", async () => {
    const [one, other] = [open({ qps: 1000 }), open({ qps: 1000 })];
    one.throttled(30_000);
    expect(await takes(other)).toBe(false);
  });

  test("share the delay of a request that left late", async () => {
    const [one, other] = [open({ qps: 1000 }), open({ qps: 1000 })];
    await one.take();
    one.delay(50_000);
    expect(await takes(other)).toBe(false);
  });

  test("let whose turn it is go first, but leave no slot unused that it does not take", async () => {
    const [urgent, other] = [open({ qps: 0.5 }), open({ qps: 0.5 })];
    await urgent.take();
    // It shows that it waits, and does not come for the slot.
    await urgent.take(front("live"));
    const waits: number[] = [];
    await vi.waitFor(
      async () => {
        const slot = await other.take(front("file"));
        if (!slot.taken) waits.push(slot.waitMs);
        expect(slot.taken).toBe(true);
      },
      { timeout: 20_000, interval: 2 },
    );
    expect(waits.filter((waitMs) => waitMs === 12)).toHaveLength(7);
  });

  test("keep the pace over a restart", async () => {
    const before = open();
    await before.take();
    before.close();
    expect(await takes(open())).toBe(false);
  });
});

/** Begins what another process would be writing. */
function lock(): DatabaseSync {
  const database = new DatabaseSync(join(folder, "quota.db"));
  database.exec("BEGIN IMMEDIATE");
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

describe("while another process holds the file", () => {
  test("no slot is taken, and it is worth asking again soon", async () => {
    const slots = open();
    slots.throttled(0);
    lock();
    const slot = await slots.take();
    expect(slot.taken ? "taken" : slot.waitMs).toBeLessThan(100);
  });

  test("a refusal for the rate is kept and told later", async () => {
    const slots = open({ qps: 1000 });
    await slots.take();
    const database = lock();
    slots.throttled(30_000);
    database.close();
    expect(await takes(slots)).toBe(false);
  });
});

describe("a file that cannot be used", () => {
  test("is made anew where it is damaged", async () => {
    writeFileSync(join(folder, "quota.db"), "no database ".repeat(1000));
    const [one, other] = [open(), open()];
    expect([await takes(one), await takes(other)]).toEqual([true, false]);
  });

  test("is made anew where it was deleted, so that all share one again", async () => {
    const [one, other] = [open({ qps: 1000 }), open({ qps: 1000 })];
    await one.take();
    await other.take();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, `quota.db${suffix}`), { force: true });
    one.throttled(30_000);
    expect(await takes(other)).toBe(false);
  });

  test("lets the process keep its own pace, and tells once", async () => {
    const told: unknown[] = [];
    const slots = open({ path: join(folder, "missing", "quota.db"), onTrouble: (error) => told.push(error) });
    expect([await takes(slots), await takes(slots)]).toEqual([true, false]);
    expect(told).toHaveLength(1);
  });
});
