import { setImmediate } from "node:timers/promises";

/** Keeps long work from holding up everything else in the process. */
export interface TimeSlices {
  /** Whether this slice is used up. Cheap enough to be asked for each packet. */
  readonly over: boolean;
  /** Lets waiting events run and begins the next slice; throws the signal's reason if it was aborted. */
  next(): Promise<void>;
}

/** Slices of `sliceMs` of work, after which the event loop is to be given back. */
export function createTimeSlices(signal: AbortSignal, sliceMs = 8): TimeSlices {
  let startedAt = performance.now();
  return {
    get over() {
      return performance.now() - startedAt >= sliceMs;
    },
    async next() {
      await setImmediate();
      signal.throwIfAborted();
      startedAt = performance.now();
    },
  };
}
