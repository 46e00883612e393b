import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { lanes } from "../../src/recognizers/lane-order.ts";
import type { Lane, Turn } from "../../src/recognizers/recognizer.ts";
import {
  firstOfFronts,
  giveSharedPlace,
  newSharedTurns,
  placesElsewhere,
  type ShownFront,
} from "../../src/recognizers/shared-turns.ts";
import { createTurns } from "../../src/recognizers/turns.ts";

interface Arrival extends Turn {
  readonly process: number;
  readonly count: number;
}

const arrivals = (limits: { readonly lanes: readonly Lane[]; readonly guilds: number }) =>
  fc.array(
    fc.record({
      process: fc.integer({ min: 0, max: 3 }),
      count: fc.integer({ min: 1, max: 30 }),
      lane: fc.constantFrom(...limits.lanes),
      guildId: fc.integer({ min: 1, max: limits.guilds }).map((guild) => `guild-${guild}`),
      memberId: fc.constantFrom("x", "y", "z"),
    }),
    { minLength: 1, maxLength: 20 },
  );

/** Four processes with lines of their own that give places by one book; each looks at it before each place. */
function processes(waiting: readonly Arrival[]): { readonly place: () => Turn | undefined } {
  const lines = Array.from({ length: 4 }, () => ({ turns: createTurns<object>(), seen: 0 }));
  for (const { process, count, ...turn } of waiting)
    for (let one = 0; one < count; one += 1) lines[process]?.turns.add(turn, {});
  let book = newSharedTurns();
  return {
    place() {
      const fronts: ShownFront[] = lines.flatMap((line, index) => {
        line.turns.learn(placesElsewhere(book, line.seen, String(index)), book);
        line.seen = book.given;
        const front = line.turns.peek();
        return front ? [{ turn: front.turn, waiting: front.waiting, processId: String(index) }] : [];
      });
      const first = firstOfFronts(book, fronts);
      if (!first) return undefined;
      lines[Number(first.processId)]?.turns.shift();
      book = giveSharedPlace(book, first, fronts);
      return first.turn;
    },
  };
}

/** All places until nobody waits, and who still waited before each. */
function run(
  waiting: readonly Arrival[],
  nameOf: (turn: Turn) => string,
): { given: string; still: string[] }[] {
  const left = new Map<string, number>();
  for (const one of waiting) left.set(nameOf(one), (left.get(nameOf(one)) ?? 0) + one.count);
  const { place } = processes(waiting);
  const places: { given: string; still: string[] }[] = [];
  for (let turn = place(); turn; turn = place()) {
    const still = [...left].filter(([, count]) => count > 0).map(([name]) => name);
    const given = nameOf(turn);
    places.push({ given, still });
    left.set(given, (left.get(given) ?? 0) - 1);
  }
  return places;
}

/** The longest that anybody waited while others got places. */
function longestWait(places: readonly { given: string; still: string[] }[]): number {
  const passedOver = new Map<string, number>();
  let longest = 0;
  for (const { given, still } of places) {
    for (const name of still) passedOver.set(name, name === given ? 0 : (passedOver.get(name) ?? 0) + 1);
    longest = Math.max(longest, ...passedOver.values());
  }
  return longest;
}

describe("places that processes share", () => {
  test("are given to all who wait, each once", () => {
    fc.assert(
      fc.property(arrivals({ lanes, guilds: 5 }), (waiting) => {
        const total = waiting.reduce((sum, { count }) => sum + count, 0);
        expect(run(waiting, ({ guildId }) => guildId)).toHaveLength(total);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  test("go to every waiting lane at least once in eight, whichever process it waits in", () => {
    fc.assert(
      fc.property(arrivals({ lanes, guilds: 2 }), (waiting) => {
        // A lane that waits behind another one of its process is shown with that one's place: one place later.
        expect(longestWait(run(waiting, ({ lane }) => lane))).toBeLessThanOrEqual(8);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test("go round the guilds of a lane, whichever processes have their work", () => {
    fc.assert(
      fc.property(arrivals({ lanes: ["note"], guilds: 6 }), (waiting) => {
        const places = run(waiting, ({ guildId }) => guildId);
        const guilds = new Set(waiting.map(({ guildId }) => guildId)).size;
        expect(longestWait(places)).toBeLessThanOrEqual(guilds - 1);
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test("go round more guilds than the book remembers", () => {
    const waiting = Array.from({ length: 100 }, (_, guild) => ({
      process: guild % 4,
      count: 3,
      lane: "note" as const,
      guildId: `guild-${guild}`,
      memberId: "m",
    }));
    expect(longestWait(run(waiting, ({ guildId }) => guildId))).toBeLessThanOrEqual(130);
  });
});
