import { setImmediate as nextRound, setTimeout as sleep } from "node:timers/promises";

import { monotonicMs } from "./slots.ts";

/** Timers take no more than 24 days, and a quota may be one request a month. */
const MAX_PAUSE_MS = 3_600_000;
/** The end of a wait that is not left to a timer. */
const WATCHED_MS = 1.5;

/**
 * Waits to within a fraction of a millisecond, an hour at most: every ms that a request is late is taken from the allowance
 * for the network. Timers are a ms or two late, so the end of the wait is spent looking at the clock between other work.
 * Resolves at once on an abort.
 */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(delayMs, MAX_PAUSE_MS);
  const untilMs = monotonicMs() + waitMs;
  try {
    const sleepMs = Math.floor(waitMs - WATCHED_MS);
    if (sleepMs > 0) await sleep(sleepMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  while (monotonicMs() < untilMs && !signal.aborted) await nextRound();
}
