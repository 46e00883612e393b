import { randomUUID } from "node:crypto";

import { createGivingWay, politeMs } from "./giving-way.ts";
import { createOwnShare } from "./own-share.ts";
import { type PaceSettings, type Slot, takeSlot } from "./pace.ts";
import { pause } from "./punctual.ts";
import { answerWithinMs, connectRedis } from "./redis-link.ts";
import type { SharedPace } from "./redis-pace.ts";
import { createSharedRecord } from "./redis-record.ts";
import { firstOfFronts } from "./shared-turns.ts";
import { monotonicMs, type SlotSource } from "./slots.ts";
import type { Front } from "./turns.ts";

export interface RedisSlotsOptions extends PaceSettings {
  /** redis://host:port/database */
  readonly url: string;
  /** What the keys of this quota begin with. */
  readonly prefix: string;
  /** Redis is gone: from now on this process takes its share, one slot in so many, and keeps to it by the clock. */
  readonly onLost: (error: unknown, share: { readonly processes: number }) => void;
  readonly onBack: () => void;
}

/** Nobody is missed by the others for longer than this before its share is theirs. */
const beatEveryMs = 5000;
/** Where Redis was lost or came back, others may learn of it this much later. */
const changeoverMs = 1500;
/** How often it is looked for meanwhile. */
const probeEveryMs = 300;
/** Another process was quicker. */
const askAgainMs = 1;
/** Whose turn it is has seen the record so long before its slot: when that is due, nothing is left but taking it. */
const lookAheadMs = 4;
/** More than this is a hiccup: who comes so early could not make way any more for somebody more urgent. */
const longestTripMs = 50;
/** The others come so much later, and find it taken. */
const afterFirstMs = 3;
/** A process whose request left late, and that takes no other slot, says so after a while. */
const tellLateAfterMs = 20;
/** Where others are quicker again and again, the question for the next slot does what is left. */
const mostTries = 5;

/**
 * Slots that processes on any number of hosts take from one record in Redis, on the clock of Redis. Lanes, guilds and
 * members take turns over all processes. Where Redis is lost, the slots go on by the clock as last compared, one in turn for
 * each process that was there: where it is gone for all of them, they stay within the quota together.
 */
export function createRedisSlots(options: RedisSlotsOptions): SlotSource {
  const link = connectRedis(options);
  const id = randomUUID();
  const share = createOwnShare(options);
  const record = createSharedRecord(link, id, options);
  let known: SharedPace | undefined;
  let mode: { readonly type: "shared" | "alone"; readonly sinceMs: number } = {
    type: "shared",
    sinceMs: -Infinity,
  };
  let probing: NodeJS.Timeout | undefined;
  const closing = new AbortController();
  let telling: NodeJS.Timeout | undefined;
  const givesWay = createGivingWay(id);

  const lost = (error: unknown): void => {
    if (mode.type === "alone" || closing.signal.aborted) return;
    mode = { type: "alone", sinceMs: monotonicMs() };
    record.forgetDelays();
    probing = setInterval(show, probeEveryMs).unref();
    options.onLost(error, { processes: known?.processes ?? 1 });
  };
  const found = (): void => {
    clearInterval(probing);
    if (mode.type === "shared") return;
    mode = { type: "shared", sinceMs: monotonicMs() };
    options.onBack();
  };

  const look = async (front?: Front): Promise<SharedPace> => {
    const seen = await record.look(front);
    known = seen;
    found();
    return seen;
  };

  const takeDue = async (seen: SharedPace, front: Front | undefined): Promise<Slot> => {
    const nowMs = nowOf(seen);
    let slot: Slot = { taken: false, waitMs: askAgainMs };
    const { done, atMs } = await record.change(seen, (state) => {
      const taken = takeSlot(state, nowMs, options);
      if (taken.slot.taken && givesWay({ ...seen, slotMs: state.nextMs })) {
        slot = { taken: false, waitMs: politeMs };
        return { state };
      }
      slot = taken.slot;
      // A time further ahead than can be, as after Redis' clock was set back, holds nobody up.
      const takenBy = front && slot.taken ? { ...front, processId: id } : undefined;
      return { state: taken.state, takenBy, notBeforeMs: slot.taken ? Math.min(state.nextMs, nowMs) : 0 };
    });
    if (!done) return { taken: false, waitMs: askAgainMs };
    // The clock of Redis may have been further than thought: the request is later by that.
    return slot.taken ? { taken: true, atMs: nowMs - Math.max(0, atMs - nowMs) - seen.offsetMs } : slot;
  };

  const takeShared = async (front: Front | undefined): Promise<Slot> => {
    const seen = await look(front);
    const restMs = mode.sinceMs + changeoverMs - monotonicMs();
    if (restMs > 0) return { taken: false, waitMs: restMs };
    const { slot } = takeSlot(record.stateOf(seen), seen.nowMs, options);
    if (!slot.taken) {
      const dueMs = seen.nowMs + slot.waitMs;
      const { done } = await record.change(seen, (state) => ({ state }));
      const waitMs = done ? comeBackInMs(seen, dueMs, id) : askAgainMs;
      if (waitMs > 0) return { taken: false, waitMs };
      await pause(dueMs - nowOf(seen), closing.signal);
    }
    return takeDue(seen, front);
  };

  const takeOwn = (): Slot => {
    const restMs = mode.sinceMs + changeoverMs - monotonicMs();
    if (known === undefined) return { taken: false, waitMs: answerWithinMs };
    return restMs > 0 ? { taken: false, waitMs: restMs } : share.take(known);
  };

  /** Does what is pending soon, whether or not a slot is asked for. */
  const settle = async (): Promise<void> => {
    try {
      for (
        let times = 0;
        times < mostTries && mode.type === "shared" && !closing.signal.aborted;
        times += 1
      ) {
        const { done } = await record.change(await look(), (state) => ({ state }));
        if (done) return;
      }
    } catch (error) {
      lost(error);
    }
  };

  /** Shows the others that this process is there, and sees who else is. */
  function show(): void {
    if (link.isUp()) look().catch(lost);
    else lost(noConnection());
  }
  link.onUp(show);
  const beat = setInterval(show, beatEveryMs).unref();

  return {
    async take(front) {
      // Nobody waits for a server that is gone: it is looked for meanwhile.
      if (mode.type === "alone") return takeOwn();
      if (link.isUp()) {
        try {
          return await takeShared(front);
        } catch (error) {
          lost(error);
        }
      } else if (known !== undefined) lost(noConnection());
      return takeOwn();
    },
    onPlacesElsewhere: (listener) => record.onPlacesElsewhere(listener),
    delay(byMs) {
      if (mode.type !== "shared") return;
      record.delay(byMs);
      // Usually the question for the next slot tells it.
      telling ??= setTimeout(() => {
        telling = undefined;
        if (record.isPending()) void settle();
      }, tellLateAfterMs).unref();
    },
    throttled(retryAfterMs = 0) {
      record.refused(retryAfterMs);
      share.throttled(retryAfterMs);
      void settle();
    },
    close() {
      closing.abort();
      clearTimeout(telling);
      clearInterval(beat);
      clearInterval(probing);
      link.close(id);
    },
  };
}

/** In how long to come back for a slot that is not due yet; 0 where it is worth waiting here. */
function comeBackInMs(seen: SharedPace, dueMs: number, processId: string): number {
  const first = firstOfFronts(seen.turns, seen.fronts);
  const isOurs = first === undefined || first.processId === processId;
  const leftMs = dueMs - nowOf(seen);
  const aheadMs = lookAheadMs + Math.min(seen.tripMs, longestTripMs);
  return isOurs ? Math.max(0, leftMs - aheadMs) : leftMs + afterFirstMs;
}

/** The clock of Redis now, by how it was seen. */
function nowOf({ offsetMs }: SharedPace): number {
  return monotonicMs() + offsetMs;
}

function noConnection(): Error {
  return new Error("there is no connection to Redis");
}
