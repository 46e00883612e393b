import { randomUUID } from "node:crypto";

import { Redis } from "ioredis";

import {
  delaySlots,
  initialPace,
  type PaceSettings,
  type PaceState,
  type Slot,
  spacingMs,
  takeSlot,
  throttlePace,
} from "./pace.ts";
import { createGivingWay, politeMs } from "./giving-way.ts";
import type { LaneAccounts } from "./lane-order.ts";
import type { Turn } from "./recognizer.ts";
import { writeRecord } from "./quota-record.ts";
import { readPace, type SharedPace, sharedPaceScripts } from "./redis-pace.ts";
import { giveSharedPlace, placesElsewhere, type ShownFront } from "./shared-turns.ts";
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

/** An answer that takes longer comes too late for its slot. */
const answerWithinMs = 1000;
const longestPauseMs = 300;
/** Nobody is missed by the others for longer than this before its share is theirs. */
const beatEveryMs = 5000;
/** Where Redis was lost or came back, others may learn of it this much later. */
const changeoverMs = 1500;
/** Clocks drift apart while nobody compares them: more room between requests. */
const drivenAllowanceMs = 100;
/** Taken later than this a slot of one's own comes too near to the next one. */
const ownSlotMs = 20;

/**
 * Slots that processes on any number of hosts take from one record in Redis, on the clock of Redis. Lanes, guilds and
 * members take turns over all processes. Where Redis is lost, the slots go on by the clock as last compared, one in turn
 * for each process that was there: together they stay within the quota, and none waits for a server that is gone.
 */
export function createRedisSlots(options: RedisSlotsOptions): SlotSource {
  const link = connect(options);
  const id = randomUUID();
  /** What is to be done to the record and could not be yet. */
  let pending: ((state: PaceState, nowMs: number) => PaceState)[] = [];
  let known: SharedPace | undefined;
  let mode: { readonly type: "shared" | "alone"; readonly sinceMs: number } = {
    type: "shared",
    sinceMs: -Infinity,
  };
  let lastOwn = -1;
  const givesWay = createGivingWay(id);
  let placesSeen = 0;
  let tellPlaces: ((places: readonly Turn[], accounts: LaneAccounts) => void) | undefined;

  const lost = (error: unknown): void => {
    if (mode.type === "alone") return;
    mode = { type: "alone", sinceMs: monotonicMs() };
    options.onLost(error, { processes: known?.processes ?? 1 });
  };
  const found = (): void => {
    if (mode.type === "shared") return;
    mode = { type: "shared", sinceMs: monotonicMs() };
    options.onBack();
  };

  const look = async (front: Front | undefined): Promise<SharedPace> => {
    const askedMs = monotonicMs();
    const shown = front === undefined ? "" : JSON.stringify({ turn: front.turn, waiting: front.waiting });
    known = readPace(await link.look(id, shown), (askedMs + monotonicMs()) / 2);
    found();
    const { turns } = known;
    if (turns.given !== placesSeen) tellPlaces?.(placesElsewhere(turns, placesSeen, id), turns.accounts);
    placesSeen = turns.given;
    return known;
  };

  /** Does what is pending and then `step` to the record; false where another process was quicker. */
  const change = async (
    seen: SharedPace,
    step: (state: PaceState) => { readonly state: PaceState; readonly takenBy?: ShownFront | undefined },
  ): Promise<boolean> => {
    const due = pending;
    pending = [];
    const before = seen.state ?? initialPace(options);
    const { state, takenBy } = step(due.reduce((one, next) => next(one, seen.nowMs), before));
    const turns = takenBy ? giveSharedPlace(seen.turns, takenBy, seen.fronts) : seen.turns;
    const after = writeRecord(state, turns);
    if (seen.state !== undefined && after === seen.stored) return true;
    const done = await link.replace(seen.stored, after, takenBy?.processId ?? "");
    if (!done) pending = [...due, ...pending];
    else if (takenBy) placesSeen = turns.given;
    return done;
  };

  const takeShared = async (front: Front | undefined): Promise<Slot> => {
    const seen = await look(front);
    const restMs = mode.sinceMs + changeoverMs - monotonicMs();
    if (restMs > 0) return { taken: false, waitMs: restMs };
    let slot: Slot = { taken: false, waitMs: 1 };
    const done = await change(seen, (state) => {
      const taken = takeSlot(state, seen.nowMs, options);
      if (taken.slot.taken && givesWay({ ...seen, slotMs: state.nextMs })) {
        slot = { taken: false, waitMs: politeMs };
        return { state };
      }
      slot = taken.slot;
      const takenBy = front && taken.slot.taken ? { ...front, processId: id } : undefined;
      return { state: taken.state, takenBy };
    });
    return done ? slot : { taken: false, waitMs: 1 };
  };

  const takeOwn = (): Slot => {
    const restMs = mode.sinceMs + changeoverMs - monotonicMs();
    if (known === undefined) return { taken: false, waitMs: answerWithinMs };
    if (restMs > 0) return { taken: false, waitMs: restMs };
    const spacing = spacingMs(options.qps, drivenAllowanceMs);
    const nowMs = monotonicMs() + known.offsetMs;
    const at = Math.floor(nowMs / spacing);
    const turn = (((known.rank - at) % known.processes) + known.processes) % known.processes;
    const isOwn = turn === 0 && nowMs - at * spacing <= ownSlotMs && at > lastOwn;
    if (!isOwn) {
      const next = at + (turn === 0 ? known.processes : turn);
      return { taken: false, waitMs: next * spacing - nowMs };
    }
    lastOwn = at;
    return { taken: true };
  };

  /** Shows the others that this process is there, and sees who else is. */
  const show = (): void => {
    if (link.isUp()) look(undefined).catch(lost);
    else lost(noConnection());
  };
  link.onUp(show);
  const beat = setInterval(show, beatEveryMs).unref();

  return {
    async take(front) {
      if (link.isUp()) {
        try {
          return await takeShared(front);
        } catch (error) {
          lost(error);
        }
      } else if (known !== undefined) lost(noConnection());
      return takeOwn();
    },
    onPlacesElsewhere(listener) {
      tellPlaces = listener;
    },
    delay(lateMs) {
      pending.push((state) => delaySlots(state, lateMs));
    },
    throttled(retryAfterMs = 0) {
      pending.push((state, nowMs) => throttlePace(state, nowMs, retryAfterMs, options));
      look(undefined)
        .then(
          (seen) => change(seen, (state) => ({ state })),
          (error: unknown) => lost(error),
        )
        .catch(lost);
    },
    close() {
      clearInterval(beat);
      link.close(id);
    },
  };
}

function noConnection(): Error {
  return new Error("there is no connection to Redis");
}

interface Link {
  isUp(): boolean;
  onUp(listener: () => void): void;
  look(id: string, front: string): Promise<unknown>;
  /** False where the record is no longer what it was. */
  replace(before: string, after: string, takenBy: string): Promise<boolean>;
  close(id: string): void;
}

function connect({ url, prefix }: RedisSlotsOptions): Link {
  const client = new Redis(url, {
    connectionName: "earshot-quota",
    // A slot is worth nothing later: what cannot be asked now is not asked.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
  });
  // Whoever waits for an answer is told; without a listener the process would end.
  client.on("error", () => undefined);
  const { look, replace, leave } = sharedPaceScripts;
  return {
    isUp: () => client.status === "ready",
    onUp: (listener) => void client.on("ready", listener),
    look: async (id, front) => client.eval(look, 1, prefix, id, front),
    replace: async (before, after, takenBy) =>
      (await client.eval(replace, 1, prefix, before, after, takenBy)) === 1,
    close(id) {
      const gone = client.status === "ready" ? client.eval(leave, 1, prefix, id) : Promise.resolve();
      void gone.then(
        () => client.disconnect(),
        () => client.disconnect(),
      );
    },
  };
}
