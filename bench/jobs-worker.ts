import { once } from "node:events";

import { createSqliteJobs } from "../src/jobs/sqlite-jobs.ts";
import { openStore } from "../src/store/open-store.ts";

/** A process that takes jobs of kind "hang", says so, and holds them until it is killed. */
const store = await openStore({ dataDir: process.argv[2] ?? "" });
const jobs = createSqliteJobs({ store });
jobs.register({
  kind: "hang",
  maxAttempts: 3,
  maxLosses: 1_000_000,
  concurrency: 1,
  run: async (_job, { signal }) => {
    process.send?.("began");
    await once(signal, "abort");
    return { type: "done" };
  },
  giveUp: async () => undefined,
});
jobs.start();
process.send?.("ready");
