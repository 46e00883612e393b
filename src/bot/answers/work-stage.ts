import type { Problem } from "../../explanations/problem.ts";
import type { TranscribeOptions, TranscriptionProgress } from "../../transcription/transcriber.ts";

/** A request to the service that failed and what follows, as the transcriber reports it. */
export type FailedAttempt = Parameters<NonNullable<TranscribeOptions["onFailedAttempt"]>>[0];

/** What there is to tell while a recording is worked on. */
export type WorkStage =
  | { readonly type: "fetching" }
  | {
      readonly type: "listening";
      readonly progress: TranscriptionProgress | undefined;
      /** How long the rest will take about, to the minute; undefined while that is a guess. */
      readonly leftMs?: number | undefined;
    }
  | { readonly type: "retrying"; readonly problem: Problem };

/** What happens to a recording. Times are those of a steady clock, in ms. */
export interface StageTracker {
  downloaded(): void;
  clips(progress: TranscriptionProgress, nowMs: number): void;
  clipDone(): void;
  attemptFailed(failure: FailedAttempt, nowMs: number): void;
  /** What should be on show at that time; undefined where nothing needs saying. */
  due(nowMs: number): WorkStage | undefined;
  /** When, after that time, something becomes due without anything happening. */
  changesAtMs(nowMs: number): number | undefined;
  /** How much longer, in ms, the trouble there is stays unsaid: it may heal by itself meanwhile. */
  quietMs(nowMs: number): number;
  /** How long the rest will take at the pace so far, or undefined. */
  remainingMs(nowMs: number): number | undefined;
}

export interface StageTrackerOptions {
  readonly startedAtMs: number;
  /** What takes no longer than this is answered without a word before. */
  readonly showAfterMs: number;
  /** What heals by itself within this time is never shown. */
  readonly troubleAfterMs: number;
  /** Whether a message of an earlier run is on show: it stays as it is until words have come. */
  readonly resumed: boolean;
}

/** After this long the pace so far says something about the rest. */
const experienceMs = 5000;
/** Nobody needs an estimate of less. */
const shortWaitMs = 20_000;

/** Follows one run: a long note shows its progress at once, a short one only when it is slow, trouble only when it lasts. */
export function createStageTracker(options: StageTrackerOptions): StageTracker {
  let stage: WorkStage = { type: "fetching" };
  let trouble: { readonly shownFromMs: number; readonly failure: FailedAttempt } | undefined;
  let wordsCame = false;
  /** When the parts began to be listened to, and how many an earlier run had done by then. */
  let pace: { readonly sinceMs: number; readonly clipsDone: number } | undefined;
  const slowFromMs = options.startedAtMs + options.showAfterMs;

  const remainingMs = (nowMs: number): number | undefined => {
    if (stage.type !== "listening" || !stage.progress || !pace) return undefined;
    const { clipsDone, clips } = stage.progress;
    const doneHere = clipsDone - pace.clipsDone;
    return doneHere <= 0 ? undefined : ((nowMs - pace.sinceMs) / doneHere) * (clips - clipsDone);
  };

  /** With how long it will take, once there is some experience, and where it is worth knowing. */
  const estimated = (current: WorkStage, nowMs: number): WorkStage => {
    const leftMs = remainingMs(nowMs);
    const isKnown = leftMs !== undefined && pace !== undefined && nowMs - pace.sinceMs >= experienceMs;
    if (current.type !== "listening" || !isKnown || leftMs < shortWaitMs) return current;
    return { ...current, leftMs: Math.round(leftMs / 60_000) * 60_000 };
  };

  return {
    downloaded() {
      stage = { type: "listening", progress: undefined };
    },
    clips(progress, nowMs) {
      pace ??= { sinceMs: nowMs, clipsDone: progress.clipsDone };
      stage = { type: "listening", progress };
    },
    clipDone() {
      wordsCame = true;
      trouble = undefined;
    },
    attemptFailed(failure, nowMs) {
      trouble = { shownFromMs: trouble?.shownFromMs ?? nowMs + options.troubleAfterMs, failure };
    },
    due(nowMs) {
      if (trouble && nowMs >= trouble.shownFromMs) {
        return { type: "retrying", problem: problemOf(trouble.failure) };
      }
      if (options.resumed && !wordsCame) return undefined;
      return isLong(stage) || nowMs >= slowFromMs ? estimated(stage, nowMs) : undefined;
    },
    changesAtMs(nowMs) {
      const times = [slowFromMs, trouble?.shownFromMs ?? 0].filter((timeMs) => timeMs > nowMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    quietMs(nowMs) {
      const shownFromMs = trouble?.shownFromMs ?? options.startedAtMs + options.troubleAfterMs;
      return Math.max(0, shownFromMs - nowMs);
    },
    remainingMs: (nowMs) => (trouble ? undefined : remainingMs(nowMs)),
  };
}

function isLong(stage: WorkStage): boolean {
  return stage.type === "listening" && (stage.progress?.clips ?? 0) > 1;
}

function problemOf(failure: FailedAttempt): Problem {
  const { code, httpStatus, requestId: traceId, nextTryInMs, attempt } = failure;
  return { reason: reasonOf(failure), code, httpStatus, traceId, nextTryInMs, attempt };
}

function reasonOf({ code, httpStatus }: FailedAttempt): Problem["reason"] {
  if (httpStatus === 429) return "service-throttled";
  if (httpStatus === 401 || httpStatus === 403) return "service-credentials";
  if (code === "TIMEOUT") return "service-timeout";
  return code === "MALFORMED" ? "service-malformed" : "service-unavailable";
}
