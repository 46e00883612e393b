import { setImmediate as nextRound } from "node:timers/promises";

import { RecognizerError } from "./errors.ts";
import { pause } from "./punctual.ts";
import type { Lane, Turn } from "./recognizer.ts";
import { monotonicMs, type SlotSource } from "./slots.ts";
import { createTurns } from "./turns.ts";

export interface QuotaOptions {
  readonly slots: SlotSource;
  /** How many may wait in each lane; whoever comes then is refused with QUOTA.FULL. */
  readonly maxWaitingPerLane?: number;
}

export interface PlaceOptions {
  readonly signal: AbortSignal;
  /** Gets what the request needs before a slot is spent on it; called again right before the slot is taken, and quick then. */
  readonly ready?: () => Promise<void>;
}

/** A slot that was taken just now: the request must leave in this very moment. */
export interface Place {
  /** To be told when the request was written to the network. */
  readonly sent: () => void;
}

/** The one line in front of a rate-limited service, for everyone who wants to call it. */
export interface Quota {
  /**
   * Waits for the turn and a slot. Throws what `ready` throws, the signal's reason on an abort, and RecognizerError
   * QUOTA.FULL where too many wait already; none of these spends a slot.
   */
  place(turn: Turn, options: PlaceOptions): Promise<Place>;
  /** The service refused a request for the rate. */
  throttled(retryAfterMs?: number): void;
  /** How many wait in a lane. */
  waiting(lane: Lane): number;
  /** Turns away everyone who waits and closes the source of slots. */
  close(): void;
}

interface Waiter {
  readonly options: PlaceOptions;
  readonly grant: (place: Place) => void;
  readonly refuse: (reason: unknown) => void;
}

const MAX_WAITING_PER_LANE = 1000;
/** Who took the last slot comes a little later to the next, so that processes which share a source take turns. */
const COURTESY_MS = 2;
/** Later than this a request does not keep its distance any more, and the slots behind it are moved. */
const PROMPT_MS = 3;

/** Puts callers in order (see turns.ts) and lets one go with every slot; who goes is decided when the slot is due. */
export function createQuota({ slots, maxWaitingPerLane = MAX_WAITING_PER_LANE }: QuotaOptions): Quota {
  const turns = createTurns<Waiter>();
  slots.onPlacesElsewhere?.((places, book) => turns.learn(places, book));
  const closing = new AbortController();
  let working = false;
  /** While a slot is waited for: for whom, and how to stop waiting. */
  let pausing: { readonly front: Waiter; readonly stop: AbortController } | undefined;

  /** Waits for a slot, so long as who it is for is next: those who share the source are to see another one at once. */
  const pauseFor = async (front: Waiter, waitMs: number): Promise<void> => {
    const stop = new AbortController();
    pausing = { front, stop };
    await pause(waitMs, stop.signal);
    pausing = undefined;
  };
  const frontMayBeAnother = (): void => {
    if (pausing && turns.peek()?.item !== pausing.front) pausing.stop.abort();
  };

  const grantTo = (waiter: Waiter, takenMs: number): void => {
    waiter.grant({
      sent() {
        const lateMs = monotonicMs() - takenMs;
        if (lateMs > PROMPT_MS && !closing.signal.aborted) slots.delay(lateMs);
      },
    });
  };

  /** Serves the line until it is empty. Everything between the last look at it and the grant happens in one go. */
  const work = async (): Promise<void> => {
    let courtesyMs = 0;
    for (let next = turns.peek(); next && !closing.signal.aborted; next = turns.peek()) {
      if (!(await isReady(next.item)) || turns.peek()?.item !== next.item) continue;
      const takenMs = monotonicMs();
      const answer = slots.take(next);
      const slot = answer instanceof Promise ? await answer : answer;
      if (slot.taken) {
        // Whoever shares the source was told whose place it is; if that one left meanwhile, it is the next one's.
        const waiter = turns.serve(next.turn, next.item) ? next.item : turns.shift();
        if (waiter) grantTo(waiter, slot.atMs ?? takenMs);
        courtesyMs = COURTESY_MS;
        // The request goes first: it is written within this round of the event loop or the next, before anyone else is readied.
        await nextRound();
        await nextRound();
      } else if (turns.peek()?.item === next.item) {
        await pauseFor(next.item, slot.waitMs + courtesyMs);
        courtesyMs = 0;
      }
      // Otherwise somebody else is next by what was learnt just now: those who share the source are to see that before the slot is due.
    }
  };

  const wake = (): void => {
    if (working) return;
    working = true;
    void work().finally(() => {
      working = false;
      if (turns.peek() && !closing.signal.aborted) wake();
    });
  };

  return {
    place(turn, options) {
      return new Promise<Place>((resolve, reject) => {
        if (options.signal.aborted) return reject(options.signal.reason);
        if (closing.signal.aborted) return reject(closedError());
        if (turns.size(turn.lane) >= maxWaitingPerLane) return reject(fullError(turn.lane));
        const leave = (): void => {
          remove();
          frontMayBeAnother();
          options.signal.removeEventListener("abort", onAbort);
        };
        const waiter: Waiter = {
          options,
          grant(place) {
            leave();
            resolve(place);
          },
          refuse(reason) {
            leave();
            reject(reason);
          },
        };
        const onAbort = (): void => waiter.refuse(options.signal.reason);
        const remove = turns.add(turn, waiter);
        options.signal.addEventListener("abort", onAbort, { once: true });
        frontMayBeAnother();
        wake();
      });
    },
    throttled(retryAfterMs) {
      if (!closing.signal.aborted) slots.throttled(retryAfterMs);
    },
    waiting: (lane) => turns.size(lane),
    close() {
      closing.abort();
      for (let next = turns.peek(); next; next = turns.peek()) next.item.refuse(closedError());
      slots.close();
    },
  };
}

/** Readies the waiter's request. One that cannot be made ready is told why and loses its turn, but no slot is spent. */
async function isReady({ options, refuse }: Waiter): Promise<boolean> {
  try {
    await options.ready?.();
    return true;
  } catch (error) {
    refuse(error);
    return false;
  }
}

function fullError(lane: Lane): RecognizerError {
  return new RecognizerError(`Too many calls wait in lane ${lane}`, {
    kind: "throttled",
    code: "QUOTA.FULL",
    retryable: true,
  });
}

function closedError(): RecognizerError {
  return new RecognizerError("The quota was closed", {
    kind: "unavailable",
    code: "QUOTA.CLOSED",
    retryable: false,
  });
}
