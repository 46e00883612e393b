import { randomUUID } from "node:crypto";

import { createGivingWay, politeMs } from "./giving-way.ts";
import type { LaneBook } from "./lane-order.ts";
import {
  delaySlots,
  initialPace,
  takeSlot,
  throttlePace,
  type PaceSettings,
  type PaceState,
  type Slot,
} from "./pace.ts";
import { createQuotaFile, isBusy, type SharedQuota } from "./quota-file.ts";
import type { Turn } from "./recognizer.ts";
import {
  giveSharedPlace,
  newSharedTurns,
  placesElsewhere,
  type SharedTurns,
  type ShownFront,
} from "./shared-turns.ts";
import { monotonicMs, type SlotSource } from "./slots.ts";
import type { Front } from "./turns.ts";

export interface SqliteSlotsOptions extends PaceSettings {
  /** A file of its own, shared by all processes of this host that share the quota; made if it is not there. */
  readonly path: string;
  /** Told when the file cannot be used and this process keeps its own pace meanwhile; at most once a minute. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Another process holds the file for less than a ms; longer only where it was stopped in between, so ask less and less. */
const BUSY_AGAIN_MS = 3;
const MAX_BUSY_AGAIN_MS = 50;
const TROUBLE_EVERY_MS = 60_000;

/**
 * Slots that the processes of a host take from a record in a SQLite file, on the monotonic clock they share, so that
 * together they never exceed the quota and lanes, guilds and members take turns over all of them; what one of them learns of
 * the network's jitter serves all. The file holds nothing worth keeping: a damaged one is made anew, and where none can be
 * had, the process keeps its own pace.
 */
export function createSqliteSlots(options: SqliteSlotsOptions): SlotSource {
  const file = createQuotaFile(options.path);
  const id = randomUUID();
  const givesWay = createGivingWay(id);
  /** What is to be done to the state and could not be yet, because another process was in the way. */
  let pending: ((state: PaceState) => PaceState)[] = [];
  let own = initialPace(options);
  let busyMs = BUSY_AGAIN_MS;
  let toldMs = Number.NEGATIVE_INFINITY;
  let placesSeen = 0;
  let tellPlaces: ((places: readonly Turn[], book: LaneBook) => void) | undefined;

  const tell = (error: unknown): void => {
    const nowMs = monotonicMs();
    if (nowMs - toldMs < TROUBLE_EVERY_MS) return;
    toldMs = nowMs;
    options.onTrouble?.(error);
  };

  const afterPending = (state: PaceState): PaceState => pending.reduce((before, one) => one(before), state);

  const learn = (turns: SharedTurns): void => {
    if (turns.given !== placesSeen) tellPlaces?.(placesElsewhere(turns, placesSeen, id), turns);
    placesSeen = turns.given;
  };

  /** Does what is pending and then `step` to the shared record, or to this process's own pace; false where another process was in the way. */
  const change = (front: ShownFront | undefined, step: (shared: SharedQuota) => SharedQuota): boolean => {
    try {
      const after = file.update({ nowMs: monotonicMs(), front }, ({ state, ...shared }) => {
        learn(shared.turns);
        return step({ ...shared, state: afterPending(state ?? initialPace(options)) });
      });
      own = after.state;
      // The line knows of its own places.
      placesSeen = after.turns.given;
    } catch (error) {
      if (isBusy(error)) return false;
      tell(error);
      own = step(aloneWith(afterPending(own))).state;
    }
    pending = [];
    return true;
  };

  const sooner = (step: (state: PaceState) => PaceState): void => {
    if (!change(undefined, (shared) => ({ ...shared, state: step(shared.state) }))) pending.push(step);
  };

  return {
    take(waiting?: Front) {
      const front = waiting && { turn: waiting.turn, waiting: waiting.waiting, processId: id };
      let slot: Slot = { taken: false, waitMs: busyMs };
      const done = change(front, (shared) => {
        const taken = takeSlot(shared.state, monotonicMs(), options);
        slot = taken.slot;
        if (!slot.taken) return { ...shared, state: taken.state };
        if (givesWay({ ...shared, slotMs: shared.state.nextMs })) {
          slot = { taken: false, waitMs: politeMs };
          return shared;
        }
        const turns = front ? giveSharedPlace(shared.turns, front, shared.fronts) : shared.turns;
        const fronts = shared.fronts.filter(({ processId }) => processId !== id);
        return { state: taken.state, turns, fronts };
      });
      busyMs = done ? BUSY_AGAIN_MS : Math.min(busyMs * 2, MAX_BUSY_AGAIN_MS);
      return slot;
    },
    onPlacesElsewhere(listener) {
      tellPlaces = listener;
    },
    delay: (lateMs) => sooner((state) => delaySlots(state, lateMs)),
    throttled: (retryAfterMs = 0) =>
      sooner((state) => throttlePace(state, monotonicMs(), retryAfterMs, options)),
    close: () => file.close(),
  };
}

/** What a process goes by that has no file to share. */
function aloneWith(state: PaceState): SharedQuota {
  return { state, turns: newSharedTurns(), fronts: [] };
}
