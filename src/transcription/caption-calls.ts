import type { LiveClip } from "../audio/live-clips.ts";
import { RecognizerError } from "../recognizers/errors.ts";
import type { Recognition, ScheduledRecognizer } from "../recognizers/recognizer.ts";
import { type CaptionQueue, endOf, startOf, type TakenClips } from "./caption-queue.ts";
import { type Caption, type CaptionLimits, type CaptionStats, gapOf } from "./caption.ts";
import type { StreamedCall } from "./caption-streams.ts";
import { captionWords, type SpokenTurn } from "./caption-words.ts";
import { createHeldWords } from "./held-words.ts";

export interface CaptionCallsOptions {
  readonly recognizer: ScheduledRecognizer;
  readonly guildId: string;
  readonly queue: CaptionQueue;
  readonly limits: Pick<CaptionLimits, "maxAgeMs" | "maxHoldMs" | "retryMs">;
  readonly sessionMs: () => number;
  /** The words of clips that went out while they were spoken; undefined where the recognizer has to be asked. */
  readonly streamed?: (
    clips: readonly LiveClip[],
    call: StreamedCall,
  ) => Promise<Recognition | undefined> | undefined;
  readonly onCaption: (caption: Caption) => void;
  /** Something changed: a call ended, or may be begun. */
  readonly onSettled: () => void;
  /** Something is wrong with the program itself. */
  readonly onFault: (error: unknown) => void;
}

/** Takes clips from the queue to the recognizer, one call of each speaker at a time, and makes captions of what comes back. */
export interface CaptionCalls {
  readonly stats: Pick<CaptionStats, "calls" | "recognized" | "wordless" | "failures" | "lastFailure">;
  /** When the earliest speech began that is under way, or held back for its end, in ms of the session. */
  readonly oldestMs: number | undefined;
  /** Begins as many calls as make sense now. */
  pump(): void;
  forget(speakerId: string): void;
  /** Waits until nothing is left, or aborts what is. */
  finish(withinMs: number): Promise<void>;
}

/**
 * Calls that wait for their turn in the quota: no more than keep it busy, because clips that are still in the queue can be
 * merged, those in a call cannot.
 */
const mostWaiting = 2;
const mostInFlight = 24;

interface Call extends TakenClips {
  readonly abort: AbortController;
}

export function createCaptionCalls(options: CaptionCallsOptions): CaptionCalls {
  const { recognizer, guildId, queue, limits, sessionMs, onCaption, onSettled, onFault } = options;
  const inFlight = new Map<string, Call>();
  const held = createHeldWords((speakerId, turn, confidence) => give(speakerId, [turn], confidence));
  const stats = { calls: 0, recognized: 0, wordless: 0, failures: 0 };
  let lastFailure: string | undefined;
  let waiting = 0;
  let failuresInRow = 0;
  let restUntilMs = 0;
  let wakeUp: NodeJS.Timeout | undefined;
  let idle: (() => void) | undefined;

  const give = (speakerId: string, turns: readonly SpokenTurn[], confidence: number | null): void => {
    for (const turn of turns) onCaption({ speakerId, ...turn, confidence });
  };
  const heard = (call: Call, recognition: Recognition): void => {
    const { speakerId } = call;
    failuresInRow = 0;
    stats.recognized++;
    if (recognition.text.trim() === "") stats.wordless++;
    const confidence = recognition.confidence ?? null;
    const words = captionWords(call, recognition, held.take(speakerId));
    held.hold(speakerId, words.held, confidence);
    give(speakerId, words.turns, confidence);
  };

  const failed = (call: Call, error: unknown): void => {
    if (call.abort.signal.aborted) return;
    if (!(error instanceof RecognizerError)) throw error;
    stats.failures++;
    lastFailure = error.code;
    const ageMs = sessionMs() - endOf(call.clips[0]);
    if (error.retryable && ageMs < limits.maxAgeMs) {
      const [shortest, longest] = limits.retryMs;
      const wantedMs = error.retryAfterMs ?? shortest * 2 ** Math.min(10, failuresInRow++);
      restUntilMs = sessionMs() + Math.min(longest, Math.max(shortest, wantedMs));
      queue.putBack(call);
      return;
    }
    held.give(call.speakerId);
    const gap = { reason: `service-${error.kind}`, code: error.code } as const;
    for (const clip of call.clips) onCaption(gapOf({ speakerId: call.speakerId, clip }, gap));
  };

  const onFailure = (code: string): void => {
    stats.failures++;
    lastFailure = code;
  };
  const run = async (call: Call): Promise<void> => {
    let sent = false;
    waiting++;
    const onSent = (): void => {
      if (sent) return;
      sent = true;
      waiting--;
    };
    const onRequest = (): void => {
      stats.calls++;
      onSent();
      onSettled();
    };
    try {
      const recognition =
        (await options.streamed?.(call.clips, { signal: call.abort.signal, onRequest, onFailure })) ??
        (await recognizer.recognize(call.merged, {
          signal: call.abort.signal,
          turn: { lane: "live", guildId, memberId: call.speakerId },
          onRequest,
        }));
      if (!call.abort.signal.aborted) heard(call, recognition);
    } catch (error) {
      failed(call, error);
    } finally {
      onSent();
      if (inFlight.get(call.speakerId) === call) inFlight.delete(call.speakerId);
    }
  };

  const pump = (): void => {
    held.giveOrphans(sessionMs() - limits.maxHoldMs, (speakerId) => inFlight.has(speakerId));
    for (;;) {
      if (waiting >= mostWaiting || inFlight.size >= mostInFlight) break;
      const restMs = restUntilMs - sessionMs();
      if (restMs > 0) {
        clearTimeout(wakeUp);
        if (queue.size > 0) wakeUp = setTimeout(onSettled, restMs);
        break;
      }
      const taken = queue.take((speakerId) => inFlight.has(speakerId));
      if (!taken) break;
      const call: Call = { ...taken, abort: new AbortController() };
      inFlight.set(call.speakerId, call);
      run(call).then(onSettled, onFault);
    }
    if (inFlight.size === 0 && queue.size === 0) idle?.();
  };

  return {
    get stats() {
      return { ...stats, lastFailure };
    },
    get oldestMs() {
      const times = [...inFlight.values()].map(({ clips }) => startOf(clips[0]));
      const oldestMs = Math.min(held.oldestMs, ...times);
      return oldestMs === Infinity ? undefined : oldestMs;
    },
    pump,
    forget(speakerId) {
      inFlight.get(speakerId)?.abort.abort();
      inFlight.delete(speakerId);
      held.take(speakerId);
    },
    async finish(withinMs) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        idle = () => {
          clearTimeout(timer);
          resolve();
        };
        pump();
      });
      clearTimeout(wakeUp);
      for (const call of inFlight.values()) {
        call.abort.abort();
        queue.putBack(call);
      }
      inFlight.clear();
      held.giveOrphans(Infinity, () => false);
    },
  };
}
