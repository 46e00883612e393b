/** JSON, as jobs keep it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Whose work it is: jobs of a lane take turns by guild, and in a guild by member. */
export interface JobTurn {
  readonly lane: "interactive" | "note" | "file";
  readonly guildId: string;
  readonly memberId: string;
}

/** A piece of durable work. `progress` is what the handler saved last, in this run or an earlier one. */
export interface Job<Data extends Json = Json, Progress extends Json = Json> {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly data: Data;
  readonly progress: Progress | undefined;
  /** Runs begun, this one included. */
  readonly attempt: number;
  readonly enqueuedAtMs: number;
  readonly turn: JobTurn;
}

/** How a run ended. `later` frees the worker and runs again at the time given. */
export type JobOutcome =
  | { readonly type: "done" }
  | {
      readonly type: "later";
      readonly afterMs: number;
      /** False for waiting that is nobody's fault, as while a service is down: it does not use up attempts. */
      readonly countsAsAttempt: boolean;
    };

export interface JobRun<Progress extends Json> {
  /** Aborted, with a JobError as the reason, by cancel, by drain when its time is up, and by losing the lease. */
  readonly signal: AbortSignal;
  /** Written before it returns: a step is saved before it is taken. Throws JobError once the run is not ours any more. */
  readonly save: (progress: Progress) => Promise<void>;
}

/** What a composition root registers for a kind of job. */
export interface JobHandler<Data extends Json, Progress extends Json> {
  readonly kind: string;
  readonly maxAttempts: number;
  /**
   * How many runs may end with the death of their process before the job is given up; `maxAttempts` when not given.
   * A run that had saved something new counts a tenth, because it is not what it got stuck on that kills.
   */
  readonly maxLosses?: number;
  /** Runs at once in one process. */
  readonly concurrency: number;
  /** Runs at once of a lane that must not fill all of these places: what is new would wait behind long work that is not urgent. */
  readonly laneConcurrency?: { readonly [Lane in JobTurn["lane"]]?: number };
  /** A thrown error counts as an attempt and is tried again with backoff. */
  run(job: Job<Data, Progress>, run: JobRun<Progress>): Promise<JobOutcome>;
  /**
   * Attempts are used up: the last chance to explain it to the member. The job is dropped after it. Called again,
   * three times at most, when it throws or its process dies; `error` is a JobError where the process died.
   */
  giveUp(job: Job<Data, Progress>, error: unknown): Promise<void>;
}

export interface NewJob<Data extends Json> {
  readonly kind: string;
  /** Unique for a kind, as long as the job or its mark is kept: enqueueing the same key again is "known". */
  readonly key: string;
  readonly data: Data;
  readonly turn: JobTurn;
  readonly runAtMs?: number;
}

export interface JobDepth {
  readonly waiting: number;
  readonly running: number;
  readonly later: number;
  readonly oldestWaitingMs: number;
}

/** Durable work: enqueued once by key, run at least once, handed over when a process dies. */
export interface Jobs {
  register<Data extends Json, Progress extends Json>(handler: JobHandler<Data, Progress>): void;
  enqueue<Data extends Json>(job: NewJob<Data>): Promise<"added" | "known">;
  /**
   * Stops it wherever it is. A running job is aborted, and cancel returns when its run has ended (or after ten seconds).
   * A job cannot cancel itself. The key stays known.
   */
  cancel(kind: string, key: string): Promise<"cancelled" | "unknown">;
  /** Makes a job that waits for later run now; false when it does not. */
  wake(kind: string, key: string): Promise<boolean>;
  /**
   * Makes all jobs of a kind run now that wait for later and have not failed: those that wait for something which has just
   * come. Gives their number.
   */
  wakeAll(kind: string): Promise<number>;
  depth(): Promise<JobDepth>;
  start(): void;
  /** Stops claiming, lets running jobs finish for `timeoutMs`, then aborts them and hands them back. */
  drain(timeoutMs: number): Promise<void>;
}
