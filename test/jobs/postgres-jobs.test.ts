import { join } from "node:path";

import { afterAll } from "vitest";

import { startPostgres } from "../servers/postgres.ts";
import { temporaryFolder } from "../store/temporary-folder.ts";
import { openJobs } from "./postgres-backend.ts";
import { describeJobs } from "./suite.ts";

const server = await startPostgres();
afterAll(() => server[Symbol.asyncDispose]());

describeJobs("PostgreSQL", {
  modulePath: join(import.meta.dirname, "postgres-backend.ts"),
  openJobs,
  createLocation: () => `${server.newDatabase()} ${temporaryFolder()}`,
});
