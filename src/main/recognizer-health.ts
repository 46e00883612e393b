import type { Attempt } from "../recognizers/observed.ts";
import type { Check } from "../web/readiness.ts";

/** Whether recordings can be recognized at all, told by how calls end. */
export interface RecognizerHealth {
  readonly onAttempt: (attempt: Attempt) => void;
  readonly onBreaker: (recognizer: string, state: "open" | "closed") => void;
  check(): Check;
}

/** One slip of a gateway is no revoked key. */
const refusalsInARow = 3;

/** `main` is the recognizer that is configured; another one that answers while it is down will do. */
export function createRecognizerHealth(main: string, now = () => performance.now()): RecognizerHealth {
  let downSinceMs: number | undefined;
  let lastAnswerMs: number | undefined;
  let [refusals, lastCode] = [0, ""];
  return {
    onAttempt({ recognizer, outcome, httpStatus }) {
      if (outcome === "ok") {
        lastAnswerMs = now();
        refusals = 0;
      } else if (recognizer === main && (httpStatus === 401 || httpStatus === 403)) {
        refusals++;
        lastCode = outcome;
      }
    },
    onBreaker(recognizer, state) {
      if (recognizer === main) downSinceMs = state === "open" ? now() : undefined;
    },
    check() {
      const facts = { recognizer: main };
      if (refusals >= refusalsInARow) {
        const reason = "the speech service refuses the credentials";
        return { ok: false, reason, facts: { ...facts, code: lastCode } };
      }
      if (downSinceMs === undefined || (lastAnswerMs ?? -Infinity) > downSinceMs) return { ok: true, facts };
      const downSeconds = Math.round((now() - downSinceMs) / 1000);
      return { ok: false, reason: "the speech service is down", facts: { ...facts, downSeconds } };
    },
  };
}
