/** One call of a recognizer that is over, in figures. */
export interface CallObservation {
  readonly recognizer: string;
  readonly lane: string;
  /** "ok", "aborted", "failed", or the error's code, as in "SIS.0303". */
  readonly outcome: string;
  readonly audioMs: number;
  /** From the call to the moment the request could leave. */
  readonly waitMs: number;
  /** From then to the answer; undefined where no request left. */
  readonly latencyMs: number | undefined;
  /** 0 to 1, where the service gives a score. */
  readonly confidence?: number | undefined;
}

/** What the bot did, in figures: no ids, names or words. Structurally the bot's own events. */
export type BotObservation =
  | {
      readonly type: "answered";
      readonly asked: "note" | "command";
      readonly outcome: "words" | "nothing-said" | "problem";
      /** From the question to the finished answer. */
      readonly tookMs: number;
    }
  /** From the end of what was said to the posted line. */
  | { readonly type: "caption"; readonly delayMs: number }
  | { readonly type: "caption-gap"; readonly reason: string }
  /** Packets of voice since the last such event. */
  | {
      readonly type: "voice";
      readonly heard: number;
      readonly undecryptable: number;
      readonly damaged: number;
      readonly lost: number;
    };

/** What is asked at the moment somebody looks. Whatever throws or is undefined is left out. */
export interface Gauges {
  readonly connected?: () => boolean;
  readonly servers?: () => number;
  /** Calls that wait for the quota, by lane. */
  readonly waitingCalls?: () => Readonly<Record<string, number>>;
  /** Requests a second that the quota allows. */
  readonly allowedPerSecond?: () => number;
  readonly jobs?: () => Promise<{
    readonly waiting: number;
    readonly running: number;
    readonly later: number;
    readonly oldestWaitingMs: number;
  }>;
  /** Live captions under way, and how many of them are stuck at which stage. */
  readonly captions?: () => {
    readonly sessions: number;
    readonly stuck: Readonly<Record<string, number>>;
  };
}
