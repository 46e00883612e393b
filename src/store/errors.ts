/** Why the database could not do what was asked. */
export type StoreErrorCode =
  | "disk-full" // the disk, or the size the database may have, is used up
  | "locked" // another process held the database for longer than we wait
  | "corrupted" // the file is damaged or is no database
  | "wrong-key" // the data is encrypted with another DATA_KEY, or with one while none is given
  | "unreachable" // the database server does not answer
  | "read-only" // the data folder or the file cannot be written
  | "failed"; // anything else: the cause says what

const retryable: ReadonlySet<StoreErrorCode> = new Set(["disk-full", "locked", "unreachable"]);

/** The database could not do what was asked. The message holds paths and codes only, never a stored value. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  /** Whether the same call can succeed later without a restart. */
  readonly retryable: boolean;

  constructor(code: StoreErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = retryable.has(code);
  }
}
