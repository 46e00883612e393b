import { createRedisJobs } from "../../src/jobs/redis/redis-jobs.ts";
import type { OpenedJobs, OpenJobsOptions } from "./backend.ts";

/** A location is the server's address and what keys begin with, with a blank between. */
export async function openJobs(location: string, options: OpenJobsOptions): Promise<OpenedJobs> {
  const [url = "", prefix = ""] = location.split(" ");
  const jobs = createRedisJobs({ url, prefix, ...options });
  return { jobs, close: async () => jobs.close() };
}
