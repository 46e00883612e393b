import { StoreError, type StoreErrorCode } from "./errors.ts";

/** SQLite's result codes that we tell apart (sqlite.org/rescode.html). The low byte is the primary code. */
const codes: Readonly<Record<number, StoreErrorCode>> = {
  3: "read-only", // SQLITE_PERM
  5: "locked", // SQLITE_BUSY
  6: "locked", // SQLITE_LOCKED
  8: "read-only", // SQLITE_READONLY
  11: "corrupted", // SQLITE_CORRUPT
  13: "disk-full", // SQLITE_FULL
  26: "corrupted", // SQLITE_NOTADB
};

/** SQLITE_IOERR_SHMSIZE: the WAL index could not grow, which is how a full disk first shows in WAL mode. */
const shmSize = 4874;

const messages: Readonly<Record<StoreErrorCode, string>> = {
  "disk-full": "The disk is full: the database cannot grow.",
  locked: "Another process holds the database.",
  corrupted: "The database file is damaged.",
  "wrong-key": "DATA_KEY does not fit the database.",
  "read-only": "The database cannot be written: check the permissions of the data folder.",
  unreachable: "The database does not answer.",
  failed: "The database call failed.",
};

interface SqliteError extends Error {
  readonly errcode: number;
}

/** Whether node:sqlite threw it with a SQLite result code. */
export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}

/** Whether waiting and doing the same again is what SQLite asks for. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && codes[error.errcode & 0xff] === "locked";
}

/**
 * The error as a StoreError, with the SQLite or system error as its cause; a StoreError stays as it is.
 * `what` names the file or folder for the reader.
 */
export function toStoreError(error: unknown, what?: string): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  const code = codeOf(error);
  return new StoreError(code, what === undefined ? messages[code] : `${messages[code]} (${what})`, {
    cause: error,
  });
}

function codeOf(error: unknown): StoreErrorCode {
  if (isSqliteError(error)) {
    return error.errcode === shmSize ? "disk-full" : (codes[error.errcode & 0xff] ?? "failed");
  }
  const systemCode = error instanceof Error && "code" in error ? error.code : undefined;
  switch (systemCode) {
    case "ENOSPC":
    case "EDQUOT":
      return "disk-full";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "read-only";
    default:
      return "failed";
  }
}
