import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";

/** A kind of trouble that a guild had: codes and counts, never what it was about. */
export interface NotedProblem {
  /** Earshot's own name for it, as "service-unavailable". */
  readonly reason: string;
  /** The service's, as "SIS.0303"; null where it gave none. */
  readonly code: string | null;
  readonly times: number;
  readonly lastAtMs: number;
  /** Of the last time. */
  readonly traceId: string | null;
}

/** What went wrong in each guild lately. Every call throws StoreError. */
export interface Problems {
  note(
    guildId: string,
    problem: {
      readonly reason: string;
      readonly code?: string | undefined;
      readonly traceId?: string | undefined;
    },
  ): Promise<void>;
  /** The latest first. */
  recent(guildId: string, limit: number): Promise<readonly NotedProblem[]>;
}

/** After so many days nobody asks any more. */
export const problemDays = 7;
/** Services and networks may name things as they like. */
const longestName = 100;
/** Stands for no code, since parts of a key cannot be missing. */
const noCode = "";

export function createProblems(database: Kysely<Database>, nowMs: () => number): Problems {
  return {
    async note(guildId, { reason, code = noCode, traceId }) {
      const last_at_ms = nowMs();
      const trace_id = traceId?.slice(0, longestName).toWellFormed() ?? null;
      await database
        .insertInto("problem")
        .values({
          guild_id: guildId,
          reason: reason.slice(0, longestName),
          code: code.slice(0, longestName).toWellFormed(),
          times: 1,
          last_at_ms,
          trace_id,
        })
        .onConflict((conflict) =>
          conflict
            .columns(["guild_id", "reason", "code"])
            .doUpdateSet((row) => ({ times: row("problem.times", "+", 1), last_at_ms, trace_id })),
        )
        .execute();
    },
    async recent(guildId, limit) {
      const rows = await database
        .selectFrom("problem")
        .selectAll()
        .where("guild_id", "=", guildId)
        .where("last_at_ms", ">", nowMs() - problemDays * 24 * 3_600_000)
        .orderBy("last_at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ reason, code, times, last_at_ms, trace_id }) => ({
        reason,
        code: code === noCode ? null : code,
        times,
        lastAtMs: last_at_ms,
        traceId: trace_id,
      }));
    },
  };
}
