import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Lane } from "../../src/recognizers/recognizer.ts";
import { lanes } from "../../src/recognizers/lane-order.ts";
import { createTurns, type Turns } from "../../src/recognizers/turns.ts";

interface Item {
  readonly name: string;
}

function line(): {
  readonly turns: Turns<Item>;
  readonly add: (name: string, lane?: Lane, guildId?: string, memberId?: string) => () => void;
  readonly take: (count: number) => string[];
} {
  const turns = createTurns<Item>();
  return {
    turns,
    add: (name, lane = "note", guildId = "guild", memberId = "member") =>
      turns.add({ lane, guildId, memberId }, { name }),
    take: (count) => Array.from({ length: count }, () => turns.shift()?.name ?? "nobody"),
  };
}

function counts(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, names.filter((one) => one === name).length]),
  );
}

describe("lanes", () => {
  test("share the places by weight, each with at least an eighth", () => {
    const { add, take } = line();
    for (const lane of lanes) for (let index = 0; index < 200; index += 1) add(lane, lane);
    expect(counts(take(160))).toEqual({ file: 20, interactive: 40, live: 80, note: 20 });
  });

  test("that begin to wait save nothing up, whatever others were told of them", () => {
    const { turns, add, take } = line();
    add("live", "live");
    add("file", "file");
    const spent = { spent: 5, passedOver: 0 };
    const unused = { spent: 0, passedOver: 0 };
    // As the others see it: the file has not waited yet, and nothing was ever spent on its lane.
    turns.learn([], {
      accounts: { live: spent, interactive: unused, note: unused, file: unused },
      waiting: ["live"],
    });
    expect(take(2)).toEqual(["live", "file"]);
  });

  test("let a live call go next, however many file calls wait", () => {
    const { add, take } = line();
    for (let index = 0; index < 500; index += 1) add("file", "file");
    take(100);
    add("live", "live");
    expect(take(1)).toEqual(["live"]);
  });

  test("take no credit for the time they were empty", () => {
    const { add, take } = line();
    for (let index = 0; index < 100; index += 1) add("note", "note");
    take(50);
    for (let index = 0; index < 40; index += 1) add("file", "file");
    expect(counts(take(12))).toEqual({ file: 4, note: 8 });
  });

  test("that wait get at least every eighth place, whoever comes and goes", () => {
    const arrival = fc.record({
      lane: fc.constantFrom(...lanes),
      count: fc.integer({ min: 1, max: 12 }),
      places: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 1, maxLength: 30 }), (arrivals) => {
        const { turns, add, take } = line();
        const passedOver = new Map<string, number>();
        for (const { lane, count, places } of arrivals) {
          for (let index = 0; index < count; index += 1) add(lane, lane);
          for (let place = 0; place < places; place += 1) {
            const waiting = lanes.filter((one) => turns.size(one) > 0);
            const [served = ""] = take(1);
            for (const one of waiting)
              passedOver.set(one, one === served ? 0 : (passedOver.get(one) ?? 0) + 1);
            expect(Math.max(0, ...passedOver.values())).toBeLessThan(8);
          }
        }
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});

describe("inside a lane", () => {
  test("guilds take turns, however much one of them asks", () => {
    const { add, take } = line();
    for (const name of ["a1", "a2", "a3", "a4"]) add(name, "note", "a");
    for (const name of ["b1", "b2"]) add(name, "note", "b");
    expect(take(6)).toEqual(["a1", "b1", "a2", "b2", "a3", "a4"]);
  });

  test("members of a guild take turns, each in order of arrival", () => {
    const { add, take } = line();
    for (const name of ["x1", "x2", "x3"]) add(name, "note", "guild", "x");
    for (const name of ["y1", "y2"]) add(name, "note", "guild", "y");
    expect(take(5)).toEqual(["x1", "y1", "x2", "y2", "x3"]);
  });

  test("a guild with many members gets no more than one with a single member", () => {
    const { add, take } = line();
    for (let member = 0; member < 20; member += 1) add("crowd", "note", "a", `member-${member}`);
    for (let index = 0; index < 20; index += 1) add("loner", "note", "b");
    expect(counts(take(20))).toEqual({ crowd: 10, loner: 10 });
  });
});

describe("the line", () => {
  test("shows who is next without taking them out", () => {
    const { turns, add } = line();
    add("first");
    add("second");
    expect([turns.peek()?.item.name, turns.peek()?.item.name, turns.size("note")]).toEqual([
      "first",
      "first",
      2,
    ]);
  });

  test("always lets go whom it showed as next", () => {
    const call = fc.record({
      lane: fc.constantFrom(...lanes),
      guildId: fc.constantFrom("a", "b", "c"),
      memberId: fc.constantFrom("x", "y"),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const turns = createTurns<object>();
        for (const one of calls) turns.add(one, {});
        for (let next = turns.peek(); next; next = turns.peek()) expect(turns.shift()).toBe(next.item);
        expect(lanes.map((lane) => turns.size(lane))).toEqual([0, 0, 0, 0]);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("forgets who is taken out, once and for all", () => {
    const { turns, add, take } = line();
    add("stays");
    const remove = add("leaves", "live");
    remove();
    remove();
    expect([...take(2), turns.size("live")]).toEqual(["stays", "nobody", 0]);
  });
});
