import { join } from "node:path";

import { temporaryFolder } from "../store/temporary-folder.ts";
import { openJobs } from "./sqlite-backend.ts";
import { describeJobs } from "./suite.ts";

describeJobs("SQLite", {
  modulePath: join(import.meta.dirname, "sqlite-backend.ts"),
  openJobs,
  createLocation: temporaryFolder,
});
