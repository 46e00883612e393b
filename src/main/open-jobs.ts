import type { ScaleConfig } from "../config/scale.ts";
import type { JobsEvent } from "../jobs/events.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { sealedJobs } from "../jobs/sealed-jobs.ts";
import { createSqliteJobs } from "../jobs/sqlite-jobs.ts";
import type { Store } from "../store/store.ts";

/** Durable work, wherever the configuration keeps it. */
export interface OpenJobs {
  readonly jobs: Jobs;
  /** Lets go of it; drain first. */
  close(): Promise<void>;
}

/** Redis' client is loaded only where it is wanted. */
export async function openJobs(
  { redisUrl, retentionDays }: Pick<ScaleConfig, "redisUrl"> & { readonly retentionDays: number },
  store: Store,
  log: (event: JobsEvent) => void,
): Promise<OpenJobs> {
  if (redisUrl === undefined) {
    return { jobs: sealedJobs(createSqliteJobs({ store, log }), store.cipher), close: async () => undefined };
  }
  const { createRedisJobs } = await import("../jobs/redis/redis-jobs.ts");
  const jobs = createRedisJobs({ url: redisUrl, retentionDays, log });
  return { jobs: sealedJobs(jobs, store.cipher), close: async () => jobs.close() };
}
