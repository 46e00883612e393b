import { createSqliteJobs } from "../../src/jobs/sqlite-jobs.ts";
import { openStore } from "../../src/store/open-store.ts";
import { ensureDatabase } from "../servers/postgres.ts";
import type { OpenedJobs, OpenJobsOptions } from "./backend.ts";

/** A location is the database's address and the data folder, with a blank between. */
export async function openJobs(location: string, options: OpenJobsOptions): Promise<OpenedJobs> {
  const [databaseUrl = "", dataDir = ""] = location.split(" ");
  await ensureDatabase(databaseUrl);
  const store = await openStore({ dataDir, databaseUrl });
  return { jobs: createSqliteJobs({ store, ...options }), close: async () => store.close() };
}
