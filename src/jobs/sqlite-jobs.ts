import { join } from "node:path";

import type { Store } from "../store/store.ts";
import type { BackoffOptions } from "./backoff.ts";
import { hostClock, type JobClock } from "./clock.ts";
import { JobError } from "./errors.ts";
import type { JobsEvent } from "./events.ts";
import { cancelJob, insertJob, isCancelling, readDepth, wakeAllJobs, wakeJob } from "./job-table.ts";
import { createJobTime } from "./job-time.ts";
import type { JobHandler, Jobs, Json, NewJob } from "./jobs.ts";
import { boundedWaitMs } from "./run-job.ts";
import { createStoreTrouble } from "./store-trouble.ts";
import { pause, settlesWithin } from "./wait.ts";
import { createWorkLoop } from "./work-loop.ts";

export interface SqliteJobsOptions {
  readonly store: Pick<Store, "database" | "dataDir">;
  /** After this long without a sign of life a job is taken over, even if its process seems to live. */
  readonly leaseMs?: number;
  /** How often to look for what other processes did. What this process does is seen at once. */
  readonly pollMs?: number;
  /** Waits after a thrown error. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
  /** How long `cancel` waits for a running job to end. */
  readonly cancelTimeoutMs?: number;
  /** How long an aborted run may take to stop, before drain hands its job back all the same. */
  readonly abortGraceMs?: number;
  readonly clock?: JobClock;
  /** 0 to 1, for the spread of waits. */
  readonly random?: () => number;
  readonly log?: (event: JobsEvent) => void;
}

const maxDataLength = 1024 * 1024;

/**
 * Durable work in the store's SQLite file. Processes of one host may share it: each claims by lease, and the jobs of
 * one that dies are taken over within `pollMs`, or at the next start. `enqueue` and the other calls throw StoreError.
 */
export function createSqliteJobs(options: SqliteJobsOptions): Jobs {
  const {
    store,
    pollMs = 500,
    clock = hostClock(),
    random = Math.random,
    cancelTimeoutMs = 10_000,
  } = options;
  const { database } = store;
  const { log = () => undefined, backoff = { firstMs: 2000, maxMs: 300_000 } } = options;
  const handlers = new Map<string, JobHandler<Json, Json>>();
  const time = createJobTime(database, clock);
  const loop = createWorkLoop({
    database,
    workersFolder: join(store.dataDir, "workers"),
    handlers,
    leaseMs: options.leaseMs ?? 30_000,
    pollMs,
    abortGraceMs: options.abortGraceMs ?? 1000,
    time,
    clock,
    backoff: { ...backoff, random } satisfies BackoffOptions,
    trouble: createStoreTrouble({ random, log }),
    log,
  });

  async function awaitCancelled(seq: number): Promise<void> {
    const ended = loop.abort(seq, new JobError("cancelled", "The job was cancelled."));
    if (ended !== undefined) {
      await settlesWithin(ended, cancelTimeoutMs);
      return;
    }
    // It runs in another process, which sees the mark at its next poll.
    const untilMs = clock.monotonicMs() + cancelTimeoutMs;
    while (clock.monotonicMs() < untilMs && (await isCancelling(database, seq))) {
      await pause(Math.min(pollMs, 50));
    }
  }

  return {
    register: (handler) => {
      if (handlers.has(handler.kind)) {
        throw new Error(`A handler for ${handler.kind} is registered already`);
      }
      handlers.set(handler.kind, handler);
      loop.wake();
    },
    enqueue: async (job: NewJob<Json>) => {
      const length = JSON.stringify(job.data).length;
      if (length > maxDataLength) {
        throw new RangeError(`Job data of ${length} characters is more than ${maxDataLength}`);
      }
      const [nowMs, wallMs] = [await time.nowMs(), clock.wallMs()];
      // A moment of the wall clock becomes a wait, which no later jump of that clock changes.
      const readyAtMs = nowMs + boundedWaitMs((job.runAtMs ?? wallMs) - wallMs);
      const added = await insertJob(database, job, { wallMs, nowMs, readyAtMs });
      if (added) {
        loop.wake();
      }
      return added ? "added" : "known";
    },
    cancel: async (kind, key) => {
      const cancelled = await cancelJob(database, { kind, key }, clock.wallMs());
      if (typeof cancelled === "number") {
        await awaitCancelled(cancelled);
        return "cancelled";
      }
      return cancelled;
    },
    wake: async (kind, key) => {
      const woken = await wakeJob(database, { kind, key }, await time.nowMs());
      if (woken) {
        loop.wake();
      }
      return woken;
    },
    wakeAll: async (kind) => {
      const woken = await wakeAllJobs(database, kind, await time.nowMs());
      if (woken > 0) {
        loop.wake();
      }
      return woken;
    },
    depth: async () => readDepth(database, await time.nowMs()),
    start: () => loop.start(),
    drain: async (timeoutMs) => loop.drain(timeoutMs),
  };
}
