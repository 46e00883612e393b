import { StoreError, type StoreErrorCode } from "./errors.ts";

/** PostgreSQL's codes that we tell apart (postgresql.org/docs/current/errcodes-appendix.html), and what a connection dies of. */
const codes: Readonly<Record<string, StoreErrorCode>> = {
  "53100": "disk-full", // disk_full
  "55P03": "locked", // lock_not_available
  "40001": "locked", // serialization_failure
  "40P01": "locked", // deadlock_detected
  "25006": "read-only", // read_only_sql_transaction: a standby
  "42501": "read-only", // insufficient_privilege
  "53300": "unreachable", // too_many_connections
  "57P01": "unreachable", // admin_shutdown
  "57P02": "unreachable", // crash_shutdown
  "57P03": "unreachable", // cannot_connect_now
  "25P03": "unreachable", // idle_in_transaction_session_timeout
  ECONNREFUSED: "unreachable",
  ECONNRESET: "unreachable",
  EPIPE: "unreachable",
  ETIMEDOUT: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENOENT: "unreachable", // the socket of a server that does not run
};

const messages: Readonly<Record<StoreErrorCode, string>> = {
  "disk-full": "The disk of PostgreSQL is full.",
  locked: "Other processes kept the database busy for too long.",
  corrupted: "The database is damaged.",
  "wrong-key": "DATA_KEY does not fit the database.",
  "read-only": "The database cannot be written: check the rights of the user in DATABASE_URL.",
  unreachable: "PostgreSQL cannot be reached: check DATABASE_URL and the server.",
  failed: "The database call failed.",
};

/** invalid_password, invalid_authorization_specification, invalid_catalog_name: the server is there and lets nobody in. */
const refusedLogins: ReadonlySet<unknown> = new Set(["28P01", "28000", "3D000"]);
const refusedLogin =
  "PostgreSQL refuses the login: check the user, the password and the database in DATABASE_URL.";

/** What node-postgres throws, as a StoreError with it as the cause; a StoreError stays as it is. */
export function fromPostgres(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof Error && "code" in error && refusedLogins.has(error.code))
    return new StoreError("failed", refusedLogin, { cause: error });
  const code = codeOf(error);
  return new StoreError(code, messages[code], { cause: error });
}

function codeOf(error: unknown): StoreErrorCode {
  if (!(error instanceof Error)) return "failed";
  const known = "code" in error ? codes[String(error.code)] : undefined;
  // Several addresses were tried, or node-postgres says in words only that the connection broke.
  if (known === undefined && error instanceof AggregateError) return codeOf(error.errors[0]);
  return (
    known ??
    (/connection|timeout exceeded when trying to connect/i.test(error.message) ? "unreachable" : "failed")
  );
}
