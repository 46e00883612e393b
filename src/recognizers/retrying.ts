import { setTimeout as sleep } from "node:timers/promises";

import { RecognizerError } from "./errors.ts";
import type { ScheduledRecognizer } from "./recognizer.ts";

export interface RetryOptions {
  /** Further tries after the first; for a service that is down or answers nonsense. */
  readonly maxRetries?: number;
  /** Further tries where the service only asks to come slower: patience costs nothing then. */
  readonly maxRetriesThrottled?: number;
  /** Wait before the first further try, in ms; it doubles up to `maxDelayMs`, half of it at random. */
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** No further try begins later than this after the first failure. */
  readonly maxElapsedMs?: number;
  /** 0 to 1, for tests. */
  readonly random?: () => number;
}

const defaults = {
  maxRetries: 3,
  maxRetriesThrottled: 7,
  firstDelayMs: 500,
  maxDelayMs: 8000,
  maxElapsedMs: 300_000,
  random: Math.random,
} satisfies Required<RetryOptions>;

/** What happened to one call so far. */
interface History {
  failures: number;
  firstFailureMs: number | undefined;
  /** Failures by code, and by whether they were for the rate. */
  readonly counts: Map<string, number>;
}

/**
 * Tries again where the error says that this can help: after a wait that grows, at least as long as the service asked
 * for. An error that is final, or comes once too often, is rethrown as it is; so is an abort, at once.
 */
export function retrying(recognizer: ScheduledRecognizer, options: RetryOptions = {}): ScheduledRecognizer {
  const settings = { ...defaults, ...options };
  return {
    ...recognizer,
    async recognize(clip, call) {
      const history: History = { failures: 0, firstFailureMs: undefined, counts: new Map() };
      for (;;) {
        try {
          return await recognizer.recognize(clip, call);
        } catch (error) {
          if (!(error instanceof RecognizerError)) throw error;
          const nextTryInMs = nextTry(error, history, settings);
          call.onFailedAttempt?.({
            attempt: history.failures,
            code: error.code,
            httpStatus: error.httpStatus,
            requestId: error.requestId,
            nextTryInMs,
          });
          if (nextTryInMs === undefined) throw error;
          await pause(nextTryInMs, call.signal);
        }
      }
    },
  };
}

/** Counts the failure; says in how many ms to try again, or nothing where that is over. */
function nextTry(
  error: RecognizerError,
  history: History,
  settings: Required<RetryOptions>,
): number | undefined {
  const now = performance.now();
  history.failures += 1;
  history.firstFailureMs ??= now;
  const throttled = error.kind === "throttled";
  const limit = throttled ? settings.maxRetriesThrottled : settings.maxRetries;
  const spent =
    count(history, throttled ? "for the rate" : "otherwise") > limit ||
    count(history, error.code) > (error.maxRetries ?? limit);
  if (!error.retryable || spent) return undefined;

  const grown = Math.min(settings.maxDelayMs, settings.firstDelayMs * 2 ** (history.failures - 1));
  const delayMs = Math.round(grown * (0.5 + settings.random() / 2));
  // What the service asked for wins over our own guess in both directions: a 0 means "at once".
  const nextTryInMs = error.retryAfterMs === undefined ? delayMs : askedDelay(error.retryAfterMs, delayMs);
  return now - history.firstFailureMs + nextTryInMs > settings.maxElapsedMs ? undefined : nextTryInMs;
}

function count(history: History, what: string): number {
  const times = (history.counts.get(what) ?? 0) + 1;
  history.counts.set(what, times);
  return times;
}

function askedDelay(retryAfterMs: number, delayMs: number): number {
  return retryAfterMs === 0 ? 0 : Math.max(retryAfterMs, delayMs);
}

/** Waits; an abort is thrown as the signal's own reason, not as the timer's error about it. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
