import type { Kysely, Transaction } from "kysely";

import type { Database } from "../store/schema.ts";
import type { JobRow } from "./claim.ts";
import { finished } from "./job-table.ts";
import type { Ending, RunToken } from "./keeper.ts";

const unfinishedRun = ["running", "cancelling"] as const;

/** Keeps a run's progress. False when the run is not ours any more. */
export async function saveProgress(
  database: Kysely<Database>,
  token: RunToken,
  progress: string,
): Promise<boolean> {
  const row = await database
    .updateTable("job")
    .set((job) => ({
      progress,
      headway: job.case().when("progress", "=", progress).then(job.ref("headway")).else(1).end(),
    }))
    .where("seq", "=", Number(token.id))
    .where("runs", "=", token.runs)
    .where("worker", "=", token.workerId)
    .where("state", "=", "running")
    .returning("seq")
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes down how a run ended. A job that was cancelled meanwhile is cancelled, unless the run finished it. */
export async function endRun(
  database: Kysely<Database>,
  token: RunToken,
  ending: Ending,
  { wallMs, nowMs }: { readonly wallMs: number; readonly nowMs: number },
): Promise<"ended" | "cancelled" | "lost"> {
  return database.transaction().execute(async (transaction) => {
    const row = await ownRow(transaction, token);
    if (row === undefined) {
      return "lost";
    }
    const job = transaction.updateTable("job").where("seq", "=", Number(token.id));
    if (ending.type === "finished") {
      await job.set(finished(ending.state, wallMs)).execute();
      return "ended";
    }
    if (row.state === "cancelling") {
      await job.set(finished("cancelled", wallMs)).execute();
      return "cancelled";
    }
    await job
      .set({
        state: ending.type,
        worker: null,
        ready_at_ms: ending.type === "later" ? Math.ceil(nowMs + ending.afterMs) : row.ready_at_ms,
        attempt: ending.charge === "refund" ? row.attempt - 1 : row.attempt,
        failures: ending.charge === "failure" ? row.failures + 1 : row.failures,
      })
      .execute();
    return "ended";
  });
}

/**
 * Counts that the last explanation is begun once more. Returns the times it was begun, this one included; "cancelled"
 * when nobody wants it any more, "lost" when the run is not ours.
 */
export async function beginGivingUp(
  database: Kysely<Database>,
  token: RunToken,
): Promise<number | "cancelled" | "lost"> {
  return database.transaction().execute(async (transaction) => {
    const row = await ownRow(transaction, token);
    if (row?.state !== "running") {
      return row === undefined ? "lost" : "cancelled";
    }
    const begun = row.give_ups + 1;
    await transaction
      .updateTable("job")
      .set({ give_ups: begun })
      .where("seq", "=", Number(token.id))
      .execute();
    return begun;
  });
}

async function ownRow(transaction: Transaction<Database>, token: RunToken): Promise<JobRow | undefined> {
  return transaction
    .selectFrom("job")
    .selectAll()
    .where("seq", "=", Number(token.id))
    .where("runs", "=", token.runs)
    .where("worker", "=", token.workerId)
    .where("state", "in", unfinishedRun)
    .executeTakeFirst();
}
