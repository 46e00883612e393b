import type { JobClock } from "./clock.ts";
import { JobError } from "./errors.ts";
import type { JobHandler, Json } from "./jobs.ts";
import { type OwnRun, type RunToken, suspectFrom } from "./keeper.ts";
import { type ActiveRun, handedBack, isExhausted, runJob, type RunJobOptions } from "./run-job.ts";
import type { Lane } from "./turns.ts";
import { settlesWithin } from "./wait.ts";

export interface WorkLoopOptions extends Omit<RunJobOptions, "hardStop"> {
  readonly clock: Pick<JobClock, "monotonicMs">;
  readonly handlers: ReadonlyMap<string, JobHandler<Json, Json>>;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly abortGraceMs: number;
}

/** Claims jobs and runs them, as many at once as their handlers allow. */
export interface WorkLoop {
  start(): void;
  /** There may be something new to do. */
  wake(): void;
  /** Aborts a run of this process and returns its end. Undefined when it runs elsewhere. */
  abort(id: string, reason: JobError): Promise<void> | undefined;
  drain(timeoutMs: number): Promise<void>;
}

interface Running {
  readonly run: ActiveRun;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

/** What exists from start to drain. */
interface Session {
  readonly options: WorkLoopOptions;
  readonly running: Set<Running>;
  /** Aborted when drain waits no longer. */
  readonly hardStop: AbortController;
  phase: "working" | "draining" | "over";
  workerId: string | undefined;
  timer: NodeJS.Timeout | undefined;
  /** The round under way, and whether another must follow it. */
  round: Promise<void> | undefined;
  isRoundWanted: boolean;
  failedRounds: number;
  /** Monotonic. */
  lookedAtMs: number;
  renewedAtMs: number;
}

/** The loop stands still until it is started, and can be started again after a drain. */
export function createWorkLoop(options: WorkLoopOptions): WorkLoop {
  let session: Session | undefined;
  let drained: Promise<void> | undefined;
  return {
    start: () => {
      if (session === undefined) {
        session = {
          options,
          running: new Set(),
          hardStop: new AbortController(),
          phase: "working",
          workerId: undefined,
          timer: undefined,
          round: undefined,
          isRoundWanted: false,
          failedRounds: 0,
          lookedAtMs: -Infinity,
          renewedAtMs: -Infinity,
        };
        wantRound(session);
      }
    },
    wake: () => {
      if (session !== undefined) {
        wantRound(session);
      }
    },
    abort: (id, reason) => {
      const found = [...(session?.running ?? [])].find(({ run }) => run.token.id === id);
      found?.run.controller.abort(reason);
      return found?.ended;
    },
    drain: async (timeoutMs) => {
      if (session !== undefined) {
        drained ??= drainSession(session, timeoutMs).finally(() => {
          session = undefined;
          drained = undefined;
        });
      }
      await drained;
    },
  };
}

/** Does a round now, or once more when one is under way. */
function wantRound(session: Session): void {
  if (session.phase === "over") {
    return;
  }
  session.isRoundWanted = true;
  session.round ??= doRounds(session).finally(() => {
    session.round = undefined;
  });
}

async function doRounds(session: Session): Promise<void> {
  while (session.isRoundWanted) {
    session.isRoundWanted = false;
    clearTimeout(session.timer);
    const waitMs = await doRound(session);
    if (session.phase !== "over") {
      session.timer = setTimeout(() => {
        wantRound(session);
      }, waitMs);
    }
  }
}

/** Looks after what runs and claims what may run. Returns how long there is nothing to do; never rejects. */
async function doRound(session: Session): Promise<number> {
  const { trouble, keeper } = session.options;
  try {
    session.workerId ??= await keeper.beginWork();
    const waitMs = await claimAll(session, session.workerId);
    session.failedRounds = 0;
    trouble.over("round");
    return waitMs;
  } catch (error) {
    session.failedRounds++;
    trouble.met("round", error);
    return trouble.pauseMs(session.failedRounds);
  }
}

async function claimAll(session: Session, workerId: string): Promise<number> {
  const { keeper, leaseMs, pollMs, clock } = session.options;
  const lookEveryMs = Math.min(pollMs, leaseMs / 3);
  for (;;) {
    const nowMs = clock.monotonicMs();
    if (nowMs - session.lookedAtMs >= lookEveryMs) {
      await lookAfterRuns(session, workerId, nowMs);
      session.lookedAtMs = nowMs;
    }
    const kinds = session.phase === "working" ? freeKinds(session) : [];
    const row =
      kinds.length === 0
        ? undefined
        : await keeper.claim({
            workerId,
            lossesBelow: runsSuspect(session) ? suspectFrom : undefined,
            kindsOf: (lane) => kinds.filter((kind) => hasRoom(session, kind, lane)),
            leaseMs,
            isExhausted: (one) => isExhausted(one, handlerOf(session, one.kind)),
          });
    if (row === undefined) {
      const dueInMs = kinds.length === 0 ? Infinity : await keeper.nextDueInMs(kinds);
      return Math.max(0, Math.min(lookEveryMs, dueInMs));
    }
    await begin(session, {
      token: { id: row.id, kind: row.kind, runs: row.runs, workerId },
      row,
      handler: handlerOf(session, row.kind),
      controller: new AbortController(),
      isEnding: false,
    });
  }
}

function handlerOf(session: Session, kind: string): JobHandler<Json, Json> {
  const handler = session.options.handlers.get(kind);
  if (handler === undefined) {
    throw new Error(`No handler for jobs of kind ${kind}`);
  }
  return handler;
}

function freeKinds(session: Session): string[] {
  return [...session.options.handlers.values()]
    .filter(({ kind, concurrency }) => {
      const runs = [...session.running].filter(({ run }) => run.row.kind === kind);
      return runs.length < concurrency;
    })
    .map(({ kind }) => kind);
}

/** Whether a job is running that may have killed its process before. */
function runsSuspect(session: Session): boolean {
  return [...session.running].some(({ run }) => run.row.losses >= suspectFrom);
}

/** Whether one more job of the lane may run. */
function hasRoom(session: Session, kind: string, lane: Lane): boolean {
  const most = handlerOf(session, kind).laneConcurrency?.[lane] ?? Infinity;
  const runs = [...session.running].filter(({ run: { row } }) => row.kind === kind && row.lane === lane);
  return runs.length < most;
}

async function begin(session: Session, run: ActiveRun): Promise<void> {
  if (session.phase !== "working") {
    // Drained while the claim was under way.
    await giveBack(session, run);
    return;
  }
  const ended = runJob(run, { ...session.options, hardStop: session.hardStop.signal }).finally(() => {
    session.running.delete(running);
    wantRound(session);
  });
  const running: Running = { run, ended };
  session.running.add(running);
}

async function giveBack(session: Session, run: ActiveRun): Promise<void> {
  await session.options.keeper.endRun(run.token, handedBack(run));
}

/** Renews the leases, stops runs that were cancelled or lost, and takes over what dead workers left. */
async function lookAfterRuns(session: Session, workerId: string, nowMs: number): Promise<void> {
  const { keeper, leaseMs, log } = session.options;
  if (session.running.size > 0) {
    const tokens = [...session.running].map(({ run }) => run.token);
    if (nowMs - session.renewedAtMs >= leaseMs / 3) {
      await keeper.renewLeases(workerId, tokens, leaseMs);
      session.renewedAtMs = nowMs;
    }
    stopLostRuns(session, tokens, await keeper.ownRuns(workerId, tokens));
  }
  const runs = await keeper.takeOverLostRuns(workerId);
  if (runs > 0) {
    log({ type: "taken-over", runs });
  }
}

function stopLostRuns(session: Session, asked: readonly RunToken[], own: readonly OwnRun[]): void {
  const found = new Map(own.map(({ id, runs, isCancelled }) => [`${id}/${runs}`, isCancelled]));
  for (const { run } of session.running) {
    if (run.isEnding || run.controller.signal.aborted || !asked.includes(run.token)) {
      continue;
    }
    const isCancelled = found.get(`${run.token.id}/${run.token.runs}`);
    if (isCancelled === undefined) {
      session.options.log({ type: "lease-lost", id: run.row.id, kind: run.row.kind });
      run.controller.abort(new JobError("lease-lost", "The job was taken over by another worker."));
    } else if (isCancelled) {
      run.controller.abort(new JobError("cancelled", "The job was cancelled."));
    }
  }
}

async function drainSession(session: Session, timeoutMs: number): Promise<void> {
  const { abortGraceMs } = session.options;
  session.phase = "draining";
  await session.round;
  const allEnded = async (): Promise<unknown> =>
    Promise.all([...session.running].map(async ({ ended }) => ended));
  if (!(await settlesWithin(allEnded(), timeoutMs))) {
    for (const { run } of session.running) {
      run.controller.abort(new JobError("drained", "This process stops; the job is handed back."));
    }
    await settlesWithin(allEnded(), abortGraceMs);
  }
  session.hardStop.abort();
  session.phase = "over";
  session.isRoundWanted = false;
  clearTimeout(session.timer);
  await session.round;
  clearTimeout(session.timer);
  for (const { run } of session.running) {
    // It did not stop when it was told to: whatever it still writes is no longer taken.
    await giveBack(session, run).catch((error: unknown) => {
      // Whoever comes next takes it over all the same, because our lock is gone.
      session.options.trouble.met("drain", error);
    });
  }
  if (session.workerId !== undefined) {
    await session.options.keeper.endWork(session.workerId).catch((error: unknown) => {
      session.options.trouble.met("drain", error);
    });
  }
}
