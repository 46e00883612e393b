import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Small values by name. */
export function createMarks(database: Kysely<Database>): Store["marks"] {
  return {
    get: async (key) => {
      const row = await database.selectFrom("mark").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value;
    },
    set: async (key, value) => {
      await database
        .insertInto("mark")
        .values({ key, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    },
  };
}
