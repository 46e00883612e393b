import type { Quota } from "./quota.ts";
import type {
  RecognizerFor,
  RecognizerService,
  RecognizerSettings,
  ScheduledRecognizer,
} from "./recognizer.ts";
import { scheduled } from "./scheduled.ts";

export interface RecognizerForOptions {
  /** Every request of the service goes through it, whatever its settings. */
  readonly quota: Quota;
  /** What stands around each of the service's recognizers: breaker, retries, observation. */
  readonly around: (recognizer: ScheduledRecognizer) => ScheduledRecognizer;
}

/** Members may try out many settings; those that were not used for long are made anew. */
const mostKept = 64;

/** Recognizers of one service: the same settings give the same recognizer, and all of them share the service's quota. */
export function createRecognizerFor(
  service: RecognizerService,
  { quota, around }: RecognizerForOptions,
): RecognizerFor {
  /** By the settings, the most recently used last. */
  const kept = new Map<string, ScheduledRecognizer>();
  return (settings = {}) => {
    const key = keyOf(settings);
    const recognizer = kept.get(key) ?? around(scheduled(service.recognizerFor(settings), quota));
    kept.delete(key);
    kept.set(key, recognizer);
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size > mostKept) kept.delete(oldest);
    return recognizer;
  };
}

function keyOf({ language, property, vocabularyId, addPunc, digitNorm }: RecognizerSettings): string {
  return JSON.stringify([language, property, vocabularyId, addPunc, digitNorm]);
}
