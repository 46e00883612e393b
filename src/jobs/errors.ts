/** Why a run ended that did not end by itself. */
export type JobErrorCode =
  | "cancelled" // somebody cancelled the job
  | "drained" // this process stops; the job is handed back
  | "lease-lost" // another worker has taken the job over
  | "process-died" // the job's runs ended with their process too often
  | "attempts-used-up"; // the last attempt asked for another one, or its error was lost in a restart

/** A job was stopped or given up by the queue. The abort reason of runs, and the error of `giveUp` where nothing was thrown. */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: JobErrorCode;

  constructor(code: JobErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
