import { durationMs } from "../audio/pcm.ts";
import { RecognizerError } from "./errors.ts";
import type { Lane, ScheduledRecognizer } from "./recognizer.ts";

/** One attempt at a recognizer, in figures: never a word that was said. */
export interface Attempt {
  readonly recognizer: string;
  readonly lane: Lane;
  /** "ok", "aborted", "failed" (no error of a recognizer), or the error's code, as in "SIS.0303". */
  readonly outcome: string;
  /** Of a refusal that came over HTTP. */
  readonly httpStatus: number | undefined;
  readonly audioMs: number;
  /** From the call to the moment the request may leave, or to the end where it never did. */
  readonly waitMs: number;
  /** From then to the answer; nothing where no request left. */
  readonly latencyMs: number | undefined;
}

/** Tells `observe` of every attempt when it is over. Goes between `scheduled` and `retrying`. */
export function observed(
  recognizer: ScheduledRecognizer,
  observe: (attempt: Attempt) => void,
): ScheduledRecognizer {
  return {
    ...recognizer,
    async recognize(clip, call) {
      const calledMs = performance.now();
      let leftMs: number | undefined;
      const report = (outcome: string, httpStatus: number | undefined): void => {
        const endMs = performance.now();
        observe({
          recognizer: recognizer.name,
          lane: call.turn.lane,
          outcome,
          httpStatus,
          audioMs: durationMs(clip.samples, clip.sampleRate),
          waitMs: (leftMs ?? endMs) - calledMs,
          latencyMs: leftMs === undefined ? undefined : endMs - leftMs,
        });
      };
      const onRequest = (): void => {
        leftMs = performance.now();
        call.onRequest?.();
      };
      try {
        const recognition = await recognizer.recognize(clip, { ...call, onRequest });
        report("ok", undefined);
        return recognition;
      } catch (error) {
        report(
          outcomeOf(error, call.signal),
          error instanceof RecognizerError ? error.httpStatus : undefined,
        );
        throw error;
      }
    },
  };
}

function outcomeOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof RecognizerError) return error.code;
  return signal.aborted ? "aborted" : "failed";
}
