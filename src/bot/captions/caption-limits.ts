/** Times of captioning that nobody needs to set, in ms. */
export interface CaptionLimits {
  /** For getting into the voice channel. */
  readonly joinMs: number;
  /** Between two messages. */
  readonly writeEveryMs: number;
  /** A longer delay is shown, but not more often than that. */
  readonly behindMs: number;
  readonly behindEveryMs: number;
  /** How often what was said is counted. */
  readonly countEveryMs: number;
  /** Without people in the voice channel; they may only have been moved. */
  readonly aloneMs: number;
  /** Without speech. */
  readonly quietMs: number;
  readonly longestMs: number;
  /** For the last words to be recognized at the end. */
  readonly endMs: number;
  /** The same when the process has to end. */
  readonly restartMs: number;
  /** For everything then; what is not posted by that time the next process posts. */
  readonly leaveMs: number;
  /** `/captions test` listens for so long. */
  readonly testMs: number;
  readonly checkMs: number;
  /** The watchdog looks each so many checks, and is so many times as quick as it is made. */
  readonly checksPerLook: number;
  readonly watchdogPace: number;
}

export const captionLimits: CaptionLimits = {
  joinMs: 30_000,
  writeEveryMs: 1100,
  behindMs: 5000,
  behindEveryMs: 30_000,
  countEveryMs: 30_000,
  aloneMs: 5000,
  quietMs: 30 * 60_000,
  longestMs: 6 * 3_600_000,
  endMs: 8000,
  restartMs: 2500,
  leaveMs: 8000,
  testMs: 10_000,
  checkMs: 1000,
  checksPerLook: 5,
  watchdogPace: 1,
};
