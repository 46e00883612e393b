import { backoffMs } from "./backoff.ts";
import type { JobsEvent } from "./events.ts";
import { pause } from "./wait.ts";

/** A database that fails for a while: told once, waited for with growing patience. */
export interface StoreTrouble {
  /** Told that something failed: logged when nothing did before. */
  met(what: unknown, error: unknown): void;
  /** Told that it went well: logged when nothing is failing any more. */
  over(what: unknown): void;
  /** How long to wait after the nth failure in a row. */
  pauseMs(failures: number): number;
  /** Does `step` again and again until it goes well. Undefined when `signal` ends it before. */
  outlast<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>;
}

/** Short, so that work goes on soon after the disk has room again. */
const firstPauseMs = 100;
const maxPauseMs = 5000;

/** Pauses start at a tenth of a second and double up to five seconds. */
export function createStoreTrouble(options: {
  readonly random: () => number;
  readonly log: (event: JobsEvent) => void;
}): StoreTrouble {
  const { random, log } = options;
  const failing = new Set<unknown>();

  function met(what: unknown, error: unknown): void {
    if (failing.size === 0) {
      log({ type: "store-failed", error });
    }
    failing.add(what);
  }

  function over(what: unknown): void {
    if (failing.delete(what) && failing.size === 0) {
      log({ type: "store-recovered" });
    }
  }

  const pauseMs = (failures: number): number =>
    backoffMs(failures, { firstMs: firstPauseMs, maxMs: maxPauseMs, random });

  return {
    met,
    over,
    pauseMs,
    outlast: async (step, signal) => {
      for (let failures = 1; ; failures++) {
        try {
          const result = await step();
          over(step);
          return result;
        } catch (error) {
          met(step, error);
        }
        if (!(await pause(pauseMs(failures), signal))) {
          failing.delete(step);
          return undefined;
        }
      }
    },
  };
}
