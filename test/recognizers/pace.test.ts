import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  allowanceAt,
  delaySlots,
  initialPace,
  spacingMs,
  takeSlot,
  throttlePace,
  type PaceSettings,
  type PaceState,
} from "../../src/recognizers/pace.ts";

const three: PaceSettings = { qps: 3 };
/** Later than the first seconds of the clock, as on a host that runs. */
const startMs = 1_000_000;

/** Takes slots as somebody would whose timers are late; gives back when each was taken. */
function takeMany(
  count: number,
  settings: PaceSettings,
  lateMs: () => number,
  state = initialPace(settings),
): number[] {
  const times: number[] = [];
  let nowMs = startMs;
  while (times.length < count) {
    const { state: next, slot } = takeSlot(state, nowMs, settings);
    state = next;
    if (slot.taken) times.push(nowMs);
    else nowMs += slot.waitMs + lateMs();
  }
  return times;
}

/** The shortest time in which `count` requests in a row left. */
function shortestSpanMs(times: readonly number[], count: number): number {
  return Math.min(...times.slice(count - 1).map((time, index) => time - (times[index] ?? 0)));
}

describe("slots", () => {
  test("are spaced evenly, the first one after a rest a little more", () => {
    const times = takeMany(5, three, () => 0);
    expect(times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)))).toEqual([
      375, 345, 345, 345,
    ]);
  });

  test("never let more than the quota into a window of a second and most of the allowance, whatever timers do", () => {
    const cases = fc.record({
      qps: fc.oneof(
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 40, noNaN: true }),
      ),
      late: fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 50 }),
    });
    fc.assert(
      fc.property(cases, ({ qps, late }) => {
        let turn = 0;
        const times = takeMany(90, { qps }, () => late[(turn += 1) % late.length] ?? 0);
        const permitted = Math.max(1, Math.floor(qps));
        const windowMs = qps < 1 ? 1000 / qps : 1000;
        // 4 of the 35 ms are forgiven to late timers; the rest is for the network.
        expect(shortestSpanMs(times, permitted + 1)).toBeGreaterThanOrEqual(windowMs + 35 - 4 - 1e-6);
      }),
      { seed: 345, numRuns: 300 },
    );
  });

  test("are not lost to timers that are a little late", () => {
    const times = takeMany(101, three, () => 3);
    expect((times[100] ?? 0) - startMs).toBeLessThan(100 * 345 + 40);
  });

  test("never come faster than a broken number of requests permits", () => {
    expect([0.5, 1, 2.5, 3, 20].map((qps) => Math.round(spacingMs(qps, 35)))).toEqual([
      2070, 1035, 518, 345, 52,
    ]);
  });

  test("move along behind a request that left late", () => {
    const first = takeSlot(initialPace(three), startMs, three).state;
    expect(delaySlots(first, 40).nextMs - first.nextMs).toBe(40);
  });

  test("do not pile up while nobody wants them", () => {
    const first = takeSlot(initialPace(three), startMs, three).state;
    const afterRest = takeSlot(first, startMs + 60_000, three);
    const rightAfter = takeSlot(afterRest.state, startMs + 60_001, three);
    expect([afterRest.slot.taken, rightAfter.slot.taken]).toEqual([true, false]);
  });
});

/** The pace after so many refusals for the rate at once. */
function after(count: number): PaceState {
  let state = initialPace(three);
  for (let index = 0; index < count; index += 1) state = throttlePace(state, startMs, 0, three);
  return state;
}

describe("a refusal for the rate", () => {
  test("widens the allowance by 25 ms, up to 300", () => {
    expect([0, 1, 2, 20].map((count) => allowanceAt(after(count), startMs, three))).toEqual([
      35, 60, 85, 300,
    ]);
  });

  test("spaces the following slots by the wider allowance", () => {
    const times = takeMany(4, three, () => 0, after(4));
    expect(Math.round((times[2] ?? 0) - (times[1] ?? 0))).toBe(378);
  });

  test("pushes the next slot as far as the service asked for", () => {
    expect(throttlePace(initialPace(three), startMs, 5000, three).nextMs).toBe(startMs + 5000);
  });

  test("never stops everything for longer than a minute", () => {
    expect(throttlePace(initialPace(three), startMs, 3_600_000, three).nextMs).toBe(startMs + 60_000);
  });

  test("holds for a minute, then decays by a millisecond a second to its rest", () => {
    const state = after(2);
    const seconds = [59, 60, 70, 109, 500];
    expect(seconds.map((second) => allowanceAt(state, startMs + second * 1000, three))).toEqual([
      85, 85, 75, 36, 35,
    ]);
  });

  test("that follows a decay holds twice as long", () => {
    const again = throttlePace(after(2), startMs + 90_000, 0, three);
    expect(again.heldUntilMs - (startMs + 90_000)).toBe(120_000);
  });

  test("long after the last one counts as the first", () => {
    const doubled = throttlePace(after(2), startMs + 90_000, 0, three);
    const muchLater = doubled.heldUntilMs + 700_000;
    expect(throttlePace(doubled, muchLater, 0, three).heldUntilMs - muchLater).toBe(60_000);
  });
});

test("a state from before a reboot does not hold anybody up", () => {
  const stored: PaceState = { nextMs: 9e9, allowanceMs: 300, heldUntilMs: 9e9, holdMs: 60_000 };
  expect(takeSlot(stored, 5000, three).slot).toEqual({ taken: true });
});
