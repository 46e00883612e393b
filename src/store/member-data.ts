import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { MemberUsage } from "./usage.ts";
import type { Answer, StoredTranscript } from "./store.ts";

/** Everything that is kept of a member. */
export interface MemberData {
  /** What they decided about being transcribed, if anything. */
  readonly choice: "in" | "out" | undefined;
  /** What they said, and what was transcribed for them alone; the newest first. */
  readonly transcripts: readonly StoredTranscript[];
  /** Where the answers to their recordings are. */
  readonly answers: readonly Omit<Answer, "authorId">[];
  readonly usage: readonly MemberUsage[];
  /** What they asked for by a command, as long as something can be done with its answer. */
  readonly requests: readonly { readonly id: string; readonly expiresAtMs: number }[];
  /** Messages whose recordings' words can be found by the recording itself; "" for uploads. */
  readonly cachedFrom: readonly string[];
  /** Work of theirs that is known, finished or not: its kind, and the message's or interaction's id. */
  readonly work: readonly { readonly kind: string; readonly key: string; readonly state: string }[];
}

/** The work items that bear a member's name. */
export async function workOf(
  database: Kysely<Database>,
  memberId: string,
  limit: number,
): Promise<MemberData["work"]> {
  return database
    .selectFrom("job")
    .select(["kind", "key", "state"])
    .where("member_id", "=", memberId)
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
}

/** What a member asked for by a command. */
export async function requestsOf(
  database: Kysely<Database>,
  memberId: string,
  limit: number,
): Promise<MemberData["requests"]> {
  const rows = await database
    .selectFrom("request")
    .select(["id", "expires_at_ms"])
    .where("asker_id", "=", memberId)
    .orderBy("expires_at_ms", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ id: row.id, expiresAtMs: row.expires_at_ms }));
}

/** The messages of a member whose words are cached. */
export async function cachedFrom(
  database: Kysely<Database>,
  memberId: string,
  limit: number,
): Promise<MemberData["cachedFrom"]> {
  const rows = await database
    .selectFrom("cached_source")
    .select("message_id")
    .where("member_id", "=", memberId)
    .orderBy("message_id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.message_id);
}

/** Takes a member's name off work that is done, and off the turns they took; what is being worked on keeps it. */
export async function forgetWork(database: Kysely<Database>, memberId: string): Promise<number> {
  const jobs = await database
    .updateTable("job")
    .set({ member_id: "" })
    .where("member_id", "=", memberId)
    .where("finished_at_ms", "is not", null)
    .executeTakeFirst();
  await database
    .deleteFrom("job_turn")
    .where("scope", "=", "member")
    .where("member_id", "=", memberId)
    .execute();
  return Number(jobs.numUpdatedRows);
}
