import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { ConsentChoice, Store } from "./store.ts";

/** One statement takes only so many values. */
const mostAtOnce = 500;

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
  const ofMany = async (
    table: "opt_out" | "opt_in",
    memberIds: readonly string[],
  ): Promise<readonly string[]> => {
    const rows = await database
      .selectFrom(table)
      .select("member_id")
      .where("member_id", "in", memberIds)
      .execute();
    return rows.map((row) => row.member_id);
  };
  return {
    isOptedOut: async (memberId) => await isIn("opt_out", memberId),
    async choice(memberId) {
      if (await isIn("opt_out", memberId)) return "out";
      return (await isIn("opt_in", memberId)) ? "in" : undefined;
    },
    async choices(memberIds) {
      const found = new Map<string, ConsentChoice>();
      for (let start = 0; start < memberIds.length; start += mostAtOnce) {
        const some = memberIds.slice(start, start + mostAtOnce);
        for (const id of await ofMany("opt_in", some)) found.set(id, "in");
        // Whoever opts out between the two is out.
        for (const id of await ofMany("opt_out", some)) found.set(id, "out");
      }
      return found;
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
