import { hostClock } from "../clock.ts";
import { createJobs, type JobsOptions } from "../create-jobs.ts";
import type { Jobs } from "../jobs.ts";
import { createRedisKeeper } from "./redis-keeper.ts";

export interface RedisJobsOptions extends JobsOptions {
  /** redis://host:port/database */
  readonly url: string;
  /** What all keys begin with; "earshot" unless told. */
  readonly prefix?: string;
  /** How long the keys of finished jobs stay known; two days at least. */
  readonly retentionDays?: number;
  /** How long a call waits for Redis before it fails; 5,000 unless told. */
  readonly answerWithinMs?: number;
}

/** Durable work in Redis, on BullMQ, for the processes of any number of hosts. */
export function createRedisJobs(options: RedisJobsOptions): Jobs & { close(): Promise<void> } {
  const { clock = hostClock(), leaseMs = 30_000, pollMs = 500 } = options;
  const { url, prefix = "earshot", retentionDays = 30, answerWithinMs = 5000 } = options;
  const keeper = createRedisKeeper({ url, prefix, clock, leaseMs, pollMs, retentionDays, answerWithinMs });
  return { ...createJobs(keeper, { ...options, clock, leaseMs, pollMs }), close: () => keeper.close() };
}
