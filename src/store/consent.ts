import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Who opted out or in, and since when. */
export function createConsent(database: Kysely<Database>, nowMs: () => number): Store["consent"] {
  const isIn = async (table: "opt_out" | "opt_in", memberId: string): Promise<boolean> => {
    const row = await database
      .selectFrom(table)
      .select("member_id")
      .where("member_id", "=", memberId)
      .executeTakeFirst();
    return row !== undefined;
  };
  return {
    isOptedOut: async (memberId) => await isIn("opt_out", memberId),
    async choice(memberId) {
      if (await isIn("opt_out", memberId)) return "out";
      return (await isIn("opt_in", memberId)) ? "in" : undefined;
    },
    async setOptedOut(memberId, optedOut) {
      const [into, from] = optedOut ? (["opt_out", "opt_in"] as const) : (["opt_in", "opt_out"] as const);
      await database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom(from).where("member_id", "=", memberId).execute();
        await transaction
          .insertInto(into)
          .values({ member_id: memberId, since_ms: nowMs() })
          .onConflict((conflict) => conflict.column("member_id").doNothing())
          .execute();
      });
    },
  };
}
