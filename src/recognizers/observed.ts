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
  /** 0 to 1, of an answer with a score. */
  readonly confidence: number | undefined;
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
      const report = (outcome: string, details: { httpStatus?: number; confidence?: number } = {}): void => {
        const endMs = performance.now();
        observe({
          recognizer: recognizer.name,
          lane: call.turn.lane,
          outcome,
          httpStatus: details.httpStatus,
          audioMs: durationMs(clip.samples, clip.sampleRate),
          waitMs: (leftMs ?? endMs) - calledMs,
          latencyMs: leftMs === undefined ? undefined : endMs - leftMs,
          confidence: details.confidence,
        });
      };
      const onRequest = (): void => {
        leftMs = performance.now();
        call.onRequest?.();
      };
      try {
        const recognition = await recognizer.recognize(clip, { ...call, onRequest });
        report("ok", recognition.confidence === undefined ? {} : { confidence: recognition.confidence });
        return recognition;
      } catch (error) {
        const refused = error instanceof RecognizerError && error.httpStatus !== undefined;
        report(outcomeOf(error, call.signal), refused ? { httpStatus: error.httpStatus } : {});
        throw error;
      }
    },
  };
}

function outcomeOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof RecognizerError) return error.code;
  return signal.aborted ? "aborted" : "failed";
}
