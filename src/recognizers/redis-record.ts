import type { LaneBook } from "./lane-order.ts";
import { delaySlots, initialPace, type PaceSettings, type PaceState, throttlePace } from "./pace.ts";
import { writeRecord } from "./quota-record.ts";
import type { Turn } from "./recognizer.ts";
import type { RecordChanged, RedisLink } from "./redis-link.ts";
import { forgottenAfterMs, readPace, type SharedPace } from "./redis-pace.ts";
import { giveSharedPlace, placesElsewhere, type ShownFront } from "./shared-turns.ts";
import { monotonicMs } from "./slots.ts";
import type { Front } from "./turns.ts";

/** What is done to the record. */
export interface Step {
  readonly state: PaceState;
  /** Who takes a place by it. */
  readonly takenBy?: ShownFront | undefined;
  /** Not before this, on the clock of Redis. */
  readonly notBeforeMs?: number;
}

/** The record of a quota in Redis, with what this process still has to do to it. All that asks Redis rejects where it is gone. */
export interface SharedRecord {
  /** Looks at it, and shows the others whom this process would let go; without a front it only looks. */
  look(front?: Front): Promise<SharedPace>;
  /** The pace as it was seen, after what this process still has to do to it. */
  stateOf(seen: SharedPace): PaceState;
  /** Does what is to be done and then the step; not where another process changed the record since. */
  change(seen: SharedPace, step: (state: PaceState) => Step): Promise<RecordChanged>;
  /** A request left so much later than its slot. */
  delay(byMs: number): void;
  refused(retryAfterMs: number): void;
  /** Whether there is something to be done. */
  isPending(): boolean;
  forgetDelays(): void;
  onPlacesElsewhere(listener: (places: readonly Turn[], book: LaneBook) => void): void;
}

/** A service that refuses again and again is believed after so many. */
const mostRefusals = 12;

export function createSharedRecord(link: RedisLink, id: string, settings: PaceSettings): SharedRecord {
  let lateMs = 0;
  /** With the pause they asked for. */
  let refusals: readonly { readonly retryAfterMs: number }[] = [];
  let placesSeen = 0;
  let tellPlaces: ((places: readonly Turn[], book: LaneBook) => void) | undefined;

  const stateOf = ({ state, nowMs }: SharedPace): PaceState =>
    refusals.reduce(
      (before, { retryAfterMs }) => throttlePace(before, nowMs, retryAfterMs, settings),
      delaySlots(state ?? initialPace(settings), lateMs),
    );

  return {
    async look(front) {
      const askedMs = monotonicMs();
      const shown = front === undefined ? "" : JSON.stringify({ turn: front.turn, waiting: front.waiting });
      const seen = readPace(await link.look(id, shown), askedMs, monotonicMs());
      const { turns } = seen;
      if (turns.given !== placesSeen) tellPlaces?.(placesElsewhere(turns, placesSeen, id), turns);
      placesSeen = turns.given;
      return seen;
    },
    stateOf,
    async change(seen, step) {
      const done = { lateMs, refusals };
      const { state, takenBy, notBeforeMs = 0 } = step(stateOf(seen));
      const turns = takenBy ? giveSharedPlace(seen.turns, takenBy, seen.fronts) : seen.turns;
      const after = writeRecord(state, turns);
      if (seen.state !== undefined && after === seen.stored) return { done: true, atMs: seen.nowMs };
      const changed = await link.change({
        before: seen.stored,
        after,
        // Remembered until the next request may leave, which may be in a month, and for a while after that.
        keepMs: forgottenAfterMs + Math.ceil(Math.max(0, state.nextMs - seen.nowMs)),
        takenBy: takenBy?.processId ?? "",
        notBeforeMs,
      });
      if (!changed.done) return changed;
      lateMs = Math.max(0, lateMs - done.lateMs);
      refusals = refusals.filter((one) => !done.refusals.includes(one));
      if (takenBy) placesSeen = turns.given;
      return changed;
    },
    delay(byMs) {
      lateMs += byMs;
    },
    refused(retryAfterMs) {
      refusals = [...refusals, { retryAfterMs }].slice(-mostRefusals);
    },
    isPending: () => lateMs > 0 || refusals.length > 0,
    forgetDelays() {
      lateMs = 0;
    },
    onPlacesElsewhere(listener) {
      tellPlaces = listener;
    },
  };
}
