import { type Kysely, PostgresAdapter } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

import { StoreError } from "./errors.ts";
import type { Database } from "./schema.ts";
import { toStoreError } from "./sqlite-errors.ts";

/** In order of their names. One that has landed is never changed: what comes after it is a new one. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-settings-and-answers": { up: createSettingsAndAnswers },
  "0002-transcripts": { up: createTranscripts },
  "0003-jobs": { up: createJobs },
  "0004-seen-messages": { up: createSeenMessages },
  "0005-transcript-readers": { up: addTranscriptReaders },
  "0006-opt-in": { up: createOptIn },
  "0007-usage": { up: createUsageTable },
  "0008-cache-and-requests": { up: createCacheAndRequests },
  "0009-transcript-links": { up: addTranscriptLinks },
  "0010-problems": { up: createProblemTable },
};

/** Brings the tables to the newest version, all or nothing. Throws StoreError. */
export async function migrate(database: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  const applied = await namesApplied(database);
  const unknown = applied.find((name) => migrations[name] === undefined);
  if (unknown !== undefined) {
    throw new StoreError(
      "failed",
      `The database was written by a newer version of Earshot (${unknown}): run that version, or use another data folder.`,
    );
  }
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw toStoreError(error);
  }
}

async function namesApplied(database: Kysely<Database>): Promise<string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === "kysely_migration")) {
    return [];
  }
  const rows = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom("kysely_migration")
    .select("name")
    .execute();
  return rows.map(({ name }) => name);
}

async function createSettingsAndAnswers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("setting")
    .addColumn("guild_id", "text", (column) => column.notNull())
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("setting_pk", ["guild_id", "channel_id", "name"])
    .execute();
  await db.schema
    .createTable("opt_out")
    .addColumn("member_id", "text", (column) => column.notNull().primaryKey())
    .addColumn("since_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("said_once")
    .addColumn("key", "text", (column) => column.notNull().primaryKey())
    .addColumn("said_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("mark")
    .addColumn("key", "text", (column) => column.notNull().primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("answer")
    .addColumn("message_id", "text", (column) => column.notNull().primaryKey())
    .addColumn("guild_id", "text")
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("place_channel_id", "text")
    .addColumn("own_thread", "integer", (column) => column.notNull())
    .addColumn("message_ids", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("updated_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("answer_updated").on("answer").column("updated_at_ms").execute();
}

async function createTranscripts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("transcript")
    .addColumn("message_id", "text", (column) => column.notNull().primaryKey())
    .addColumn("guild_id", "text")
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("member_id", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("details", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("transcript_member")
    .on("transcript")
    .columns(["member_id", "created_at_ms"])
    .execute();
  await db.schema.createIndex("transcript_created").on("transcript").column("created_at_ms").execute();
}

async function createJobs(db: Kysely<unknown>): Promise<void> {
  // The one thing the two databases say differently: a number given by the database.
  const counts = db.getExecutor().adapter instanceof PostgresAdapter;
  await db.schema
    .createTable("job")
    .addColumn("seq", counts ? "bigserial" : "integer", (column) =>
      counts ? column.primaryKey() : column.primaryKey().autoIncrement(),
    )
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("lane", "text", (column) => column.notNull())
    .addColumn("guild_id", "text", (column) => column.notNull())
    .addColumn("member_id", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("data", "text", (column) => column.notNull())
    .addColumn("progress", "text")
    .addColumn("enqueued_at_ms", "bigint", (column) => column.notNull())
    .addColumn("ready_at_ms", "bigint", (column) => column.notNull())
    .addColumn("worker", "text")
    .addColumn("lease_until_ms", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("runs", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("attempt", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("failures", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("losses", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("headway", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("give_ups", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("finished_at_ms", "bigint")
    .addUniqueConstraint("job_kind_key", ["kind", "key"])
    .execute();
  await db.schema
    .createIndex("job_turns")
    .on("job")
    .columns(["state", "lane", "guild_id", "member_id", "kind"])
    .execute();
  await db.schema.createIndex("job_ready").on("job").columns(["state", "ready_at_ms"]).execute();
  await db.schema.createIndex("job_finished").on("job").column("finished_at_ms").execute();
  await db.schema
    .createTable("job_turn")
    .addColumn("scope", "text", (column) => column.notNull())
    .addColumn("lane", "text", (column) => column.notNull())
    .addColumn("guild_id", "text", (column) => column.notNull())
    .addColumn("member_id", "text", (column) => column.notNull())
    .addColumn("served", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("job_turn_pk", ["scope", "lane", "guild_id", "member_id"])
    .execute();
  await db.schema
    .createTable("job_clock")
    .addColumn("id", "integer", (column) => column.notNull().primaryKey())
    .addColumn("boot_id", "text", (column) => column.notNull())
    .addColumn("offset_ms", "bigint", (column) => column.notNull())
    .execute();
}

async function createSeenMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("seen_message")
    .addColumn("place_id", "text", (column) => column.notNull().primaryKey())
    .addColumn("is_direct", "integer", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .execute();
}

/** Who may read a transcript, and where it leads. */
async function addTranscriptReaders(db: Kysely<unknown>): Promise<void> {
  const table = "transcript";
  await db.schema.alterTable(table).addColumn("parent_id", "text").execute();
  await db.schema.alterTable(table).addColumn("asker_id", "text").execute();
  await db.schema
    .alterTable(table)
    .addColumn("is_private", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable(table).addColumn("link_id", "text").execute();
  await db.schema
    .createIndex("transcript_guild")
    .on(table)
    .columns(["guild_id", "created_at_ms", "message_id"])
    .execute();
  await db.schema.createIndex("transcript_asker").on(table).columns(["asker_id", "created_at_ms"]).execute();
  await db.schema.createIndex("transcript_link").on(table).column("link_id").execute();
}

async function createOptIn(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("opt_in")
    .addColumn("member_id", "text", (column) => column.notNull().primaryKey())
    .addColumn("since_ms", "bigint", (column) => column.notNull())
    .execute();
}

async function createUsageTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("usage")
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("guild_id", "text", (column) => column.notNull())
    .addColumn("member_id", "text", (column) => column.notNull())
    .addColumn("recordings", "integer", (column) => column.notNull())
    .addColumn("audio_ms", "bigint", (column) => column.notNull())
    .addColumn("captions_ms", "bigint", (column) => column.notNull())
    .addColumn("calls", "integer", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("usage_pk", ["day", "guild_id", "member_id"])
    .execute();
  await db.schema.createIndex("usage_member").on("usage").column("member_id").execute();
}

/** Transcripts that need not be made again, and what was asked for, with where the recordings are from. */
async function createCacheAndRequests(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("cached_transcript")
    .addColumn("key", "text", (column) => column.notNull().primaryKey())
    .addColumn("details", "text", (column) => column.notNull())
    .addColumn("length", "integer", (column) => column.notNull())
    .addColumn("used_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("cached_used").on("cached_transcript").column("used_at_ms").execute();
  await db.schema
    .createTable("request")
    .addColumn("id", "text", (column) => column.notNull().primaryKey())
    .addColumn("asker_id", "text", (column) => column.notNull())
    .addColumn("details", "text", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("request_asker").on("request").column("asker_id").execute();
  for (const [table, owner] of [
    ["cached_source", "key"],
    ["request_source", "request_id"],
  ] as const) {
    await db.schema
      .createTable(table)
      .addColumn(owner, "text", (column) => column.notNull())
      .addColumn("member_id", "text", (column) => column.notNull())
      .addColumn("message_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_pk`, [owner, "member_id", "message_id"])
      .execute();
    await db.schema.createIndex(`${table}_member`).on(table).column("member_id").execute();
    await db.schema.createIndex(`${table}_message`).on(table).column("message_id").execute();
  }
}

async function addTranscriptLinks(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("transcript").addColumn("link_channel_id", "text").execute();
}

async function createProblemTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("problem")
    .addColumn("guild_id", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("code", "text", (column) => column.notNull())
    .addColumn("times", "integer", (column) => column.notNull())
    .addColumn("last_at_ms", "bigint", (column) => column.notNull())
    .addColumn("trace_id", "text")
    .addPrimaryKeyConstraint("problem_pk", ["guild_id", "reason", "code"])
    .execute();
}
