import { createSqliteJobs } from "../../src/jobs/sqlite-jobs.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { OpenedJobs, OpenJobsOptions } from "./backend.ts";

export async function openJobs(location: string, options: OpenJobsOptions): Promise<OpenedJobs> {
  const store = await openStore({ dataDir: location });
  return { jobs: createSqliteJobs({ store, ...options }), close: async () => store.close() };
}
