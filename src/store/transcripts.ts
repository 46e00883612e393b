import type { Kysely, Selectable } from "kysely";

import type { Database, TranscriptTable } from "./schema.ts";
import type { Store, StoredTranscript } from "./store.ts";

/** Transcripts by message and by member. */
export function createTranscripts(database: Kysely<Database>): Store["transcripts"] {
  return {
    put: async (transcript) => {
      const { message_id, ...rest } = toRow(transcript);
      await database
        .insertInto("transcript")
        .values({ message_id, ...rest })
        .onConflict((conflict) => conflict.column("message_id").doUpdateSet(rest))
        .execute();
    },
    get: async (messageId) => {
      const row = await database
        .selectFrom("transcript")
        .selectAll()
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    delete: async (messageId) => {
      const row = await database
        .deleteFrom("transcript")
        .where("message_id", "=", messageId)
        .returning("message_id")
        .executeTakeFirst();
      return row !== undefined;
    },
    byMember: async (memberId, limit) => {
      const rows = await database
        .selectFrom("transcript")
        .selectAll()
        .where("member_id", "=", memberId)
        .orderBy("created_at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
  };
}

function toRow(transcript: StoredTranscript): TranscriptTable {
  return {
    message_id: transcript.messageId,
    guild_id: transcript.guildId,
    channel_id: transcript.channelId,
    member_id: transcript.memberId,
    created_at_ms: transcript.createdAtMs,
    text: transcript.text,
    details: transcript.details,
  };
}

function fromRow(row: Selectable<TranscriptTable>): StoredTranscript {
  return {
    messageId: row.message_id,
    guildId: row.guild_id,
    channelId: row.channel_id,
    memberId: row.member_id,
    createdAtMs: row.created_at_ms,
    text: row.text,
    details: row.details,
  };
}
