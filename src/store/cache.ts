import type { Kysely } from "kysely";

import { type Cipher, sealedPrefix } from "./cipher.ts";
import type { Database } from "./schema.ts";

/** Whose voice is in a recording, and the message it was found in; null for the upload of a command. */
export interface RecordingSource {
  readonly memberId: string;
  readonly messageId: string | null;
}

/** A transcript that need not be made again while it is kept. */
export interface CachedTranscript {
  /** Stands for the recording's bytes, the recognizer and its settings. */
  readonly key: string;
  /** As JSON text. */
  readonly details: string;
  readonly source: RecordingSource;
  readonly expiresAtMs: number;
}

/** Transcripts by what was heard and how. When a member or a message is forgotten, so is every transcript they are a source of. */
export interface TranscriptCache {
  /** The details, if they have not expired. `source` is noted as one more place where the recording is. */
  get(key: string, source?: RecordingSource): Promise<string | undefined>;
  /** Makes room by dropping those that nobody has asked for the longest. */
  put(transcript: CachedTranscript): Promise<void>;
  forgetMember(memberId: string): Promise<void>;
  forgetMessage(messageId: string): Promise<void>;
}

export interface CacheOptions {
  readonly nowMs: () => number;
  /** Most UTF-16 units of details that are kept, of all transcripts together. */
  readonly maxLength: number;
}

/** A cache in the database, its words sealed. */
export function createCache(
  database: Kysely<Database>,
  cipher: Cipher,
  { nowMs, maxLength }: CacheOptions,
): TranscriptCache {
  return {
    async get(key, source) {
      const row = await database
        .updateTable("cached_transcript")
        .set({ used_at_ms: nowMs() })
        .where("key", "=", key)
        .where("expires_at_ms", ">", nowMs())
        .returning("details")
        .executeTakeFirst();
      if (!row) return undefined;
      if (source) await noteSource(database, key, source);
      return cipher.open(row.details, contextOf(key));
    },
    async put({ key, details, source, expiresAtMs }) {
      if (details.length > maxLength) return;
      const sealed = cipher.seal(details, contextOf(key));
      const row = {
        details: sealed,
        length: details.length,
        used_at_ms: nowMs(),
        expires_at_ms: Math.round(expiresAtMs),
      };
      // Words without their source would be forgotten by nobody.
      await database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("cached_transcript")
          .values({ key, ...row })
          .onConflict((conflict) => conflict.column("key").doUpdateSet(row))
          .execute();
        await noteSource(transaction, key, source);
      });
      await makeRoom(database, maxLength);
    },
    async forgetMember(memberId) {
      await forgetSources(database, { member_id: memberId });
    },
    async forgetMessage(messageId) {
      await forgetSources(database, { message_id: messageId });
    },
  };
}

async function noteSource(
  database: Kysely<Database>,
  key: string,
  { memberId, messageId }: RecordingSource,
): Promise<void> {
  await database
    .insertInto("cached_source")
    .values({ key, member_id: memberId, message_id: messageId ?? "" })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function contextOf(key: string): string {
  return `cache:${key}`;
}

async function makeRoom(database: Kysely<Database>, maxLength: number): Promise<void> {
  const { length } = await database
    .selectFrom("cached_transcript")
    .select(({ fn }) => fn.sum("length").as("length"))
    .executeTakeFirstOrThrow();
  let over = Number(length ?? 0) - maxLength;
  if (over <= 0) return;
  const rows = await database
    .selectFrom("cached_transcript")
    .select(["key", "length"])
    .orderBy("used_at_ms")
    .execute();
  for (const row of rows) {
    if (over <= 0) return;
    await forgetKeys(database, [row.key]);
    over -= row.length;
  }
}

async function forgetKeys(database: Kysely<Database>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await database.deleteFrom("cached_transcript").where("key", "in", keys).execute();
  await database.deleteFrom("cached_source").where("key", "in", keys).execute();
}

/** Forgets every transcript that a member or a message is a source of. */
export async function forgetSources(
  database: Kysely<Database>,
  whose: { readonly member_id: string } | { readonly message_id: string },
): Promise<void> {
  const rows = await database
    .selectFrom("cached_source")
    .select("key")
    .where((row) => row.and(whose))
    .execute();
  await forgetKeys(
    database,
    rows.map(({ key }) => key),
  );
}

/** Deletes what has expired, or would be kept past `untilMs`, as after the retention was shortened. */
export async function sweepCache(
  database: Kysely<Database>,
  { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs: number },
): Promise<void> {
  await database
    .deleteFrom("cached_transcript")
    .where((row) => row.or([row("expires_at_ms", "<=", nowMs), row("expires_at_ms", ">", untilMs)]))
    .execute();
  await database
    .deleteFrom("cached_source")
    .where("key", "not in", (rows) => rows.selectFrom("cached_transcript").select("key"))
    .execute();
}

/** Drops what was stored before there was a key: it can be made again. */
export async function dropUnsealed(database: Kysely<Database>): Promise<void> {
  await database.deleteFrom("cached_transcript").where("details", "not like", `${sealedPrefix}%`).execute();
  await database.deleteFrom("request").where("details", "not like", `${sealedPrefix}%`).execute();
}
