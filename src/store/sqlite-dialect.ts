import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from "kysely";

import { isBusy, toStoreError } from "./sqlite-errors.ts";

/** Prepared statements kept ready; the project has fewer different queries than this. */
const maxStatements = 128;

/** Unlike Kysely's own word for it, SQLite takes schema changes back with the transaction: a failed migration leaves nothing. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Kysely's SQLite on node:sqlite. One connection, used by one caller at a time; every error comes out as a StoreError.
 * A database another process is writing is waited for without blocking the event loop, for `busyTimeoutMs` at most.
 */
export function createSqliteDialect(database: DatabaseSync, busyTimeoutMs: number): Dialect {
  const dialect = new SqliteDialect({ database: adapt(database) });
  return {
    createDriver: () => createDriver(dialect.createDriver(), database, busyTimeoutMs),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
  };
}

/** Runs `step`, again while SQLite is busy, until `busyTimeoutMs` are over. Throws StoreError. */
export async function whileBusy<T>(step: () => T | Promise<T>, busyTimeoutMs: number): Promise<T> {
  const startedMs = performance.now();
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 50)) {
    try {
      return await step();
    } catch (error) {
      if (!isBusy(error) || performance.now() - startedMs >= busyTimeoutMs) {
        throw toStoreError(error);
      }
      // Spread, so that two processes do not meet again at the same moment.
      await sleep(waitMs * (0.5 + Math.random()));
    }
  }
}

/** Kysely's driver with patience, our errors, and writers that queue at the start of their transaction. */
function createDriver(driver: Driver, database: DatabaseSync, busyTimeoutMs: number): Driver {
  const patiently = async <T>(step: () => Promise<T>): Promise<T> => whileBusy(step, busyTimeoutMs);
  const wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>();
  return {
    init: async (options) => driver.init(options),
    acquireConnection: async (options) => {
      const inner = await driver.acquireConnection(options);
      const connection = wrapped.get(inner) ?? {
        executeQuery: async (query, queryOptions) =>
          patiently(async () => inner.executeQuery(query, queryOptions)),
        streamQuery: inner.streamQuery.bind(inner),
      };
      wrapped.set(inner, connection);
      return connection;
    },
    beginTransaction: async (connection, settings) => {
      // IMMEDIATE: a writer waits for the other one here and nowhere else, so that no transaction fails half-way.
      const begin = settings.accessMode === "read only" ? "begin" : "begin immediate";
      await connection.executeQuery(CompiledQuery.raw(begin));
    },
    commitTransaction: async (connection) => driver.commitTransaction(connection),
    rollbackTransaction: async (connection) => {
      // A full disk makes SQLite roll back by itself (sqlite.org/lang_transaction.html).
      if (database.isTransaction) {
        await driver.rollbackTransaction(connection);
      }
    },
    releaseConnection: async (connection, options) => driver.releaseConnection(connection, options),
    destroy: async (options) => driver.destroy(options),
  };
}

/** node:sqlite as Kysely wants it: like better-sqlite3, with statements prepared once. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const prepared = statements.get(sql) ?? adaptStatement(database.prepare(sql));
      // Moved to the end: the first of the map is the one longest unused.
      statements.delete(sql);
      statements.set(sql, prepared);
      const [oldest] = statements.keys();
      if (statements.size > maxStatements && oldest !== undefined) {
        statements.delete(oldest);
      }
      return prepared;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toInput)),
    run: (parameters) => statement.run(...parameters.map(toInput)),
    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
  };
}

function toInput(value: unknown): SQLInputValue {
  const storable =
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "bigint" ||
    value instanceof Uint8Array;
  if (!storable) {
    throw new TypeError(`SQLite cannot store a ${typeof value}`);
  }
  return value;
}
