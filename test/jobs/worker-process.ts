import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

import type { Job, JobHandler, JobRun, Json } from "../../src/jobs/jobs.ts";
import type { OpenJobs } from "./backend.ts";

/** What a job of the test asks its handler to do. */
export type Script = "done" | "slow" | "hang" | "die" | "save-and-die";

/** What a worker process tells its parent. */
export type WorkerReport =
  | { readonly type: "ready" }
  | { readonly type: "began"; readonly key: string; readonly attempt: number; readonly progress: Json }
  | {
      readonly type: "aborted";
      readonly key: string;
      readonly code: string;
      readonly save: "kept" | "refused";
    }
  | { readonly type: "ended"; readonly key: string }
  | { readonly type: "gave-up"; readonly key: string; readonly code: string };

const [modulePath = "", location = "", optionsJson = "{}"] = process.argv.slice(2);

function report(message: WorkerReport): void {
  process.send?.(message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

async function told(): Promise<void> {
  // The report must have left before the process dies.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const scripts: Record<Script, (job: Job, run: JobRun<Json>) => Promise<void>> = {
  done: async () => undefined,
  slow: async () => {
    await setTimeout(200);
  },
  die: async () => {
    process.kill(process.pid, "SIGKILL");
  },
  "save-and-die": async (job, { save }) => {
    await save(Number(job.progress ?? 0) + 1);
    process.kill(process.pid, "SIGKILL");
  },
  hang: async (job, { signal, save }) => {
    if (!signal.aborted) {
      await once(signal, "abort");
    }
    const saved = save("late").then(
      () => "kept" as const,
      () => "refused" as const,
    );
    report({ type: "aborted", key: job.key, code: codeOf(signal.reason), save: await saved });
    throw new Error("stopped");
  },
};

const scripted: JobHandler<Json, Json> = {
  kind: "scripted",
  maxAttempts: 3,
  concurrency: 4,
  run: async (job, run) => {
    report({ type: "began", key: job.key, attempt: job.attempt, progress: job.progress ?? null });
    await told();
    await scripts[job.data as Script](job, run);
    report({ type: "ended", key: job.key });
    return { type: "done" };
  },
  giveUp: async (job, error) => {
    report({ type: "gave-up", key: job.key, code: codeOf(error) });
  },
};

const { openJobs } = (await import(modulePath)) as { openJobs: OpenJobs };
const opened = await openJobs(location, JSON.parse(optionsJson));
const { jobs } = opened;
jobs.register(scripted);
jobs.register({ ...scripted, kind: "patient", maxLosses: 1000 });
jobs.register({
  ...scripted,
  kind: "doomed",
  maxAttempts: 1,
  maxLosses: 100,
  run: async (job) => {
    report({ type: "began", key: job.key, attempt: job.attempt, progress: null });
    throw new Error("told to");
  },
  giveUp: async (job, error) => {
    report({ type: "gave-up", key: job.key, code: codeOf(error) });
    await told();
    process.kill(process.pid, "SIGKILL");
  },
});
jobs.start();
async function stop(): Promise<void> {
  await jobs.drain(0);
  await opened.close();
  process.disconnect();
}
process.on("message", () => {
  void stop();
});
report({ type: "ready" });
