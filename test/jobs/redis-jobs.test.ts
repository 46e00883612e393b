import { join } from "node:path";

import { afterAll } from "vitest";

import { startRedis } from "../servers/redis.ts";
import { openJobs } from "./redis-backend.ts";
import { describeJobs } from "./suite.ts";

const server = await startRedis();
afterAll(() => server[Symbol.asyncDispose]());

let places = 0;

describeJobs("Redis", {
  modulePath: join(import.meta.dirname, "redis-backend.ts"),
  openJobs,
  createLocation: () => `${server.url} place${++places}`,
});
