import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CompiledQuery, Kysely } from "kysely";

import { createAnswers } from "./answers.ts";
import { createCache, dropUnsealed } from "./cache.ts";
import { type Cipher, openCipher } from "./cipher.ts";
import { createConsent } from "./consent.ts";
import { prepareFolder } from "./data-folder.ts";
import { lockFile } from "./file-lock.ts";
import { createMarks } from "./marks.ts";
import { cachedFrom, requestsOf, workOf } from "./member-data.ts";
import { migrate } from "./migrations.ts";
import { createOnce } from "./once.ts";
import { createPrivateFile } from "./private-file.ts";
import { isDamaged, replaceDamaged } from "./recovery.ts";
import { deleteMember, sweep, sweptMark } from "./retention.ts";
import { createRequests } from "./requests.ts";
import type { Database } from "./schema.ts";
import { createSeen } from "./seen.ts";
import { createSettings } from "./settings.ts";
import { createSqliteDialect, whileBusy } from "./sqlite-dialect.ts";
import { toStoreError } from "./sqlite-errors.ts";
import type { Recovery, Store } from "./store.ts";
import { createTranscripts, sealTranscripts } from "./transcripts.ts";
import { createProblems } from "./problems.ts";
import { createUsage } from "./usage.ts";

export interface OpenStoreOptions {
  /** The folder of the database, made (mode 700) when it is not there. */
  readonly dataDir: string;
  /** Encrypts words and tokens; what an earlier run stored without it is encrypted now. */
  readonly dataKey?: string | undefined;
  /** Given (postgres://…), the tables lie there, and the data folder holds only what processes of this host share. */
  readonly databaseUrl?: string | undefined;
  /** How long another process may hold the database before a call throws "locked". */
  readonly busyTimeoutMs?: number;
  /** How long another process may take to open, check and migrate the same database. */
  readonly openTimeoutMs?: number;
  /** Most that is kept of transcripts which need not be made again, in UTF-16 units; 64 Mi unless told. */
  readonly cacheLength?: number;
  /** Wall clock, for what is kept by age. */
  readonly nowMs?: () => number;
}

/** Nobody has more than that in one export. */
const mostRows = 20_000;

interface OpenDatabase {
  readonly database: Kysely<Database>;
  readonly recovery: Recovery | undefined;
  /** Makes sure that what was deleted is gone. */
  readonly forget: () => Promise<void>;
}

/**
 * Opens the database of a data folder: SQLite in WAL mode, every commit on the disk before it returns, files
 * readable by their owner alone. Tables are brought to the newest version; a damaged file is moved aside and what
 * can be read of it is taken over (`recovery` tells). Processes of one host may share the folder. Throws StoreError.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { dataDir, nowMs = Date.now } = options;
  const opened =
    options.databaseUrl === undefined
      ? await openDatabase(options)
      : await openServer(options, options.databaseUrl);
  const { database, recovery, forget } = opened;
  const cipher = await openSealed(opened, options.dataKey);
  const consent = createConsent(database, nowMs);
  const answers = createAnswers(database, nowMs);
  const transcripts = createTranscripts(database, cipher);
  const usage = createUsage(database, nowMs);
  return {
    cipher,
    settings: createSettings(database),
    consent,
    once: createOnce(database, nowMs),
    answers,
    cache: createCache(database, cipher, { nowMs, maxLength: options.cacheLength ?? 64 * 2 ** 20 }),
    requests: createRequests(database, cipher, nowMs),
    marks: createMarks(database),
    seen: createSeen(database),
    transcripts,
    usage,
    problems: createProblems(database, nowMs),
    sweep: async ({ retentionDays }) => {
      const swept = await sweep(database, { retentionDays, nowMs: nowMs() });
      await createMarks(database).set(sweptMark, String(nowMs()));
      await forget();
      return swept;
    },
    deleteMember: async (memberId) => {
      const deleted = await deleteMember(database, memberId);
      await forget();
      return deleted;
    },
    memberData: async (memberId) => ({
      choice: await consent.choice(memberId),
      transcripts: await transcripts.byMember(memberId, mostRows),
      answers: await answers.byAuthor(memberId, mostRows),
      usage: await usage.ofMember(memberId),
      requests: await requestsOf(database, memberId, mostRows),
      cachedFrom: await cachedFrom(database, memberId, mostRows),
      work: await workOf(database, memberId, mostRows),
    }),
    recovery,
    database,
    dataDir,
    close: async () => database.destroy(),
  };
}

/** Throws StoreError "wrong-key", and lets go of the database then. */
async function openSealed({ database, forget }: OpenDatabase, dataKey: string | undefined): Promise<Cipher> {
  try {
    const cipher = await openCipher(database, dataKey);
    if (cipher.seals) await dropUnsealed(database);
    if (cipher.seals && (await sealTranscripts(database, cipher)) > 0) await forget();
    return cipher;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** Loaded only where it is wanted: one process needs no PostgreSQL. Its vacuum looks after what was deleted. */
async function openServer(options: OpenStoreOptions, url: string): Promise<OpenDatabase> {
  prepareFolder(options.dataDir);
  const { openPostgres } = await import("./open-postgres.ts");
  const database = await openPostgres({ url, patienceMs: options.busyTimeoutMs ?? 5000 });
  return { database, recovery: undefined, forget: async () => undefined };
}

/** Words that were deleted are still in the write-ahead log until it is emptied. A reader in the way leaves it for the next time. */
async function forgetLog(database: Kysely<Database>): Promise<void> {
  await database.executeQuery(CompiledQuery.raw("pragma wal_checkpoint(truncate)"));
}

async function openDatabase(options: OpenStoreOptions): Promise<OpenDatabase> {
  const { dataDir, busyTimeoutMs = 5000, openTimeoutMs = 60_000 } = options;
  const path = join(dataDir, "earshot.db");
  try {
    prepareFolder(dataDir);
    // One process at a time: two would migrate against each other, or both move a damaged file aside.
    const lock = await lockFile(join(dataDir, "earshot.lock"), openTimeoutMs);
    try {
      return await openLocked(path, busyTimeoutMs);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw toStoreError(error, dataDir);
  }
}

async function openLocked(path: string, busyTimeoutMs: number): Promise<OpenDatabase> {
  const recovery = (await isDamaged(path, busyTimeoutMs))
    ? await replaceDamaged(path, async (newPath, fill) => {
        const { database, connection } = await connectAndMigrate(newPath, busyTimeoutMs);
        try {
          return fill(connection);
        } finally {
          await database.destroy();
        }
      })
    : undefined;
  const { database } = await connectAndMigrate(path, busyTimeoutMs);
  return { database, recovery, forget: async () => forgetLog(database) };
}

async function connectAndMigrate(
  path: string,
  busyTimeoutMs: number,
): Promise<{ readonly database: Kysely<Database>; readonly connection: DatabaseSync }> {
  const connection = await connect(path, busyTimeoutMs);
  const database = new Kysely<Database>({ dialect: createSqliteDialect(connection, busyTimeoutMs) });
  try {
    await migrate(database);
    return { database, connection };
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function connect(path: string, busyTimeoutMs: number): Promise<DatabaseSync> {
  // Made by us, because SQLite would make it readable for others; the files beside it take its mode.
  createPrivateFile(path);
  chmodSync(path, 0o600);
  const connection = new DatabaseSync(path, { timeout: 0 });
  try {
    await whileBusy(() => {
      connection.exec("pragma journal_mode = wal");
      connection.exec("pragma synchronous = full");
      connection.exec("pragma foreign_keys = on");
      connection.exec("pragma journal_size_limit = 67108864");
      // What is deleted is overwritten: words must not linger in free pages.
      connection.exec("pragma secure_delete = on");
    }, busyTimeoutMs);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
