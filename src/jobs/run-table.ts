import type { Kysely, Transaction } from "kysely";

import type { Database, FinishedJobState } from "../store/schema.ts";
import type { JobRow } from "./claim.ts";
import { finished } from "./job-table.ts";

/** Names one run of one job: whoever lost it finds no row any more. */
export interface RunToken {
  readonly seq: number;
  readonly runs: number;
  readonly workerId: string;
}

/** How a run changes its job. */
export type Ending =
  | { readonly type: "finished"; readonly state: FinishedJobState }
  | { readonly type: "later"; readonly untilMs: number; readonly charge: Charge }
  | { readonly type: "waiting"; readonly charge: Charge };

/** What a run leaves on its job's account: a failure, nothing, or the attempt given back that was counted at the claim. */
export type Charge = "failure" | "nothing" | "refund";

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
    .where("seq", "=", token.seq)
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
  wallMs: number,
): Promise<"ended" | "cancelled" | "lost"> {
  return database.transaction().execute(async (transaction) => {
    const row = await ownRow(transaction, token);
    if (row === undefined) {
      return "lost";
    }
    const job = transaction.updateTable("job").where("seq", "=", token.seq);
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
        ready_at_ms: ending.type === "later" ? Math.ceil(ending.untilMs) : row.ready_at_ms,
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
    await transaction.updateTable("job").set({ give_ups: begun }).where("seq", "=", token.seq).execute();
    return begun;
  });
}

async function ownRow(transaction: Transaction<Database>, token: RunToken): Promise<JobRow | undefined> {
  return transaction
    .selectFrom("job")
    .selectAll()
    .where("seq", "=", token.seq)
    .where("runs", "=", token.runs)
    .where("worker", "=", token.workerId)
    .where("state", "in", unfinishedRun)
    .executeTakeFirst();
}
