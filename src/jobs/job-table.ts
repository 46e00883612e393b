import type { Kysely, Updateable } from "kysely";

import type { Database, FinishedJobState, JobTable } from "../store/schema.ts";
import type { JobDepth, Json, NewJob } from "./jobs.ts";
import type { JobRow } from "./claim.ts";

/** What is true of a finished job: its words are gone, its key stays. */
export function finished(state: FinishedJobState, wallMs: number): Updateable<JobTable> {
  return { state, data: "null", progress: null, worker: null, finished_at_ms: Math.floor(wallMs) };
}

/** Adds a job that is ready at `readyAtMs` (time of jobs). False when its key is known. */
export async function insertJob(
  database: Kysely<Database>,
  job: NewJob<Json>,
  times: { readonly wallMs: number; readonly nowMs: number; readonly readyAtMs: number },
): Promise<boolean> {
  const row = await database
    .insertInto("job")
    .values({
      kind: job.kind,
      key: job.key,
      lane: job.turn.lane,
      guild_id: job.turn.guildId,
      member_id: job.turn.memberId,
      state: times.readyAtMs > times.nowMs ? "later" : "waiting",
      data: JSON.stringify(job.data),
      progress: null,
      enqueued_at_ms: Math.floor(times.wallMs),
      ready_at_ms: Math.floor(times.readyAtMs),
      worker: null,
      lease_until_ms: 0,
      runs: 0,
      attempt: 0,
      failures: 0,
      losses: 0,
      headway: 0,
      give_ups: 0,
      finished_at_ms: null,
    })
    .onConflict((conflict) => conflict.columns(["kind", "key"]).doNothing())
    .returning("seq")
    .executeTakeFirst();
  return row !== undefined;
}

/** Cancels a job that does not run. One that does is marked, for its worker to see: its number is returned. */
export async function cancelJob(
  database: Kysely<Database>,
  job: { readonly kind: string; readonly key: string },
  wallMs: number,
): Promise<"unknown" | "cancelled" | number> {
  return database.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom("job")
      .select(["seq", "state"])
      .where("kind", "=", job.kind)
      .where("key", "=", job.key)
      .where("finished_at_ms", "is", null)
      .executeTakeFirst();
    if (row === undefined) {
      return "unknown";
    }
    const isRunning = row.state === "running" || row.state === "cancelling";
    await transaction
      .updateTable("job")
      .set(isRunning ? { state: "cancelling" } : finished("cancelled", wallMs))
      .where("seq", "=", row.seq)
      .execute();
    return isRunning ? row.seq : "cancelled";
  });
}

/** Whether a cancelled job's run has not ended yet. */
export async function isCancelling(database: Kysely<Database>, seq: number): Promise<boolean> {
  const row = await database.selectFrom("job").select("state").where("seq", "=", seq).executeTakeFirst();
  return row?.state === "cancelling";
}

/** Ends the waiting of a job that waits for later. False when it does not. */
export async function wakeJob(
  database: Kysely<Database>,
  job: { readonly kind: string; readonly key: string },
  nowMs: number,
): Promise<boolean> {
  const row = await database
    .updateTable("job")
    .set({ state: "waiting", ready_at_ms: nowMs })
    .where("kind", "=", job.kind)
    .where("key", "=", job.key)
    .where("state", "=", "later")
    .returning("seq")
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends the waiting of all jobs of a kind that wait for later without having failed. Returns how many. */
export async function wakeAllJobs(database: Kysely<Database>, kind: string, nowMs: number): Promise<number> {
  const result = await database
    .updateTable("job")
    .set({ state: "waiting", ready_at_ms: nowMs })
    .where("kind", "=", kind)
    .where("state", "=", "later")
    .where("failures", "=", 0)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** How much there is to do, of all kinds. Later jobs whose time has come wait. */
export async function readDepth(database: Kysely<Database>, nowMs: number): Promise<JobDepth> {
  const rows = await database
    .selectFrom("job")
    .select(({ fn }) => ["state", fn.countAll<number>().as("jobs"), fn.min("ready_at_ms").as("since_ms")])
    .where((job) =>
      job.or([
        job("state", "in", ["waiting", "running", "cancelling"]),
        job.and([job("state", "=", "later"), job("ready_at_ms", ">", nowMs)]),
      ]),
    )
    .groupBy("state")
    .execute();
  const due = await database
    .selectFrom("job")
    .select(({ fn }) => [fn.countAll<number>().as("jobs"), fn.min("ready_at_ms").as("since_ms")])
    .where("state", "=", "later")
    .where("ready_at_ms", "<=", nowMs)
    .executeTakeFirstOrThrow();
  const of = (state: JobRow["state"]): number => rows.find((row) => row.state === state)?.jobs ?? 0;
  const sinceMs = rows.find((row) => row.state === "waiting")?.since_ms ?? nowMs;
  return {
    waiting: of("waiting") + due.jobs,
    running: of("running") + of("cancelling"),
    later: of("later"),
    oldestWaitingMs: Math.max(0, nowMs - Math.min(sinceMs, due.since_ms ?? nowMs)),
  };
}

/** When the next later job of these kinds is due, in time of jobs. */
export async function nextDueMs(
  database: Kysely<Database>,
  kinds: readonly string[],
): Promise<number | undefined> {
  const row = await database
    .selectFrom("job")
    .select("ready_at_ms")
    .where("state", "=", "later")
    .where("kind", "in", kinds)
    .orderBy("ready_at_ms")
    .limit(1)
    .executeTakeFirst();
  return row?.ready_at_ms;
}
