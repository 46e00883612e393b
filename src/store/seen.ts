import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Marks of how far each place was read. */
export function createSeen(database: Kysely<Database>): Store["seen"] {
  return {
    all: async () => {
      const rows = await database.selectFrom("seen_message").selectAll().execute();
      return rows.map((row) => ({
        placeId: row.place_id,
        isDirect: row.is_direct === 1,
        messageId: row.message_id,
      }));
    },
    put: async (marks) => {
      await database.transaction().execute(async (transaction) => {
        for (const { placeId, isDirect, messageId } of marks) {
          await transaction
            .insertInto("seen_message")
            .values({ place_id: placeId, is_direct: isDirect ? 1 : 0, message_id: messageId })
            .onConflict((conflict) => conflict.column("place_id").doUpdateSet({ message_id: messageId }))
            .execute();
        }
      });
    },
  };
}
