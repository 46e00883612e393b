import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { SweepResult } from "./store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Ids are kept at least this long: twice as far as the bot looks back after an outage. */
const minIdAgeMs = 2 * dayMs;

/** An answer nobody has worked on for this long has lost its job. */
const abandonedMs = 30 * dayMs;

/** Deletes what is older than `retentionDays` (0: all words) in one transaction. */
export async function sweep(
  database: Kysely<Database>,
  options: { readonly retentionDays: number; readonly nowMs: number },
): Promise<SweepResult> {
  const { retentionDays, nowMs } = options;
  const retentionMs = retentionDays * dayMs;
  const wordsBeforeMs = nowMs - retentionMs;
  const idsBeforeMs = nowMs - Math.max(retentionMs, minIdAgeMs);
  return database.transaction().execute(async (transaction) => {
    await pullBackFromFuture(transaction, nowMs);
    const transcripts = await transaction
      .deleteFrom("transcript")
      .where("created_at_ms", "<=", wordsBeforeMs)
      .executeTakeFirst();
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
      transcripts: Number(transcripts.numDeletedRows),
      answers: Number(answers.numDeletedRows),
      jobs: Number(jobs.numDeletedRows),
    };
  });
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
      .where("member_id", "=", memberId)
      .executeTakeFirst();
    const answers = await transaction
      .deleteFrom("answer")
      .where("author_id", "=", memberId)
      .where("state", "!=", "working")
      .executeTakeFirst();
    return {
      transcripts: Number(transcripts.numDeletedRows),
      answers: Number(answers.numDeletedRows),
      jobs: 0,
    };
  });
}
