import { StoreError } from "../store/errors.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";
import { JobError } from "./errors.ts";
import type { JobsEvent } from "./events.ts";
import { boundedWaitMs } from "./job-wait.ts";
import type { Job, JobHandler, JobOutcome, Json } from "./jobs.ts";
import {
  type Charge,
  type Ending,
  type JobKeeper,
  type KeptJob,
  lossWeight,
  type RunToken,
} from "./keeper.ts";
import type { StoreTrouble } from "./store-trouble.ts";
import { pause } from "./wait.ts";

/** A run that is under way in this process. */
export interface ActiveRun {
  readonly token: RunToken;
  readonly row: KeptJob;
  readonly handler: JobHandler<Json, Json>;
  readonly controller: AbortController;
  /** Its end is being written down: from here on it cannot be lost or cancelled. */
  isEnding: boolean;
}

export interface RunJobOptions {
  readonly keeper: JobKeeper;
  readonly backoff: BackoffOptions;
  readonly trouble: StoreTrouble;
  readonly log: (event: JobsEvent) => void;
  /** Aborted when the process waits no longer for the database. */
  readonly hardStop: AbortSignal;
}

/** Times the last explanation is tried. */
const maxGiveUps = 3;

const dropped: Ending = { type: "finished", state: "dropped" };
const cancelled: Ending = { type: "finished", state: "cancelled" };

const maxProgressLength = 32 * 1024 * 1024;

/** Whether a job has no run left, so that all there is to do is to give it up. */
export function isExhausted(
  row: Pick<KeptJob, "failures" | "losses" | "giveUps">,
  handler: JobHandler<Json, Json>,
): boolean {
  return row.giveUps > 0 || row.failures >= handler.maxAttempts || isLostTooOften(row, handler);
}

function isLostTooOften(
  row: Pick<KeptJob, "failures" | "losses" | "giveUps">,
  handler: JobHandler<Json, Json>,
): boolean {
  return row.losses >= (handler.maxLosses ?? handler.maxAttempts) * lossWeight.withoutHeadway;
}

/** The ending of a run that is not to blame for it: the attempt does not count. A run that only gives up was never counted. */
export function handedBack(run: ActiveRun): Ending {
  return { type: "waiting", charge: isExhausted(run.row, run.handler) ? "nothing" : "refund" };
}

/** Runs a claimed job to its end and writes the end down. Never rejects. */
export async function runJob(run: ActiveRun, options: RunJobOptions): Promise<void> {
  const ending = await endingOf(run, options);
  if (ending === undefined) {
    return;
  }
  run.isEnding = true;
  const ended = await options.trouble.outlast(
    async () => options.keeper.endRun(run.token, ending),
    options.hardStop,
  );
  if (ended === "lost") {
    options.log({ type: "lease-lost", id: run.row.id, kind: run.row.kind });
  }
}

/** Undefined when the run is not ours any more. */
async function endingOf(run: ActiveRun, options: RunJobOptions): Promise<Ending | undefined> {
  const { row, handler } = run;
  const job = toJob(row);
  if (isExhausted(row, handler)) {
    const error = isLostTooOften(row, handler)
      ? new JobError("process-died", "The process died while it worked on this job, too many times.")
      : usedUp();
    return giveUp(run, job, error, options);
  }
  let progress = job.progress;
  const save = async (next: Json): Promise<void> => {
    await saveChecked(run, next, options);
    progress = next;
  };
  try {
    const outcome = await handler.run(job, { signal: run.controller.signal, save });
    return await endingOfOutcome(run, { ...job, progress }, outcome, options);
  } catch (error) {
    return endingOfFailure(run, { ...job, progress }, error, options);
  }
}

async function saveChecked(run: ActiveRun, progress: Json, options: RunJobOptions): Promise<void> {
  const text = JSON.stringify(progress);
  if (text.length > maxProgressLength) {
    throw new RangeError(`Progress of ${text.length} characters is more than ${maxProgressLength}`);
  }
  if (!(await options.keeper.saveProgress(run.token, text))) {
    run.controller.signal.throwIfAborted();
    throw new JobError("lease-lost", "The job was cancelled or taken over by another worker.");
  }
}

function usedUp(): JobError {
  return new JobError("attempts-used-up", "All attempts at this job are used up.");
}

async function endingOfOutcome(
  run: ActiveRun,
  job: Job,
  outcome: JobOutcome,
  options: RunJobOptions,
): Promise<Ending | undefined> {
  if (outcome.type === "done") {
    return { type: "finished", state: "done" };
  }
  if (!outcome.countsAsAttempt) {
    return later(outcome.afterMs, "refund");
  }
  if (run.row.failures + 1 >= run.handler.maxAttempts) {
    return giveUp(run, job, usedUp(), options);
  }
  return later(outcome.afterMs, "failure");
}

async function endingOfFailure(
  run: ActiveRun,
  job: Job,
  error: unknown,
  options: RunJobOptions,
): Promise<Ending | undefined> {
  const stopped = endingOfAbort(run);
  if (stopped !== undefined) {
    return stopped === "lost" ? undefined : stopped;
  }
  if (error instanceof JobError) {
    // A save was refused before the signal came: cancelled or lost, which writing the end will tell.
    return handedBack(run);
  }
  const { failures } = run.row;
  const waitMs = backoffMs(failures + 1, options.backoff);
  // A full disk is not the job's fault, and ends without it.
  const isStoresFault = error instanceof StoreError && error.retryable;
  if (!isStoresFault && failures + 1 >= run.handler.maxAttempts) {
    return giveUp(run, job, error, options);
  }
  options.log({
    type: "run-failed",
    id: job.id,
    kind: job.kind,
    attempt: job.attempt,
    error,
    nextTryInMs: waitMs,
  });
  return later(waitMs, isStoresFault ? "refund" : "failure");
}

/** How a run ends that was told to stop, whatever error it stopped with; "lost" when it is not ours to end. */
function endingOfAbort(run: ActiveRun): Ending | "lost" | undefined {
  const { signal } = run.controller;
  if (!signal.aborted || !(signal.reason instanceof JobError)) {
    return undefined;
  }
  if (signal.reason.code === "cancelled") {
    return cancelled;
  }
  return signal.reason.code === "drained" ? handedBack(run) : "lost";
}

function later(afterMs: number, charge: Charge): Ending {
  return { type: "later", afterMs: boundedWaitMs(afterMs), charge };
}

/** The job as handlers see it. */
function toJob(row: KeptJob): Job {
  const { id, kind, key, attempt, enqueuedAtMs, lane, guildId, memberId } = row;
  const data: Json = JSON.parse(row.data);
  const progress: Json | undefined = row.progress === null ? undefined : JSON.parse(row.progress);
  return { id, kind, key, data, progress, attempt, enqueuedAtMs, turn: { lane, guildId, memberId } };
}

/** Tells the handler that this was it, and again when it could not say so. */
async function giveUp(
  run: ActiveRun,
  job: Job,
  error: unknown,
  options: RunJobOptions,
): Promise<Ending | undefined> {
  const { signal } = run.controller;
  for (;;) {
    // Written before it is done: an explanation that kills the process must not be tried for ever.
    const times = await options.trouble.outlast(
      async () => options.keeper.beginGivingUp(run.token),
      options.hardStop,
    );
    if (typeof times !== "number") {
      return times === "cancelled" ? cancelled : undefined;
    }
    if (times > maxGiveUps) {
      return dropped;
    }
    try {
      await run.handler.giveUp(job, error);
      options.log({ type: "gave-up", id: job.id, kind: job.kind, error });
      return dropped;
    } catch (giveUpError) {
      options.log({ type: "give-up-failed", id: job.id, kind: job.kind, error: giveUpError });
    }
    if (times < maxGiveUps && !(await pause(backoffMs(times, options.backoff), signal))) {
      const stopped = endingOfAbort(run);
      return stopped === "lost" ? undefined : stopped;
    }
  }
}
