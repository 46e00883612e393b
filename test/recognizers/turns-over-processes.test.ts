import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, onTestFinished, test } from "vitest";

import { createQuota } from "../../src/recognizers/quota.ts";
import type { Turn } from "../../src/recognizers/recognizer.ts";
import { createRedisSlots } from "../../src/recognizers/redis-slots.ts";
import type { SlotSource } from "../../src/recognizers/slots.ts";
import { createSqliteSlots } from "../../src/recognizers/sqlite-slots.ts";
import { startRedis } from "../servers/redis.ts";

const redis = await startRedis();
const folder = mkdtempSync(join(tmpdir(), "earshot-turns-"));
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const qps = 20;
const fail = (error: unknown): never => {
  throw error;
};
const sources: readonly [kind: string, open: (name: string) => SlotSource][] = [
  ["a file", (name) => createSqliteSlots({ path: join(folder, `${name}.db`), qps, onTrouble: fail })],
  [
    "Redis",
    (name) =>
      createRedisSlots({ url: redis.url, prefix: `${name}:`, qps, onLost: fail, onBack: () => undefined }),
  ],
];

let books = 0;

/** A line that is to wait: whose, and how long. */
type Waiting = readonly [turn: Turn, count: number];

/** The lines of processes that share a quota; gives who was let go, in order. */
async function letGo(open: (name: string) => SlotSource, lines: readonly Waiting[][]): Promise<string[]> {
  const name = `book${++books}`;
  const order: string[] = [];
  const quotas = lines.map(() => createQuota({ slots: open(name) }));
  onTestFinished(() => quotas.forEach((quota) => quota.close()));
  await Promise.all(
    lines.flatMap((line, index) =>
      line.flatMap(([turn, count]) =>
        Array.from({ length: count }, async () => {
          await quotas[index]?.place(turn, { signal: new AbortController().signal });
          order.push(`${turn.lane} ${turn.guildId} ${turn.memberId}`);
        }),
      ),
    ),
  );
  // Before the first places are given not all have shown that they wait.
  return order.slice(2);
}

const countOf = (order: readonly string[], who: string): number =>
  order.filter((one) => one.startsWith(who)).length;

describe.each(sources)("processes that share a quota over %s", (_kind, open) => {
  test("guilds take turns over all processes, whichever of them has their work", async () => {
    const crowd: Turn = { lane: "note", guildId: "crowd", memberId: "m" };
    const order = await letGo(open, [
      [
        [crowd, 12],
        [{ ...crowd, guildId: "loner" }, 6],
      ],
      [[crowd, 12]],
      [[crowd, 12]],
    ]);
    expect(countOf(order.slice(0, 8), "note loner")).toBeGreaterThanOrEqual(3);
  });

  test("members of a guild take turns over all processes", async () => {
    const turn: Turn = { lane: "note", guildId: "guild", memberId: "eager" };
    const order = await letGo(open, [
      [
        [turn, 12],
        [{ ...turn, memberId: "modest" }, 6],
      ],
      [[turn, 12]],
      [[turn, 12]],
    ]);
    expect(countOf(order.slice(0, 8), "note guild modest")).toBeGreaterThanOrEqual(3);
  });

  test("lanes get their share over all processes, and each at least every eighth place", async () => {
    const turn: Turn = { lane: "live", guildId: "guild", memberId: "m" };
    const order = await letGo(open, [[[turn, 32]], [[{ ...turn, lane: "file" }, 8]]]);
    const gaps = order
      .flatMap((one, index) => (one.startsWith("file") ? [index] : []))
      .map((at, index, all) => at - (all[index - 1] ?? -1));
    expect(Math.max(...gaps.slice(0, 3))).toBeLessThanOrEqual(8);
    expect(countOf(order.slice(0, 16), "live")).toBeGreaterThanOrEqual(12);
  });
});
