import type { Reason } from "../explanations/problem.ts";

/** Why the bot cannot log in or cannot go on. Whoever started it ends with exit code 1. */
export type BotErrorCode =
  | "token-refused" // wrong or reset
  | "discord-unreachable" // no network, or Discord is down
  | "gateway-refused"; // sharding required, invalid intents … : the close code tells

/** The connection to Discord is over for good. The message is one plain sentence for the operator. */
export class BotError extends Error {
  override readonly name = "BotError";
  readonly code: BotErrorCode;

  constructor(code: BotErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** Why a recording could not be fetched; the same words as `explain` takes. */
export type DownloadReason = Extract<
  Reason,
  | "too-large"
  | "empty-file"
  | "download-refused"
  | "download-failed"
  | "download-gone"
  | "download-timeout"
  | "disk-full"
>;

/** A recording that could not be fetched. Its address is not in the message: it would open the file to whoever reads logs. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly reason: DownloadReason;
  readonly httpStatus: number | undefined;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    reason: DownloadReason,
    message: string,
    options: {
      readonly httpStatus?: number | undefined;
      readonly details?: Readonly<Record<string, string | number>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.httpStatus = options.httpStatus;
    this.details = options.details ?? {};
  }
}

/** The message, its channel or the answer is gone, or its author no longer wants it: the work ends without a word. */
export class NoLongerWanted extends Error {
  override readonly name = "NoLongerWanted";
  readonly why: "deleted" | "opted-out" | "no-access";

  constructor(why: "deleted" | "opted-out" | "no-access", cause?: unknown) {
    super(`no longer wanted: ${why}`, cause === undefined ? undefined : { cause });
    this.why = why;
  }
}
