import type { Kysely } from "kysely";

import { forgetSources, sweepCache } from "./cache.ts";
import { problemDays } from "./problems.ts";
import { forgetRequestsOf, sweepRequests } from "./requests.ts";
import type { Database } from "./schema.ts";
import { settingKinds } from "./setting-kinds.ts";
import { forgetWork } from "./member-data.ts";
import type { SweepResult } from "./store.ts";
import { dayOf, forgetUsage } from "./usage.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Ids are kept at least this long: twice as far as the bot looks back after an outage. */
const minIdAgeMs = 2 * dayMs;

/** The mark of the last sweep, in ms since 1970. */
export const sweptMark = "swept-at-ms";

/** Accounts of use are shown for this many days, and not kept for longer. */
export const usageDays = 30;

/** An answer nobody has worked on for this long has lost its job. */
const abandonedMs = 30 * dayMs;

/** Deletes what is older than `retentionDays` (0: all words) in one transaction. */
export async function sweep(
  database: Kysely<Database>,
  options: { readonly retentionDays: number; readonly nowMs: number },
): Promise<SweepResult> {
  const { retentionDays, nowMs } = options;
  const retentionMs = Math.round(retentionDays * dayMs);
  const idsBeforeMs = nowMs - Math.max(retentionMs, minIdAgeMs);
  return database.transaction().execute(async (transaction) => {
    await pullBackFromFuture(transaction, nowMs);
    const kept = { nowMs, untilMs: nowMs + retentionMs };
    await sweepCache(transaction, kept);
    await sweepRequests(transaction, kept);
    const transcripts = await sweepTranscripts(transaction, { retentionDays, nowMs });
    await transaction
      .deleteFrom("usage")
      .where("day", "<", dayOf(nowMs - usageDays * dayMs))
      .execute();
    await transaction
      .deleteFrom("problem")
      .where("last_at_ms", "<=", nowMs - problemDays * dayMs)
      .execute();
    const answers = await transaction
      .deleteFrom("answer")
      .where((row) =>
        row.or([
          row.and([row("state", "!=", "working"), row("updated_at_ms", "<=", idsBeforeMs)]),
          row("updated_at_ms", "<=", Math.min(idsBeforeMs, nowMs - abandonedMs)),
        ]),
      )
      .executeTakeFirst();
    const jobs = await transaction
      .deleteFrom("job")
      .where("finished_at_ms", "<=", idsBeforeMs)
      .executeTakeFirst();
    return {
      transcripts,
      answers: Number(answers.numDeletedRows),
      jobs: Number(jobs.numDeletedRows),
    };
  });
}

/** How long a server's transcripts are kept: a server may shorten what the operator allows, not lengthen it. */
export function retentionOf(ownDays: number | null, operatorDays: number): number {
  return ownDays === null ? operatorDays : Math.min(ownDays, operatorDays);
}

async function sweepTranscripts(
  database: Kysely<Database>,
  { retentionDays, nowMs }: { readonly retentionDays: number; readonly nowMs: number },
): Promise<number> {
  const everywhere = await database
    .deleteFrom("transcript")
    .where("created_at_ms", "<=", Math.round(nowMs - retentionDays * dayMs))
    .executeTakeFirst();
  let deleted = Number(everywhere.numDeletedRows);
  const own = await database
    .selectFrom("setting")
    .select(["guild_id", "value"])
    .where("name", "=", "retentionDays")
    .where("channel_id", "=", "")
    .execute();
  for (const { guild_id, value } of own) {
    const days = settingKinds.retentionDays.read(JSON.parse(value)) ?? null;
    const { numDeletedRows } = await database
      .deleteFrom("transcript")
      .where("guild_id", "=", guild_id)
      .where("created_at_ms", "<=", Math.round(nowMs - retentionOf(days, retentionDays) * dayMs))
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
  }
  return deleted;
}

/** Rows written while the clock was wrong would outlive their time by as much as it was ahead: they count from now. */
async function pullBackFromFuture(database: Kysely<Database>, nowMs: number): Promise<void> {
  const latestMs = nowMs + dayMs;
  await database
    .updateTable("transcript")
    .set({ created_at_ms: nowMs })
    .where("created_at_ms", ">", latestMs)
    .execute();
  await database
    .updateTable("answer")
    .set({ updated_at_ms: nowMs })
    .where("updated_at_ms", ">", latestMs)
    .execute();
  await database
    .updateTable("job")
    .set({ finished_at_ms: nowMs })
    .where("finished_at_ms", ">", latestMs)
    .execute();
}

/** Deletes a member's transcripts and finished answers in one transaction. */
export async function deleteMember(database: Kysely<Database>, memberId: string): Promise<SweepResult> {
  return database.transaction().execute(async (transaction) => {
    const transcripts = await transaction
      .deleteFrom("transcript")
      .where((row) =>
        row.or([
          row("member_id", "=", memberId),
          row.and([row("asker_id", "=", memberId), row("is_private", "=", 1)]),
        ]),
      )
      .executeTakeFirst();
    await forgetUsage(transaction, memberId);
    const jobs = await forgetWork(transaction, memberId);
    await forgetSources(transaction, { member_id: memberId });
    await forgetRequestsOf(transaction, memberId);
    // Somebody else's words stay; who asked for them is forgotten.
    await transaction
      .updateTable("transcript")
      .set({ asker_id: null })
      .where("asker_id", "=", memberId)
      .execute();
    const answers = await transaction
      .deleteFrom("answer")
      .where("author_id", "=", memberId)
      .where("state", "!=", "working")
      .executeTakeFirst();
    return {
      transcripts: Number(transcripts.numDeletedRows),
      answers: Number(answers.numDeletedRows),
      jobs,
    };
  });
}
