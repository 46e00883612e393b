import { setTimeout as sleep } from "node:timers/promises";

import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver, PostgresDialect } from "kysely";
import type { Pool } from "pg";

import type { StoreError } from "./errors.ts";
import { fromPostgres } from "./postgres-errors.ts";

/** Any number nobody else locks in this database: "earshot" in ASCII, as far as it fits. */
const writersLock = 0x65617273;

/**
 * Kysely's PostgreSQL with our errors. Writers queue at the start of their transaction, as they do with SQLite, so that both keep the
 * same promises: three requests a second are far from where that would be felt. A server that cannot be reached is waited for,
 * `patienceMs` at most, before anything was sent to it.
 */
export function createPostgresDialect(pool: Pool, patienceMs: number): Dialect {
  const dialect = new PostgresDialect({ pool });
  return {
    createDriver: () => createDriver(dialect.createDriver(), patienceMs),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
  };
}

function createDriver(driver: Driver, patienceMs: number): Driver {
  const wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const inside = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const inner = (connection: DatabaseConnection): DatabaseConnection => inside.get(connection) ?? connection;
  return {
    init: async (options) => driver.init(options),
    acquireConnection: async (options) => {
      const real = await whileAway(async () => driver.acquireConnection(options), patienceMs);
      const connection = wrapped.get(real) ?? {
        executeQuery: async (query, queryOptions) =>
          translated(async () => real.executeQuery(query, queryOptions)),
        streamQuery: real.streamQuery.bind(real),
      };
      wrapped.set(real, connection);
      inside.set(connection, real);
      return connection;
    },
    beginTransaction: async (connection, settings) => {
      await translated(async () => driver.beginTransaction(inner(connection), settings));
      if (settings.accessMode !== "read only") {
        await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${writersLock})`));
      }
    },
    commitTransaction: async (connection) =>
      translated(async () => driver.commitTransaction(inner(connection))),
    rollbackTransaction: async (connection) => {
      try {
        await driver.rollbackTransaction(inner(connection));
      } catch (error) {
        // With its connection a transaction is rolled back by the server; what broke it is thrown already.
        if (fromPostgres(error).code !== "unreachable") throw fromPostgres(error);
      }
    },
    releaseConnection: async (connection, options) => driver.releaseConnection(inner(connection), options),
    destroy: async (options) => driver.destroy(options),
  };
}

async function translated<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw fromPostgres(error);
  }
}

async function whileAway<T>(connect: () => Promise<T>, patienceMs: number): Promise<T> {
  const startedMs = performance.now();
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 500)) {
    try {
      return await connect();
    } catch (error) {
      const storeError: StoreError = fromPostgres(error);
      if (storeError.code !== "unreachable" || performance.now() - startedMs >= patienceMs) throw storeError;
      await sleep(waitMs);
    }
  }
}
