import { randomUUID } from "node:crypto";

import { Redis } from "ioredis";

import {
  delaySlots,
  initialPace,
  type PaceSettings,
  type PaceState,
  type Slot,
  takeSlot,
  throttlePace,
} from "./pace.ts";
import { createGivingWay, politeMs } from "./giving-way.ts";
import type { LaneBook } from "./lane-order.ts";
import { createOwnShare } from "./own-share.ts";
import type { Turn } from "./recognizer.ts";
import { writeRecord } from "./quota-record.ts";
import { forgottenAfterMs, readPace, type SharedPace, sharedPaceScripts } from "./redis-pace.ts";
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
/** How often it is looked for meanwhile. */
const probeEveryMs = 300;
/** A connection that says nothing for so long although it was asked is none. */
const silentMs = 3000;
/** A service that refuses again and again is believed after so many. */
const mostRefusals = 12;

/**
 * Slots that processes on any number of hosts take from one record in Redis, on the clock of Redis. Lanes, guilds and
 * members take turns over all processes. Where Redis is lost, the slots go on by the clock as last compared, one in turn for
 * each process that was there: where it is gone for all of them, they stay within the quota together.
 */
export function createRedisSlots(options: RedisSlotsOptions): SlotSource {
  const link = connect(options);
  const id = randomUUID();
  const share = createOwnShare(options);
  /** What is to be done to the record and could not be yet: how late requests left, and refusals with the pause they asked for. */
  let lateMs = 0;
  let refusals: readonly { readonly retryAfterMs: number }[] = [];
  let known: SharedPace | undefined;
  let mode: { readonly type: "shared" | "alone"; readonly sinceMs: number } = {
    type: "shared",
    sinceMs: -Infinity,
  };
  let probing: NodeJS.Timeout | undefined;
  let isClosed = false;
  const givesWay = createGivingWay(id);
  let placesSeen = 0;
  let tellPlaces: ((places: readonly Turn[], book: LaneBook) => void) | undefined;

  const lost = (error: unknown): void => {
    if (mode.type === "alone" || isClosed) return;
    mode = { type: "alone", sinceMs: monotonicMs() };
    lateMs = 0;
    probing = setInterval(show, probeEveryMs).unref();
    options.onLost(error, { processes: known?.processes ?? 1 });
  };
  const found = (): void => {
    clearInterval(probing);
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
    if (turns.given !== placesSeen) tellPlaces?.(placesElsewhere(turns, placesSeen, id), turns);
    placesSeen = turns.given;
    return known;
  };

  /** The record after what could not be done to it before. */
  const caughtUp = (before: PaceState, nowMs: number): PaceState =>
    refusals.reduce(
      (state, { retryAfterMs }) => throttlePace(state, nowMs, retryAfterMs, options),
      delaySlots(before, lateMs),
    );

  /** Does what is pending and then `step` to the record; false where another process was quicker. */
  const change = async (
    seen: SharedPace,
    step: (state: PaceState) => { readonly state: PaceState; readonly takenBy?: ShownFront | undefined },
  ): Promise<boolean> => {
    const done = { lateMs, refusals };
    const { state, takenBy } = step(caughtUp(seen.state ?? initialPace(options), seen.nowMs));
    const turns = takenBy ? giveSharedPlace(seen.turns, takenBy, seen.fronts) : seen.turns;
    const after = writeRecord(state, turns);
    if (seen.state !== undefined && after === seen.stored) return true;
    // Remembered until the next request may leave, which may be in a month, and for a while after that.
    const keepMs = forgottenAfterMs + Math.ceil(Math.max(0, state.nextMs - seen.nowMs));
    const isWritten = await link.replace(seen.stored, { after, keepMs, takenBy: takenBy?.processId ?? "" });
    if (!isWritten) return false;
    lateMs -= done.lateMs;
    refusals = refusals.filter((one) => !done.refusals.includes(one));
    if (takenBy) placesSeen = turns.given;
    return true;
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
    return restMs > 0 ? { taken: false, waitMs: restMs } : share.take(known);
  };

  /** Shows the others that this process is there, and sees who else is. */
  function show(): void {
    if (link.isUp()) look(undefined).catch(lost);
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
    onPlacesElsewhere(listener) {
      tellPlaces = listener;
    },
    delay(byMs) {
      if (mode.type === "shared") lateMs += byMs;
    },
    throttled(retryAfterMs = 0) {
      refusals = [...refusals, { retryAfterMs }].slice(-mostRefusals);
      share.throttled(retryAfterMs);
      if (mode.type === "alone") return;
      look(undefined)
        .then(
          (seen) => change(seen, (state) => ({ state })),
          (error: unknown) => lost(error),
        )
        .catch(lost);
    },
    close() {
      isClosed = true;
      clearInterval(beat);
      clearInterval(probing);
      link.close(id);
    },
  };
}

function noConnection(): Error {
  return new Error("there is no connection to Redis");
}

/** The record as it is to be, how long it is to be kept, and the process that takes a place by it, or "". */
interface NewRecord {
  readonly after: string;
  readonly keepMs: number;
  readonly takenBy: string;
}

interface Link {
  isUp(): boolean;
  onUp(listener: () => void): void;
  look(id: string, front: string): Promise<unknown>;
  /** False where the record is no longer what it was. */
  replace(before: string, record: NewRecord): Promise<boolean>;
  close(id: string): void;
}

function connect({ url, prefix }: RedisSlotsOptions): Link {
  const client = new Redis(url, {
    connectionName: "earshot-quota",
    // A slot is worth nothing later: what cannot be asked now is not asked.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    connectTimeout: answerWithinMs,
    socketTimeout: silentMs,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
  });
  // Whoever waits for an answer is told; without a listener the process would end.
  client.on("error", () => undefined);
  const { look, replace, leave } = sharedPaceScripts;
  return {
    isUp: () => client.status === "ready",
    onUp: (listener) => void client.on("ready", listener),
    look: async (id, front) => client.eval(look, 1, prefix, id, front),
    replace: async (before, { after, keepMs, takenBy }) =>
      (await client.eval(replace, 1, prefix, before, after, takenBy, keepMs)) === 1,
    close(id) {
      const gone = client.status === "ready" ? client.eval(leave, 1, prefix, id) : Promise.resolve();
      void gone.then(
        () => client.disconnect(),
        () => client.disconnect(),
      );
    },
  };
}
