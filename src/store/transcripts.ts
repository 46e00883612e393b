import type { Kysely, Selectable } from "kysely";

import { type Cipher, sealedPrefix } from "./cipher.ts";
import type { Database, TranscriptTable } from "./schema.ts";
import type { FoundTranscript, Store, StoredTranscript, TranscriptQuery } from "./store.ts";

type TranscriptRow = Selectable<TranscriptTable>;

/** Transcripts by message, by member and by age; their words are sealed. */
export function createTranscripts(database: Kysely<Database>, cipher: Cipher): Store["transcripts"] {
  return {
    put: async (transcript) => {
      const { message_id, ...rest } = toRow(transcript, cipher);
      await database
        .insertInto("transcript")
        .values({ message_id, ...rest })
        .onConflict((conflict) => conflict.column("message_id").doUpdateSet(rest))
        .execute();
    },
    get: async (key) => {
      const row = await database
        .selectFrom("transcript")
        .selectAll()
        .where("message_id", "=", key)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row, cipher);
    },
    delete: async (messageId) => {
      const rows = await database
        .deleteFrom("transcript")
        .where((row) => row.or([row("message_id", "=", messageId), row("link_id", "=", messageId)]))
        .returning("message_id")
        .execute();
      return rows.length > 0;
    },
    byMember: async (memberId, limit) => {
      const rows = await database
        .selectFrom("transcript")
        .selectAll()
        .where((row) =>
          row.or([
            row("member_id", "=", memberId),
            row.and([row("asker_id", "=", memberId), row("is_private", "=", 1)]),
          ]),
        )
        .orderBy("created_at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => fromRow(row, cipher));
    },
    page: async (query) => (await readPage(database, query)).map((row) => toFound(row, cipher)),
  };
}

/** Rows before a place in the order from new to old. */
async function readPage(
  database: Kysely<Database>,
  { guildId, readerId, before, limit }: TranscriptQuery,
): Promise<readonly TranscriptRow[]> {
  return database
    .selectFrom("transcript")
    .selectAll()
    .where((row) =>
      guildId === null
        ? row.and([row("asker_id", "=", readerId), row("is_private", "=", 1)])
        : row.and([
            row("guild_id", "=", guildId),
            row.or([row("is_private", "=", 0), row("asker_id", "=", readerId)]),
          ]),
    )
    .$if(before !== undefined, (rows) =>
      rows.where((row) =>
        row.or([
          row("created_at_ms", "<", before?.createdAtMs ?? 0),
          row.and([
            row("created_at_ms", "=", before?.createdAtMs ?? 0),
            row("message_id", "<", before?.key ?? ""),
          ]),
        ]),
      ),
    )
    .orderBy("created_at_ms", "desc")
    .orderBy("message_id", "desc")
    .limit(limit)
    .execute();
}

const sealBatch = 200;

/** Encrypts what was stored before there was a key. Gives the number of transcripts. */
export async function sealTranscripts(database: Kysely<Database>, cipher: Cipher): Promise<number> {
  let sealed = 0;
  for (;;) {
    const rows = await database
      .selectFrom("transcript")
      .select(["message_id", "text", "details"])
      .where("text", "not like", `${sealedPrefix}%`)
      .limit(sealBatch)
      .execute();
    for (const row of rows) {
      const text = cipher.open(row.text, contextOf(row, "text"));
      const details = cipher.open(row.details, contextOf(row, "details"));
      await database
        .updateTable("transcript")
        .set({
          text: cipher.seal(text, contextOf(row, "text")),
          details: cipher.seal(details, contextOf(row, "details")),
        })
        .where("message_id", "=", row.message_id)
        .execute();
    }
    sealed += rows.length;
    if (rows.length < sealBatch) return sealed;
  }
}

function contextOf({ message_id }: Pick<TranscriptRow, "message_id">, column: "text" | "details"): string {
  return `transcript:${message_id}:${column}`;
}

function toRow(transcript: StoredTranscript, cipher: Cipher): TranscriptTable {
  const row = { message_id: transcript.key };
  return {
    ...row,
    guild_id: transcript.guildId,
    channel_id: transcript.channelId,
    parent_id: transcript.parentId,
    member_id: transcript.memberId,
    asker_id: transcript.askerId,
    is_private: transcript.isPrivate ? 1 : 0,
    link_id: transcript.linkId,
    link_channel_id: transcript.linkChannelId,
    created_at_ms: transcript.createdAtMs,
    text: cipher.seal(transcript.text, contextOf(row, "text")),
    details: cipher.seal(transcript.details, contextOf(row, "details")),
  };
}

function placeOf(row: TranscriptRow): Omit<StoredTranscript, "text" | "details"> {
  return {
    key: row.message_id,
    guildId: row.guild_id,
    channelId: row.channel_id,
    parentId: row.parent_id,
    memberId: row.member_id,
    askerId: row.asker_id,
    isPrivate: row.is_private === 1,
    linkId: row.link_id,
    linkChannelId: row.link_channel_id,
    createdAtMs: row.created_at_ms,
  };
}

function fromRow(row: TranscriptRow, cipher: Cipher): StoredTranscript {
  return {
    ...placeOf(row),
    text: cipher.open(row.text, contextOf(row, "text")),
    details: cipher.open(row.details, contextOf(row, "details")),
  };
}

/** Decrypted only when somebody may read it and asks for the words. */
function toFound(row: TranscriptRow, cipher: Cipher): FoundTranscript {
  return { ...placeOf(row), words: () => cipher.open(row.text, contextOf(row, "text")) };
}
