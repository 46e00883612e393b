import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Claims of things said once; of several callers, in several processes, one gets true. */
export function createOnce(database: Kysely<Database>, nowMs: () => number): Store["once"] {
  return {
    claim: async (key) => {
      const row = await database
        .insertInto("said_once")
        .values({ key, said_at_ms: nowMs() })
        .onConflict((conflict) => conflict.column("key").doNothing())
        .returning("key")
        .executeTakeFirst();
      return row !== undefined;
    },
    release: async (key) => {
      await database.deleteFrom("said_once").where("key", "=", key).execute();
    },
  };
}
