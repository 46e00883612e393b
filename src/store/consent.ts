import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Who opted out, and since when. */
export function createConsent(database: Kysely<Database>, nowMs: () => number): Store["consent"] {
  return {
    isOptedOut: async (memberId) => {
      const row = await database
        .selectFrom("opt_out")
        .select("member_id")
        .where("member_id", "=", memberId)
        .executeTakeFirst();
      return row !== undefined;
    },
    setOptedOut: async (memberId, optedOut) => {
      if (optedOut) {
        await database
          .insertInto("opt_out")
          .values({ member_id: memberId, since_ms: nowMs() })
          .onConflict((conflict) => conflict.column("member_id").doNothing())
          .execute();
      } else {
        await database.deleteFrom("opt_out").where("member_id", "=", memberId).execute();
      }
    },
  };
}
