import { setTimeout as sleep } from "node:timers/promises";

/** Waits. False when `signal` ended it early. */
export async function pause(waitMs: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch (error) {
    if (signal?.aborted === true) {
      return false;
    }
    throw error;
  }
}

/** Whether a promise settles within `waitMs`. Leaves no timer behind. */
export async function settlesWithin(promise: Promise<unknown>, waitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = pause(waitMs, timer.signal).then(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    timer.abort();
  }
}
