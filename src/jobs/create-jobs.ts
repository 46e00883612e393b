import type { BackoffOptions } from "./backoff.ts";
import { hostClock, type JobClock } from "./clock.ts";
import { JobError } from "./errors.ts";
import type { JobsEvent } from "./events.ts";
import type { JobHandler, Jobs, Json, NewJob } from "./jobs.ts";
import type { JobKeeper } from "./keeper.ts";
import { createStoreTrouble } from "./store-trouble.ts";
import { pause, settlesWithin } from "./wait.ts";
import { createWorkLoop } from "./work-loop.ts";

export interface JobsOptions {
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
 * Durable work, wherever it is kept: each process claims by lease, and the jobs of one that dies are taken over within `pollMs`, or at
 * the next start. `enqueue` and the other calls throw StoreError.
 */
export function createJobs(keeper: JobKeeper, options: JobsOptions): Jobs {
  const { pollMs = 500, clock = hostClock(), random = Math.random, cancelTimeoutMs = 10_000 } = options;
  const { log = () => undefined, backoff = { firstMs: 2000, maxMs: 300_000 } } = options;
  const handlers = new Map<string, JobHandler<Json, Json>>();
  const loop = createWorkLoop({
    keeper,
    handlers,
    leaseMs: options.leaseMs ?? 30_000,
    pollMs,
    abortGraceMs: options.abortGraceMs ?? 1000,
    clock,
    backoff: { ...backoff, random } satisfies BackoffOptions,
    trouble: createStoreTrouble({ random, log }),
    log,
  });
  keeper.onNews(() => loop.wake());

  async function awaitCancelled(id: string): Promise<void> {
    const ended = loop.abort(id, new JobError("cancelled", "The job was cancelled."));
    if (ended !== undefined) {
      await settlesWithin(ended, cancelTimeoutMs);
      return;
    }
    // It runs in another process, which sees the mark at its next poll.
    const untilMs = clock.monotonicMs() + cancelTimeoutMs;
    while (clock.monotonicMs() < untilMs && (await keeper.isCancelling(id))) {
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
      const added = await keeper.insert(job);
      if (added) {
        loop.wake();
      }
      return added ? "added" : "known";
    },
    cancel: async (kind, key) => {
      const cancelled = await keeper.cancel({ kind, key });
      if (typeof cancelled === "string") return cancelled;
      await awaitCancelled(cancelled.runningId);
      return "cancelled";
    },
    wake: async (kind, key) => {
      const woken = await keeper.wake({ kind, key });
      if (woken) {
        loop.wake();
      }
      return woken;
    },
    wakeAll: async (kind) => {
      const woken = await keeper.wakeAll(kind);
      if (woken > 0) {
        loop.wake();
      }
      return woken;
    },
    depth: async () => keeper.depth(),
    start: () => loop.start(),
    drain: async (timeoutMs) => loop.drain(timeoutMs),
  };
}
