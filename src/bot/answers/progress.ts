import { setTimeout as delay } from "node:timers/promises";

import type { TranscriptionProgress } from "../../transcription/transcriber.ts";
import { createStageTracker, type FailedAttempt, type StageTracker, type WorkStage } from "./work-stage.ts";

export interface ProgressLimits {
  /** What takes no longer than this is answered without a word before, in ms. */
  readonly showAfterMs: number;
  /** Least time between two edits, in ms. */
  readonly editEveryMs: number;
  /** What heals by itself within this time is never shown, in ms. */
  readonly troubleAfterMs: number;
}

export interface ProgressOptions {
  readonly limits: ProgressLimits;
  readonly signal: AbortSignal;
  /** Whether the answer has a message already, from an earlier run. */
  readonly resumed: boolean;
  /** Posts or edits the answer. What it throws goes to `onError`. */
  readonly show: (stage: WorkStage) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Says in the answer how far the work is, when that is due and an edit is allowed. */
export interface Progress {
  /** Another recording of the same answer begins. */
  next(): void;
  downloaded(): void;
  clips(progress: TranscriptionProgress): void;
  clipDone(): void;
  attemptFailed(failure: FailedAttempt): void;
  /** How much longer, in ms, the trouble there is stays unsaid. */
  quietMs(): number;
  /** Says no more. Resolves once nothing is on its way; never rejects. */
  stop(): Promise<void>;
  /** Waits until the answer may be edited again. Rejects when aborted. */
  editable(): Promise<void>;
}

/** Progress of one run, from its beginning: one call at a time, and at most one edit every `editEveryMs`. */
export function createProgress({ limits, signal, resumed, show, onError }: ProgressOptions): Progress {
  const track = (isResumed: boolean): StageTracker =>
    createStageTracker({ ...limits, resumed: isResumed, startedAtMs: performance.now() });
  let tracker = track(resumed);
  let visible = resumed;
  let editableFromMs = 0;
  /** The answer itself may follow the first message at once; further progress may not. */
  let progressFromMs = 0;
  let shown: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let showing: Promise<void> | undefined;
  let finished = false;

  const present = async (stage: WorkStage): Promise<void> => {
    shown = JSON.stringify(stage);
    try {
      await show(stage);
    } catch (error) {
      onError(error);
    }
    progressFromMs = performance.now() + limits.editEveryMs;
    if (visible) editableFromMs = progressFromMs;
    visible = true;
    showing = undefined;
    update();
  };

  const wake = (atMs: number): void => {
    timer = setTimeout(update, Math.max(1, atMs - performance.now()));
  };

  const update = (): void => {
    clearTimeout(timer);
    if (finished || showing || signal.aborted) return;
    const nowMs = performance.now();
    const stage = tracker.due(nowMs);
    const isNews = stage !== undefined && JSON.stringify(stage) !== shown;
    // Where the whole answer is nearer than the next edit would be, that edit would only delay it.
    const worthIt = !visible || (tracker.remainingMs(nowMs) ?? Infinity) >= limits.editEveryMs;
    if (isNews && worthIt && nowMs >= progressFromMs) {
      showing = present(stage);
      return;
    }
    const nextMs = isNews && worthIt ? progressFromMs : tracker.changesAtMs(nowMs);
    if (nextMs !== undefined) wake(nextMs);
  };

  const then = (tell: () => void): void => {
    tell();
    update();
  };

  update();
  return {
    next() {
      tracker = track(false);
      shown = undefined;
    },
    downloaded: () => then(() => tracker.downloaded()),
    clips: (progress) => then(() => tracker.clips(progress, performance.now())),
    // How many clips are done now comes right after: until then there is nothing to say.
    clipDone: () => tracker.clipDone(),
    attemptFailed: (failure) => then(() => tracker.attemptFailed(failure, performance.now())),
    quietMs: () => tracker.quietMs(performance.now()),
    async stop() {
      finished = true;
      clearTimeout(timer);
      await showing;
    },
    async editable() {
      signal.throwIfAborted();
      const waitMs = editableFromMs - performance.now();
      if (waitMs > 0) await delay(waitMs, undefined, { signal });
    },
  };
}
