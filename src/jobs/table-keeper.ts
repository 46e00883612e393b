import { join } from "node:path";

import type { Store } from "../store/store.ts";
import { claimNext } from "./claim.ts";
import type { JobClock } from "./clock.ts";
import {
  cancelJob,
  insertJob,
  isCancelling,
  nextDueMs,
  readDepth,
  wakeAllJobs,
  wakeJob,
} from "./job-table.ts";
import { createJobTime } from "./job-time.ts";
import { boundedWaitMs } from "./job-wait.ts";
import type { JobKeeper } from "./keeper.ts";
import { readOwnRuns, renewLeases, takeOverLostRuns } from "./leases.ts";
import { beginGivingUp, endRun, saveProgress } from "./run-table.ts";
import { createWorker, type Worker } from "./worker.ts";

/** Keeps jobs in a table of the store. Processes of one host may share it: the file lock of a worker ends with its process. */
export function createTableKeeper(
  { database, dataDir }: Pick<Store, "database" | "dataDir">,
  clock: JobClock,
): JobKeeper {
  const time = createJobTime(database, clock);
  const workers = new Map<string, Worker>();
  const workerOf = (id: string): Worker => {
    const worker = workers.get(id);
    if (worker === undefined) throw new Error(`${id} is no worker of this process`);
    return worker;
  };
  return {
    beginWork: async () => {
      const worker = createWorker(join(dataDir, "workers"));
      workers.set(worker.id, worker);
      return worker.id;
    },
    endWork: async (workerId) => {
      workerOf(workerId).release();
      workers.delete(workerId);
    },
    insert: async (job) => {
      const [nowMs, wallMs] = [await time.nowMs(), clock.wallMs()];
      // A moment of the wall clock becomes a wait, which no later jump of that clock changes.
      const readyAtMs = nowMs + boundedWaitMs((job.runAtMs ?? wallMs) - wallMs);
      return insertJob(database, job, { wallMs, nowMs, readyAtMs });
    },
    claim: async (options) => claimNext(database, { ...options, nowMs: await time.nowMs() }),
    nextDueInMs: async (kinds) => {
      const dueMs = await nextDueMs(database, kinds);
      return dueMs === undefined ? Infinity : dueMs - (await time.nowMs());
    },
    saveProgress: async (token, progress) => saveProgress(database, token, progress),
    beginGivingUp: async (token) => beginGivingUp(database, token),
    endRun: async (token, ending) =>
      endRun(database, token, ending, { wallMs: clock.wallMs(), nowMs: await time.nowMs() }),
    renewLeases: async (workerId, _runs, leaseMs) =>
      renewLeases(database, workerId, (await time.nowMs()) + leaseMs),
    ownRuns: async (workerId) => readOwnRuns(database, workerId),
    takeOverLostRuns: async (workerId) =>
      takeOverLostRuns(database, {
        worker: workerOf(workerId),
        nowMs: await time.nowMs(),
        wallMs: clock.wallMs(),
      }),
    cancel: async (job) => {
      const cancelled = await cancelJob(database, job, clock.wallMs());
      return typeof cancelled === "number" ? { runningId: String(cancelled) } : cancelled;
    },
    isCancelling: async (id) => isCancelling(database, Number(id)),
    wake: async (job) => wakeJob(database, job, await time.nowMs()),
    wakeAll: async (kind) => wakeAllJobs(database, kind, await time.nowMs()),
    depth: async () => readDepth(database, await time.nowMs()),
    // Other processes are heard of by looking.
    onNews: () => undefined,
  };
}
