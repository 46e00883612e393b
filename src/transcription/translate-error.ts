import { AudioError, type AudioErrorCode } from "../audio/errors.ts";
import { RecognizerError } from "../recognizers/errors.ts";
import { TranscriptionError } from "./errors.ts";

/** Trouble with audio that the next try need not have: the host was busy or full. */
const passing: ReadonlySet<AudioErrorCode> = new Set(["decoder-timeout", "disk-full"]);

/** What the layers below threw, in this layer's words; anything else, an abort above all, as it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof AudioError) {
    return new TranscriptionError(error.message, {
      reason: error.code,
      retryable: passing.has(error.code),
      details: error.details,
      cause: error,
    });
  }
  if (error instanceof RecognizerError) {
    return new TranscriptionError(error.message, {
      reason: `service-${error.kind}`,
      retryable: error.retryable,
      code: error.code,
      httpStatus: error.httpStatus,
      traceId: error.requestId,
      retryAfterMs: error.retryAfterMs,
      cause: error,
    });
  }
  return error;
}
