import type { Kysely, Selectable } from "kysely";

import type { AnswerTable, Database } from "./schema.ts";
import type { Answer, Store } from "./store.ts";

/** Answers by the message they answer. */
export function createAnswers(database: Kysely<Database>, nowMs: () => number): Store["answers"] {
  return {
    get: async (messageId) => {
      const row = await database
        .selectFrom("answer")
        .selectAll()
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    byAuthor: async (authorId, limit) => {
      const rows = await database
        .selectFrom("answer")
        .selectAll()
        .where("author_id", "=", authorId)
        .orderBy("updated_at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => {
        const { authorId: _author, ...answer } = fromRow(row);
        return answer;
      });
    },
    put: async (answer) => {
      const { message_id, ...rest } = toRow(answer, nowMs());
      await database
        .insertInto("answer")
        .values({ message_id, ...rest })
        .onConflict((conflict) =>
          conflict.column("message_id").doUpdateSet((answer) => ({
            ...rest,
            // Deleted stays deleted, whatever another process still finds out about it.
            state: answer
              .case()
              .when("answer.state", "=", "deleted")
              .then(answer.ref("answer.state"))
              .else(rest.state)
              .end(),
          })),
        )
        .execute();
    },
  };
}

function toRow(answer: Answer, nowMs: number): AnswerTable {
  return {
    message_id: answer.messageId,
    guild_id: answer.guildId,
    channel_id: answer.channelId,
    author_id: answer.authorId,
    place_channel_id: answer.place?.channelId ?? null,
    own_thread: answer.place?.ownThread === true ? 1 : 0,
    message_ids: JSON.stringify(answer.messageIds),
    state: answer.state,
    updated_at_ms: nowMs,
  };
}

function fromRow(row: Selectable<AnswerTable>): Answer {
  return {
    messageId: row.message_id,
    guildId: row.guild_id,
    channelId: row.channel_id,
    authorId: row.author_id,
    place:
      row.place_channel_id === null
        ? null
        : { channelId: row.place_channel_id, ownThread: row.own_thread === 1 },
    messageIds: toIds(row.message_ids),
    state: row.state,
  };
}

function toIds(json: string): string[] {
  const ids: unknown = JSON.parse(json);
  return Array.isArray(ids) ? ids.map(String) : [];
}
