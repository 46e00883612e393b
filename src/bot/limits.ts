import type { DownloadOptions } from "./discord/downloads.ts";
import type { ProgressLimits } from "./answers/progress.ts";

/** Every time and size the bot works with that nobody needs to set. Times in ms. */
export interface BotLimits extends ProgressLimits {
  /** Recordings worked on at once, for notes and for commands each; what waits for the speech service is in these. */
  readonly concurrency: number;
  /** How many of the notes worked on may be notes that were missed: new ones do not wait behind them. */
  readonly missedConcurrency: number;
  /** How long a note is kept while the service is away. */
  readonly patienceMs: number;
  /** Pauses while the service is away, one after the other; the last is repeated. */
  readonly waitsMs: readonly number[];
  /** Pauses while Discord is out of reach, one after the other; the last is repeated. */
  readonly awayWaitsMs: readonly number[];
  /** So long before its token ends (15 minutes) an answer leaves the interaction. */
  readonly leaveBeforeMs: number;
  /** How long a channel that refuses threads is not asked again. */
  readonly refusalMs: number;
  /** One REST request's deadline. */
  readonly requestTimeoutMs: number;
  /** Pauses before trying again to write a note down. */
  readonly enqueuePausesMs: readonly number[];
  /** How long the mark of the last message seen may be behind. */
  readonly seenWriteAfterMs: number;
  /** Pauses before what could not be caught up on is tried again. */
  readonly catchUpPausesMs: readonly number[];
  /** How often a process asks who opted out in another one. */
  readonly consentEveryMs: number;
  readonly download: Pick<DownloadOptions, "deadlineMs" | "stallMs" | "retryPausesMs">;
  readonly login: { readonly loginTimeoutMs: number; readonly loginPausesMs: readonly number[] };
}

export const defaultLimits: BotLimits = {
  showAfterMs: 4000,
  editEveryMs: 2000,
  troubleAfterMs: 5000,
  concurrency: 8,
  missedConcurrency: 4,
  patienceMs: 24 * 3_600_000,
  waitsMs: [20_000, 40_000, 80_000, 160_000, 300_000, 600_000],
  awayWaitsMs: [2000, 5000, 15_000, 60_000, 300_000],
  leaveBeforeMs: 60_000,
  refusalMs: 600_000,
  requestTimeoutMs: 15_000,
  enqueuePausesMs: [500, 2000],
  seenWriteAfterMs: 5000,
  catchUpPausesMs: [5000, 30_000, 120_000, 600_000, 1_800_000],
  consentEveryMs: 1000,
  download: { deadlineMs: 120_000, stallMs: 15_000, retryPausesMs: [300, 1500] },
  login: { loginTimeoutMs: 60_000, loginPausesMs: [1000, 3000] },
};
