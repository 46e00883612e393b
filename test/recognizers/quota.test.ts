import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { Slot } from "../../src/recognizers/pace.ts";
import { newAccounts } from "../../src/recognizers/lane-order.ts";
import { createQuota, type Place, type Quota } from "../../src/recognizers/quota.ts";
import type { Lane, Turn } from "../../src/recognizers/recognizer.ts";
import type { SlotSource } from "../../src/recognizers/slots.ts";

/** Slots that come when the test says so. */
interface HandedOut {
  readonly source: SlotSource;
  /** Makes one slot due and resolves when it was taken. */
  give(): Promise<void>;
  /** Resolves when somebody asks for a slot and gets none. */
  asked(): Promise<void>;
  readonly delays: number[];
  readonly refusals: (number | undefined)[];
}

function handOut(): HandedOut {
  const delays: number[] = [];
  const refusals: (number | undefined)[] = [];
  let due: (() => void)[] = [];
  let askers: (() => void)[] = [];
  return {
    delays,
    refusals,
    give: () => new Promise((resolve) => due.push(resolve)),
    asked: () => new Promise((resolve) => askers.push(resolve)),
    source: {
      take(): Slot {
        const [taken, ...rest] = due;
        due = rest;
        taken?.();
        if (taken) return { taken: true };
        for (const tell of askers) tell();
        askers = [];
        return { taken: false, waitMs: 1 };
      },
      delay: (lateMs) => void delays.push(lateMs),
      throttled: (retryAfterMs) => void refusals.push(retryAfterMs),
      close() {},
    },
  };
}

function turn(lane: Lane = "note", memberId = "member"): Turn {
  return { lane, guildId: "guild", memberId };
}

function quotaOver(source: SlotSource, maxWaitingPerLane = 100): Quota {
  const quota = createQuota({ slots: source, maxWaitingPerLane });
  onTestFinished(() => quota.close());
  return quota;
}

const { signal } = new AbortController();

/** Waits for a place and writes down when it came. */
async function arrive(quota: Quota, log: string[], name: string, at: Turn = turn()): Promise<Place> {
  const place = await quota.place(at, { signal });
  log.push(name);
  return place;
}

describe("a slot", () => {
  test("goes to whoever is most urgent when it is due, not to who waited first", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source);
    const log: string[] = [];
    const file = arrive(quota, log, "file", turn("file"));
    await slots.asked();
    const live = arrive(quota, log, "live", turn("live"));
    await slots.give();
    await live;
    await slots.give();
    await file;
    expect(log).toEqual(["live", "file"]);
  });

  test("that is long in coming is asked for anew when somebody more urgent comes, or the first one leaves", async () => {
    const asked: (Lane | undefined)[] = [];
    const quota = quotaOver({
      take(front) {
        asked.push(front?.turn.lane);
        return { taken: false, waitMs: 3_600_000 };
      },
      delay() {},
      throttled() {},
      close() {},
    });
    const leaving = new AbortController();
    const log: string[] = [];
    void arrive(quota, log, "file", turn("file")).catch(() => undefined);
    await vi.waitFor(() => expect(asked).toEqual(["file"]));
    const live = quota.place(turn("live"), { signal: leaving.signal });
    await vi.waitFor(() => expect(asked).toEqual(["file", "live"]));
    void arrive(quota, log, "note", turn("note")).catch(() => undefined);
    leaving.abort(new Error("left"));
    await expect(live).rejects.toThrow("left");
    await vi.waitFor(() => expect(asked).toEqual(["file", "live", "note"]));
  });

  test("is not taken before the caller is ready", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source);
    const log: string[] = [];
    const login = Promise.withResolvers<void>();
    const place = quota.place(turn(), {
      signal,
      async ready() {
        await login.promise;
        log.push("ready");
      },
    });
    const taken = slots.give().then(() => log.push("taken"));
    login.resolve();
    await Promise.all([place, taken]);
    expect(log[0]).toBe("ready");
  });

  test("is not spent on a caller that cannot be made ready", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source);
    const failing = quota.place(turn(), { signal, ready: () => Promise.reject(new Error("login refused")) });
    await expect(failing).rejects.toThrow("login refused");
    const next = quota.place(turn(), { signal });
    await slots.give();
    await expect(next).resolves.toBeDefined();
  });

  test("moves those behind it along when its request left late", async () => {
    const slots = handOut();
    const place = quotaOver(slots.source).place(turn(), { signal });
    await slots.give();
    const { sent } = await place;
    const untilMs = performance.now() + 20;
    while (performance.now() < untilMs);
    sent();
    expect(slots.delays).toHaveLength(1);
    expect(slots.delays[0]).toBeGreaterThanOrEqual(20);
  });

  test("of a source that answers later is waited for", async () => {
    const slots = handOut();
    const source = { ...slots.source, take: async () => Promise.resolve(slots.source.take()) };
    const place = quotaOver(source).place(turn(), { signal });
    await slots.give();
    await expect(place).resolves.toBeDefined();
  });
});

describe("an abort", () => {
  test("while waiting gives the place to the next one", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source);
    const leaving = new AbortController();
    const left = quota.place(turn("live"), { signal: leaving.signal });
    const stays = quota.place(turn("file"), { signal });
    await slots.asked();
    leaving.abort(new Error("deleted"));
    await expect(left).rejects.toThrow("deleted");
    expect(quota.waiting("live")).toBe(0);
    await slots.give();
    await expect(stays).resolves.toBeDefined();
  });

  test("before the call is thrown at once", async () => {
    const quota = quotaOver(handOut().source);
    await expect(quota.place(turn(), { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow(
      "gone",
    );
    expect(quota.waiting("note")).toBe(0);
  });

  test("while getting ready is thrown at once, and others go on", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source);
    const leaving = new AbortController();
    const login = Promise.withResolvers<void>();
    const left = quota.place(turn("live"), { signal: leaving.signal, ready: () => login.promise });
    const stays = quota.place(turn("file"), { signal });
    leaving.abort(new Error("deleted"));
    await expect(left).rejects.toThrow("deleted");
    login.resolve();
    await slots.give();
    await expect(stays).resolves.toBeDefined();
  });
});

describe("the line", () => {
  test("is bounded in each lane, with an error that can be tried again", async () => {
    const slots = handOut();
    const quota = quotaOver(slots.source, 2);
    const log: string[] = [];
    const waiting = [arrive(quota, log, "1"), arrive(quota, log, "2")];
    await expect(arrive(quota, log, "3")).rejects.toMatchObject({ code: "QUOTA.FULL", retryable: true });
    waiting.push(arrive(quota, log, "live", turn("live")));
    for (const _one of waiting) await slots.give();
    await Promise.all(waiting);
    expect(log).toEqual(["live", "1", "2"]);
  });

  test("says how many wait in a lane", () => {
    const quota = createQuota({ slots: handOut().source });
    const waiting = [quota.place(turn("file"), { signal }), quota.place(turn("file"), { signal })];
    expect([quota.waiting("file"), quota.waiting("live")]).toEqual([2, 0]);
    quota.close();
    return expect(Promise.allSettled(waiting)).resolves.toHaveLength(2);
  });

  test("turns everyone away when it closes", async () => {
    const quota = createQuota({ slots: handOut().source });
    const waiting = quota.place(turn(), { signal });
    quota.close();
    await expect(waiting).rejects.toMatchObject({ code: "QUOTA.CLOSED", retryable: false });
    await expect(quota.place(turn(), { signal })).rejects.toMatchObject({ code: "QUOTA.CLOSED" });
  });

  test("passes a refusal for the rate on to its slots", () => {
    const slots = handOut();
    quotaOver(slots.source).throttled(1500);
    expect(slots.refusals).toEqual([1500]);
  });
});

test("whose turn it has become by what others were given is shown at once, not when the next slot is due", async () => {
  const shown: (string | undefined)[] = [];
  const both = Promise.withResolvers<void>();
  let tell: Parameters<NonNullable<SlotSource["onPlacesElsewhere"]>>[0] | undefined;
  const quota = quotaOver({
    take(front) {
      if (shown.push(front?.turn.memberId) === 1)
        tell?.([turn("note", "eager")], { accounts: newAccounts(), waiting: ["note"] });
      else both.resolve();
      return { taken: false, waitMs: 60_000 };
    },
    onPlacesElsewhere(listener) {
      tell = listener;
    },
    delay() {},
    throttled() {},
    close() {},
  });
  for (const memberId of ["eager", "modest"])
    quota.place(turn("note", memberId), { signal }).catch(() => undefined);
  await both.promise;
  expect(shown).toEqual(["eager", "modest"]);
});
