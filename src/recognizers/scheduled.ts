import { RecognizerError } from "./errors.ts";
import type { Quota } from "./quota.ts";
import type { Recognizer, ScheduledRecognizer } from "./recognizer.ts";

/**
 * Lets a recognizer's calls wait for their turn in the quota. One call is one request: stack `retrying` on top, so that
 * every further try takes a new place.
 */
export function scheduled(recognizer: Recognizer, quota: Quota): ScheduledRecognizer {
  return {
    name: recognizer.name,
    identity: recognizer.identity,
    maxClipMs: recognizer.maxClipMs,
    sampleRate: recognizer.sampleRate,
    async recognize(clip, { signal, turn, onRequest }) {
      const ready = async (): Promise<void> => recognizer.ready?.(signal, clip);
      const place = await quota.place(turn, { signal, ready });
      onRequest?.();
      try {
        return await recognizer.recognize(clip, { signal, onSent: place.sent });
      } catch (error) {
        if (error instanceof RecognizerError && error.kind === "throttled")
          quota.throttled(error.retryAfterMs);
        throw error;
      }
    },
  };
}
