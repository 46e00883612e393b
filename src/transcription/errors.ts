import type { AudioErrorCode } from "../audio/errors.ts";
import type { RecognizerErrorKind } from "../recognizers/errors.ts";

/** Why there is no transcript: the audio's reasons and the service's, in one vocabulary. */
export type TranscriptionReason = AudioErrorCode | `service-${RecognizerErrorKind}`;

/** Trouble of the layers below, translated once; `cause` keeps the original. */
export class TranscriptionError extends Error {
  override readonly name = "TranscriptionError";
  readonly reason: TranscriptionReason;
  /** The service's code, as in "SIS.0303". */
  readonly code: string | undefined;
  readonly httpStatus: number | undefined;
  readonly traceId: string | undefined;
  /** Whether trying again, later or by hand, can help. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    message: string,
    options: {
      readonly reason: TranscriptionReason;
      readonly retryable: boolean;
      readonly code?: string | undefined;
      readonly httpStatus?: number | undefined;
      readonly traceId?: string | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly details?: Readonly<Record<string, string | number>>;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = options.reason;
    this.code = options.code;
    this.httpStatus = options.httpStatus;
    this.traceId = options.traceId;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }
}
