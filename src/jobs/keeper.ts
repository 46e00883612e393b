import type { FinishedJobState } from "../store/schema.ts";
import type { JobDepth, Json, NewJob } from "./jobs.ts";
import type { Lane } from "./turns.ts";

/** A job as it is kept and handed to a worker, running. */
export interface KeptJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly lane: Lane;
  readonly guildId: string;
  readonly memberId: string;
  /** JSON. */
  readonly data: string;
  /** JSON; null before the first save. */
  readonly progress: string | null;
  /** Wall clock. */
  readonly enqueuedAtMs: number;
  /** Every run ever begun, this one included. */
  readonly runs: number;
  /** Runs begun that count, as the handler is told. */
  readonly attempt: number;
  /** Runs that failed and count. */
  readonly failures: number;
  /** Runs that ended with their process: see lossWeight. */
  readonly losses: number;
  /** Times the last explanation was begun. */
  readonly giveUps: number;
}

/** Names one run of one job: whoever lost it can change nothing any more. */
export interface RunToken {
  readonly id: string;
  readonly kind: string;
  readonly runs: number;
  readonly workerId: string;
}

/** How a run changes its job. */
export type Ending =
  | { readonly type: "finished"; readonly state: FinishedJobState }
  | { readonly type: "later"; readonly afterMs: number; readonly charge: Charge }
  | { readonly type: "waiting"; readonly charge: Charge };

/** What a run leaves on its job's account: a failure, nothing, or the attempt given back that was counted at the claim. */
export type Charge = "failure" | "nothing" | "refund";

/** What a lost run weighs in the job's `losses`: a tenth where it had saved something new. */
export const lossWeight = { withHeadway: 1, withoutHeadway: 10 } as const;

/** From two runs lost without headway on a job may be what kills its process. */
export const suspectFrom = 2 * lossWeight.withoutHeadway;

export interface ClaimOptions {
  readonly workerId: string;
  /** The kinds of which a job of the lane may run now. */
  kindsOf(lane: Lane): readonly string[];
  /** Given, only jobs with fewer losses: one suspect at a time, or all that run beside a killer are taken for killers. */
  readonly lossesBelow: number | undefined;
  readonly leaseMs: number;
  /** Whether the job has no run left: it is claimed to be given up, and no attempt is counted. */
  isExhausted(job: Pick<KeptJob, "kind" | "failures" | "losses" | "giveUps">): boolean;
}

/** A run this worker still owns. */
export interface OwnRun {
  readonly id: string;
  readonly runs: number;
  readonly isCancelled: boolean;
}

export interface JobName {
  readonly kind: string;
  readonly key: string;
}

/** Where jobs are kept, between processes that know nothing of each other. Every call throws StoreError. */
export interface JobKeeper {
  /** Gives this process a name on its runs, whose proof of life ends with it. */
  beginWork(): Promise<string>;
  /** From now on the worker counts as gone. */
  endWork(workerId: string): Promise<void>;
  /** False when the key is known. */
  insert(job: NewJob<Json>): Promise<boolean>;
  /** Takes the job whose turn it is. Undefined when nothing waits. */
  claim(options: ClaimOptions): Promise<KeptJob | undefined>;
  /** In how long the next later job of these kinds is due; Infinity where there is none. */
  nextDueInMs(kinds: readonly string[]): Promise<number>;
  /** Keeps a run's progress. False when the run is not ours any more. */
  saveProgress(token: RunToken, progress: string): Promise<boolean>;
  /** Counts that the last explanation is begun once more, and returns the times it was begun. */
  beginGivingUp(token: RunToken): Promise<number | "cancelled" | "lost">;
  /** Writes down how a run ended. A job that was cancelled meanwhile is cancelled, unless the run finished it. */
  endRun(token: RunToken, ending: Ending): Promise<"ended" | "cancelled" | "lost">;
  /** Says that this worker's runs go on for `leaseMs` at least. */
  renewLeases(workerId: string, runs: readonly RunToken[], leaseMs: number): Promise<void>;
  /** The runs that are still this worker's. */
  ownRuns(workerId: string, runs: readonly RunToken[]): Promise<readonly OwnRun[]>;
  /** Takes back the runs of workers that are gone, or that have not renewed their lease. Returns how many. */
  takeOverLostRuns(workerId: string): Promise<number>;
  /** Cancels a job that does not run. One that does is marked, for its worker to see. */
  cancel(job: JobName): Promise<"unknown" | "cancelled" | { readonly runningId: string }>;
  /** Whether a cancelled job's run has not ended yet. */
  isCancelling(id: string): Promise<boolean>;
  /** Ends the waiting of a job that waits for later. False when it does not. */
  wake(job: JobName): Promise<boolean>;
  /** Ends the waiting of all jobs of a kind that wait for later without having failed. Returns how many. */
  wakeAll(kind: string): Promise<number>;
  depth(): Promise<JobDepth>;
  /** Calls `wake` when another process has left something to do; polling finds it too, only later. */
  onNews(wake: () => void): void;
}
