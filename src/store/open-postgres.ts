import { Socket } from "node:net";

import { CompiledQuery, Kysely } from "kysely";
import { Pool, types } from "pg";

import { migrate } from "./migrations.ts";
import { createPostgresDialect } from "./postgres-dialect.ts";
import { fromPostgres } from "./postgres-errors.ts";
import type { Database } from "./schema.ts";

export interface OpenPostgresOptions {
  /** postgres://user:password@host/database */
  readonly url: string;
  /** How long a server that is away, or other writers, are waited for before a call throws. */
  readonly patienceMs: number;
}

/** One process needs no more: writers queue, and reads are short. */
const maxConnections = 4;
/** Any number nobody else locks in this database. */
const openersLock = 0x6f70656e;
/** No statement takes so many times as long as one waits for others: a server that is silent for that has vanished. */
const silentTimes = 12;

/** Opens the tables in PostgreSQL and brings them to the newest version. Throws StoreError. */
export async function openPostgres({ url, patienceMs }: OpenPostgresOptions): Promise<Kysely<Database>> {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
    stream: () => mortalSocket(silentTimes * patienceMs),
    lock_timeout: patienceMs,
    // A process that stands still must not keep the others from writing.
    idle_in_transaction_session_timeout: patienceMs,
    application_name: "earshot",
    types: {
      // Times in ms and counts, which a double holds exactly.
      getTypeParser: (id, format) =>
        id === types.builtins.INT8
          ? (value: unknown) => Number(value)
          : types.getTypeParser(id, format ?? "text"),
    },
  });
  // An idle connection broke: the pool has dropped it, and the next call makes another or says what is wrong.
  pool.on("error", () => undefined);
  // So for one that is in use: without a listener of its own it would end the process; whoever uses it is told by the next statement.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const database = new Kysely<Database>({ dialect: createPostgresDialect(pool, patienceMs) });
  try {
    await database.connection().execute(async (connection) => {
      // One process at a time: even "create table if not exists" fails where two do it at once.
      await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_lock(${openersLock})`));
      await migrate(database);
      await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_unlock(${openersLock})`));
    });
    return database;
  } catch (error) {
    await database.destroy();
    throw fromPostgres(error);
  }
}

/** A host that vanishes without a word leaves its connections open: the system gives them up after a quarter of an hour. */
function mortalSocket(silentMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silentMs, () => {
    socket.destroy(new Error("the connection was silent for too long"));
  });
}
