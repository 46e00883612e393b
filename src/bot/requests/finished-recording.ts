import type { Problem } from "../../explanations/problem.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import type { Plain } from "../discord/json.ts";
import type { RecordingOutcome } from "../recordings.ts";

/** One of several recordings that is done with, as work items keep it: what it says in the answer, and no more. */
export type FinishedRecording =
  | {
      readonly type: "transcript";
      readonly transcript: Plain<Transcript>;
      readonly key: string | null;
    }
  | { readonly type: "problem"; readonly problem: Plain<Problem> };

export function finishedOf(outcome: RecordingOutcome): FinishedRecording {
  if (outcome.type === "transcript") return outcome;
  const { reason, code, httpStatus, traceId, details } = outcome.problem;
  const problem = {
    reason,
    ...(code !== undefined && { code }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(traceId !== undefined && { traceId }),
    ...(details !== undefined && { details }),
  };
  return { type: "problem", problem };
}

/** A problem of one among several is not tried again: whoever wants that asks anew. */
export function outcomeOf(finished: FinishedRecording): RecordingOutcome {
  return finished.type === "transcript" ? finished : { ...finished, again: "never", retryAfterMs: undefined };
}
