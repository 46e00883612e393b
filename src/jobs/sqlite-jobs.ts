import type { Store } from "../store/store.ts";
import { hostClock } from "./clock.ts";
import { createJobs, type JobsOptions } from "./create-jobs.ts";
import type { Jobs } from "./jobs.ts";
import { createTableKeeper } from "./table-keeper.ts";

export interface SqliteJobsOptions extends JobsOptions {
  readonly store: Pick<Store, "database" | "dataDir">;
}

/** Durable work in the store's own database, for processes of one host. */
export function createSqliteJobs(options: SqliteJobsOptions): Jobs {
  const { clock = hostClock() } = options;
  return createJobs(createTableKeeper(options.store, clock), { ...options, clock });
}
