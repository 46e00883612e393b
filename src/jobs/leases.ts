import type { Kysely } from "kysely";

import type { Database } from "../store/schema.ts";
import { finished } from "./job-table.ts";
import { lossWeight, type OwnRun } from "./keeper.ts";
import type { Worker } from "./worker.ts";

const unfinishedRun = ["running", "cancelling"] as const;

/** The runs that are still this worker's, to find those that were cancelled or taken over by others. */
export async function readOwnRuns(database: Kysely<Database>, workerId: string): Promise<readonly OwnRun[]> {
  const rows = await database
    .selectFrom("job")
    .select(["seq", "runs", "state"])
    .where("worker", "=", workerId)
    .where("state", "in", unfinishedRun)
    .execute();
  return rows.map(({ seq, runs, state }) => ({ id: String(seq), runs, isCancelled: state === "cancelling" }));
}

/** Says that this worker's runs go on until `untilMs` at least (time of jobs). */
export async function renewLeases(
  database: Kysely<Database>,
  workerId: string,
  untilMs: number,
): Promise<void> {
  await database
    .updateTable("job")
    .set({ lease_until_ms: untilMs })
    .where("worker", "=", workerId)
    .where("state", "in", unfinishedRun)
    .execute();
}

/**
 * Takes back the runs of workers that are gone, or that have not renewed their lease: they wait again, and cancelled
 * ones are cancelled. Returns how many.
 */
export async function takeOverLostRuns(
  database: Kysely<Database>,
  options: { readonly worker: Worker; readonly nowMs: number; readonly wallMs: number },
): Promise<number> {
  const { worker, nowMs, wallMs } = options;
  const runs = await database
    .selectFrom("job")
    .select(["seq", "runs", "worker", "lease_until_ms"])
    .where("state", "in", unfinishedRun)
    .where((job) => job.or([job("worker", "is", null), job("worker", "!=", worker.id)]))
    .execute();
  const alive = new Map<string | null, boolean>([[null, false]]);
  const lost = runs.filter((run) => {
    const isAlive = alive.get(run.worker) ?? worker.isAlive(run.worker ?? "");
    alive.set(run.worker, isAlive);
    return !isAlive || run.lease_until_ms < nowMs;
  });
  if (lost.length === 0) {
    return 0;
  }
  return database.transaction().execute(async (transaction) => {
    let taken = 0;
    for (const run of lost) {
      const same = transaction
        .updateTable("job")
        .where("seq", "=", run.seq)
        .where("runs", "=", run.runs)
        // Renewed or handed back since we looked: not lost after all.
        .where("lease_until_ms", "=", run.lease_until_ms);
      const cancelled = await same
        .set(finished("cancelled", wallMs))
        .where("state", "=", "cancelling")
        .executeTakeFirst();
      const freed = await same
        .set((job) => ({
          state: "waiting",
          worker: null,
          losses: job(
            "losses",
            "+",
            job
              .case()
              .when("headway", "=", 1)
              .then(job.lit(lossWeight.withHeadway))
              .else(job.lit(lossWeight.withoutHeadway))
              .end(),
          ),
        }))
        .where("state", "=", "running")
        .executeTakeFirst();
      taken += Number(cancelled.numUpdatedRows) + Number(freed.numUpdatedRows);
    }
    return taken;
  });
}
