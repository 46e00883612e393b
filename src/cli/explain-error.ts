import { createExplain } from "../explanations/create-explain.ts";
import type { Explanation } from "../explanations/explain.ts";
import { TranscriptionError } from "../transcription/errors.ts";

/** What happened and what helps, for the person who typed the command: here that is the operator. */
export function explainError(error: TranscriptionError): Explanation & { readonly advice: string } {
  const { reason, code, httpStatus, traceId, details } = error;
  const explanation = createExplain()({ reason, code, httpStatus, traceId, details }, "en");
  const advice = explanation.audience === "member" ? explanation.action : explanation.operator;
  return { ...explanation, advice };
}

/** The same of anything that a file can fail with, in one line; rethrows what is a fault of ours. */
export function inWords(error: unknown): string {
  if (!(error instanceof TranscriptionError)) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === "ENOENT") return "there is no such file";
    if (code === "EACCES") return "this file may not be read";
    if (code === "EISDIR") return "this is a folder";
    if (code !== undefined && isSystemError(error)) return `this file cannot be read (${code})`;
    throw error;
  }
  const { said, advice, subtext } = explainError(error);
  const parts = [said, advice].filter((part) => part !== "").join(" ");
  return subtext === "" ? parts : `${parts} (${subtext})`;
}

/** What the operating system refused, as in EIO or ENXIO. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "errno" in error && "syscall" in error;
}
