import { clipAtRate } from "../audio/resample.ts";
import { RecognizerError } from "./errors.ts";
import type { ScheduledRecognizer } from "./recognizer.ts";

/**
 * Asks the first recognizer and, where it fails in a way that another service can heal, the others in turn. What comes back
 * says who heard it; where nobody could, the error is the first's, unless only a later one is worth another try. Clips are
 * cut to fit all of them. Goes on the outside, around recognizers that have their own retries.
 */
export function fallingBack(
  first: ScheduledRecognizer,
  others: readonly ScheduledRecognizer[],
): ScheduledRecognizer {
  if (others.length === 0) return first;
  return {
    ...first,
    maxClipMs: Math.min(first.maxClipMs, ...others.map(({ maxClipMs }) => maxClipMs)),
    async recognize(clip, call) {
      let failure: RecognizerError;
      try {
        return await first.recognize(clip, call);
      } catch (error) {
        if (!(error instanceof RecognizerError) || !healsElsewhere(error)) throw error;
        failure = error;
      }
      for (const other of others) {
        try {
          const recognition = await other.recognize(clipAtRate(clip, other.sampleRate), call);
          return { ...recognition, heardBy: other.name };
        } catch (error) {
          if (!(error instanceof RecognizerError)) throw error;
          if (!failure.retryable && error.retryable) failure = error;
          if (!healsElsewhere(error)) break;
        }
      }
      throw failure;
    },
  };
}

/**
 * Whether another service may do what this one could not: it is down, slow, busy, or does not let us in. What it rejected
 * is rejected for what it is, and what is closing is closing everywhere.
 */
export function healsElsewhere({ kind, code }: RecognizerError): boolean {
  return kind !== "rejected" && !code.endsWith(".CLOSED");
}
