import type { Cipher } from "../store/cipher.ts";
import type { Job, JobHandler, Jobs, Json, NewJob } from "./jobs.ts";

/**
 * The same jobs with their data and progress encrypted wherever they are kept: they hold words and interaction tokens.
 * Jobs that were enqueued before there was a key are run as they are.
 */
export function sealedJobs(jobs: Jobs, cipher: Cipher): Jobs {
  if (!cipher.seals) return jobs;
  const seal = (value: Json, context: string): Json => cipher.seal(JSON.stringify(value), context);
  const open = (stored: Json, context: string): Json => {
    if (typeof stored !== "string") return stored;
    const text = cipher.open(stored, context);
    if (text === stored) return stored;
    const value: Json = JSON.parse(text);
    return value;
  };
  const opened = (job: Job): Job => ({
    ...job,
    data: open(job.data, contextOf(job, "data")),
    progress: job.progress === undefined ? undefined : open(job.progress, contextOf(job, "progress")),
  });
  const sealed = (handler: JobHandler<Json, Json>): JobHandler<Json, Json> => ({
    ...handler,
    run: (job, run) =>
      handler.run(opened(job), {
        ...run,
        save: (progress) => run.save(seal(progress, contextOf(job, "progress"))),
      }),
    giveUp: (job, error) => handler.giveUp(opened(job), error),
  });
  return {
    ...jobs,
    register: (handler) => jobs.register(sealed(handler)),
    enqueue: (job: NewJob<Json>) => jobs.enqueue({ ...job, data: seal(job.data, contextOf(job, "data")) }),
  };
}

function contextOf({ kind, key }: Pick<Job, "kind" | "key">, part: "data" | "progress"): string {
  return `job:${kind}:${key}:${part}`;
}
