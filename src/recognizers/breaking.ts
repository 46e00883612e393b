import { RecognizerError } from "./errors.ts";
import type { Lane, ScheduledRecognizer } from "./recognizer.ts";

export interface BreakerOptions {
  /** Failures in a row that say the service is down; 8 unless told. */
  readonly failures?: number;
  /** How long nothing is sent after that, in ms; it doubles with each probe that fails. 5,000 unless told. */
  readonly firstPauseMs?: number;
  /** The longest pause; 60,000 unless told. */
  readonly maxPauseMs?: number;
  /** The longest pause for live captions, which people read while they wait; 5,000 unless told. */
  readonly livePauseMs?: number;
  /** Told when the service is given up, and when a probe found it again. */
  readonly onChange?: (state: "open" | "closed") => void;
  /** Monotonic, in ms. */
  readonly now?: () => number;
}

type State =
  | { readonly type: "closed"; readonly failures: number }
  | {
      readonly type: "open";
      readonly sinceMs: number;
      readonly pauseMs: number;
      readonly last: RecognizerError;
    }
  | { readonly type: "probing"; readonly pauseMs: number; readonly last: RecognizerError };

/** Puts a service's circuit breaker around one of its recognizers; all of them share its state. */
export type Breaker = (recognizer: ScheduledRecognizer) => ScheduledRecognizer;

/**
 * A circuit breaker: stops hammering a service that is down. While it is open, calls fail at once with the error that
 * opened it and the time until the next probe as `retryAfterMs`; then one call is let through, and its outcome decides.
 * Goes between `observed` and `retrying`: what is not sent takes no place in the quota.
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  const { failures: limit = 8, firstPauseMs = 5000, maxPauseMs = 60_000, onChange } = options;
  const { livePauseMs = 5000 } = options;
  const now = options.now ?? (() => performance.now());
  let state: State = { type: "closed", failures: 0 };

  const open = (pauseMs: number, last: RecognizerError): void => {
    if (state.type === "closed") onChange?.("open");
    state = { type: "open", sinceMs: now(), pauseMs, last };
  };
  const succeeded = (): void => {
    if (state.type !== "closed") onChange?.("closed");
    state = { type: "closed", failures: 0 };
  };
  const failed = (error: RecognizerError): void => {
    if (state.type === "probing") open(Math.min(maxPauseMs, state.pauseMs * 2), error);
    else if (state.type === "closed") {
      if (state.failures + 1 >= limit) open(firstPauseMs, error);
      else state = { type: "closed", failures: state.failures + 1 };
    }
  };
  /** Whether this call is the probe; throws where it may not be sent. */
  const admit = (lane: Lane): boolean => {
    if (state.type === "closed") return false;
    const longestMs = lane === "live" ? livePauseMs : maxPauseMs;
    const waitMs =
      state.type === "open"
        ? state.sinceMs + Math.min(longestMs, state.pauseMs) - now()
        : Math.min(state.pauseMs, firstPauseMs);
    if (state.type === "probing" || waitMs > 0) throw resting(state.last, waitMs);
    state = { type: "probing", pauseMs: state.pauseMs, last: state.last };
    return true;
  };

  return (recognizer) => ({
    ...recognizer,
    async recognize(clip, call) {
      const isProbe = admit(call.turn.lane);
      try {
        const recognition = await recognizer.recognize(clip, call);
        succeeded();
        return recognition;
      } catch (error) {
        if (error instanceof RecognizerError && isDown(error)) failed(error);
        else if (error instanceof RecognizerError && error.kind !== "throttled") succeeded();
        // Aborted or throttled: the probe told nothing, the next call is one.
        else if (isProbe && state.type === "probing") {
          state = { type: "open", sinceMs: -Infinity, pauseMs: state.pauseMs, last: state.last };
        }
        throw error;
      }
    },
  });
}

/** The service or the way to it is down; every other refusal comes from a service that is up. */
function isDown({ kind }: RecognizerError): boolean {
  return kind === "unavailable" || kind === "timeout" || kind === "malformed";
}

function resting(last: RecognizerError, waitMs: number): RecognizerError {
  return new RecognizerError("the service is given a rest", {
    kind: last.kind,
    code: last.code,
    retryable: true,
    httpStatus: last.httpStatus,
    requestId: last.requestId,
    retryAfterMs: Math.ceil(waitMs),
    cause: last,
  });
}
