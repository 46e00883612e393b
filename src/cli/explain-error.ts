import { createExplain } from "../explanations/create-explain.ts";
import type { Explanation } from "../explanations/explain.ts";
import type { TranscriptionError } from "../transcription/errors.ts";

/** What happened and what helps, for the person who typed the command: here that is the operator. */
export function explainError(error: TranscriptionError): Explanation & { readonly advice: string } {
  const { reason, code, httpStatus, traceId, details } = error;
  const explanation = createExplain()({ reason, code, httpStatus, traceId, details }, "en");
  const advice = explanation.audience === "member" ? explanation.action : explanation.operator;
  return { ...explanation, advice };
}
