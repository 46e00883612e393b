import type { JobsEvent } from "../../src/jobs/events.ts";
import type { Jobs } from "../../src/jobs/jobs.ts";

/** What every implementation lets a test choose. */
export interface OpenJobsOptions {
  readonly pollMs?: number;
  readonly leaseMs?: number;
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
  readonly abortGraceMs?: number;
  readonly log?: (event: JobsEvent) => void;
}

export interface OpenedJobs {
  readonly jobs: Jobs;
  /** Lets go of whatever holds the jobs; drain first. */
  close(): Promise<void>;
}

/** Opens the jobs of a place, as one process of several may. */
export type OpenJobs = (location: string, options: OpenJobsOptions) => Promise<OpenedJobs>;

/** An implementation under test: a module that exports `openJobs`, and new empty places. */
export interface JobsBackend {
  readonly modulePath: string;
  readonly openJobs: OpenJobs;
  /** A place that is gone when the test is over. */
  createLocation(): string;
}
