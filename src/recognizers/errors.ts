/** What kind of trouble it is, whatever service it comes from; `code` has the service's own word. */
export type RecognizerErrorKind =
  | "credentials" // refused: wrong, expired, locked or lacking rights
  | "rejected" // this request will never be taken
  | "throttled" // too many requests; the quota must wait
  | "unavailable" // the service or the way to it is down
  | "timeout" // no answer before the deadline
  | "malformed"; // an answer that cannot be read

export interface RecognizerErrorOptions {
  readonly kind: RecognizerErrorKind;
  /** The service's code ("SIS.0303", "APIG.0308", "IAM.0011"), or ours where there is none: "HTTP.502", "NETWORK.ECONNREFUSED", "TIMEOUT", "MALFORMED". */
  readonly code: string;
  readonly retryable: boolean;
  /** How often trying again can help, where that is less than usual. */
  readonly maxRetries?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
  /** How long the service asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A service could not answer. The message holds codes and numbers only: never a key, audio or text. */
export class RecognizerError extends Error {
  override readonly name = "RecognizerError";
  readonly kind: RecognizerErrorKind;
  readonly code: string;
  readonly retryable: boolean;
  readonly maxRetries: number | undefined;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: RecognizerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.retryable = options.retryable;
    this.maxRetries = options.maxRetries;
    this.httpStatus = options.httpStatus;
    this.requestId = options.requestId;
    this.retryAfterMs = options.retryAfterMs;
  }
}
