import type { LivePacket } from "../audio/live-packets.ts";
import type { VoiceActivityDetector } from "../audio/voice-activity.ts";
import type { RecognizerSettings, ScheduledRecognizer } from "../recognizers/recognizer.ts";
import type { StreamingRecognizer } from "../recognizers/streaming-recognizer.ts";
import { createCaptionCalls } from "./caption-calls.ts";
import { createCaptionOrder } from "./caption-order.ts";
import { createCaptionQueue } from "./caption-queue.ts";
import { createCaptionSpeakers } from "./caption-speakers.ts";
import { createCaptionStream } from "./caption-stream.ts";
import { createCaptionStreams, type Interim } from "./caption-streams.ts";
import { type Caption, type CaptionLimits, type CaptionStats, gapOf } from "./caption.ts";

/** A voice channel's speech as captions, in the order in which it was spoken. */
export interface Captions {
  readonly stats: CaptionStats;
  /** For one reader; ends after `end`. */
  readonly captions: AsyncIterable<Caption>;
  /** Tells what people are saying right now, where the recognizer knows before they have said it; one listener. */
  onInterim(listener: (interim: Interim) => void): void;
  /** A speaker's packet. Resolves when it was heard: whoever feeds packets waits for that. */
  hear(speakerId: string, packet: LivePacket): Promise<void>;
  /** The speaker is gone; what they said last is recognized. */
  left(speakerId: string): Promise<void>;
  /** Drops everything of a speaker that was not given yet, and aborts what is under way. */
  forget(speakerId: string): void;
  /** Says that everything that came until then was heard, by the clock of `arrivedMs`: silence sends no packets. A few times a second. */
  advance(nowMs: number): Promise<void>;
  /** Recognizes what is left, for at most so long; the rest becomes gaps. */
  end(withinMs: number): Promise<void>;
}

export interface CaptionsOptions {
  readonly recognizer: ScheduledRecognizer;
  /** Listens while people speak, where there is such a service; what it misses goes to the recognizer in clips. */
  readonly streaming?: StreamingRecognizer | undefined;
  readonly detector: VoiceActivityDetector;
  /** Whose turn it is in the quota. */
  readonly guildId: string;
  /** The zero of all times, by the clock of the packets' `arrivedMs`. */
  readonly sessionStartMs: number;
  readonly limits?: Partial<CaptionLimits>;
  /** performance.now unless told. */
  readonly now?: () => number;
}

/** Opens the captions of a guild's session. */
export interface OpenCaptions {
  /** Throws TranscriptionError, with code LANGUAGE.UNHEARD where `settings` ask for a language that is not heard. */
  (
    options: Pick<CaptionsOptions, "guildId" | "sessionStartMs"> & {
      /** Language, vocabulary and the like, where they are not what is configured. */
      readonly settings?: RecognizerSettings | undefined;
    },
  ): Captions;
  /** Languages that `settings` may ask for, as BCP-47 tags; the one that is configured comes first. */
  readonly languages: readonly string[];
}

/** Where calls take little, clips are rather not merged than cut into single words. */
const shortestLiveMs = 3000;

const defaultLimits: Omit<CaptionLimits, "maxLiveClipMs"> = {
  maxQueuedMs: 1_800_000,
  maxAgeMs: 300_000,
  maxHoldMs: 20_000,
  retryMs: [1000, 10_000],
  tickMs: 100,
};

export function createCaptions(options: CaptionsOptions): Captions {
  const { recognizer, detector, sessionStartMs, guildId } = options;
  const { now = () => performance.now() } = options;
  const limits: CaptionLimits = {
    maxLiveClipMs: Math.max(
      Math.floor(recognizer.maxClipMs / 3),
      Math.min(shortestLiveMs, recognizer.maxClipMs),
    ),
    ...defaultLimits,
    ...options.limits,
  };
  const stream = createCaptionStream<Caption>();
  const order = createCaptionOrder(limits);
  const queue = createCaptionQueue({ maxClipMs: recognizer.maxClipMs, maxQueuedMs: limits.maxQueuedMs });
  const sessionMs = (): number => now() - sessionStartMs;
  let [clips, gaps] = [0, 0];
  let lastDelayMs: number | undefined;

  let tellInterim: ((interim: Interim) => void) | undefined;
  const { streaming } = options;
  const streams =
    streaming?.sampleRate === recognizer.sampleRate
      ? createCaptionStreams(streaming, (interim) => tellInterim?.(interim))
      : undefined;

  const add = (caption: Caption): void => {
    if (caption.gap) gaps++;
    order.add(caption, now());
  };
  const speakers = createCaptionSpeakers({
    detector,
    sampleRate: recognizer.sampleRate,
    maxClipMs: limits.maxLiveClipMs,
    sessionStartMs,
    onUnheard: (speakerId, span) =>
      add({ speakerId, ...span, text: "", confidence: null, gap: { reason: "unheard" } }),
    onHeard: (speakerId, ended, open) => streams?.heard(speakerId, ended, open),
    onClip(speakerId, clip) {
      clips++;
      for (const lost of queue.push(speakerId, clip)) {
        streams?.drop(lost.clip);
        add(gapOf(lost, { reason: "overload" }));
      }
    },
  });
  const calls = createCaptionCalls({
    recognizer,
    guildId,
    queue,
    limits,
    sessionMs,
    streamed: (clips, call) => streams?.wordsOf(clips, call),
    onCaption: add,
    onSettled: settle,
    onFault: stream.fail,
  });

  const pendingMs = (): number =>
    Math.min(speakers.openSinceMs ?? Infinity, queue.oldestMs ?? Infinity, calls.oldestMs ?? Infinity);
  function settle(): void {
    calls.pump();
    for (const caption of order.release(pendingMs(), now())) {
      lastDelayMs = sessionMs() - caption.endMs;
      stream.push(caption);
    }
  }
  // What was heard is settled on time even where no voice server says what time it is.
  const ticking = limits.tickMs > 0 ? setInterval(settle, limits.tickMs) : undefined;

  return {
    get stats() {
      const oldestMs = Math.min(queue.oldestMs ?? Infinity, calls.oldestMs ?? Infinity);
      return {
        ...calls.stats,
        decodedMs: speakers.decodedMs,
        network: speakers.network,
        clips,
        gaps,
        queuedMs: queue.queuedMs,
        lastDelayMs,
        behindMs: oldestMs === Infinity ? 0 : sessionMs() - oldestMs,
      };
    },
    captions: stream.items,
    onInterim(listener) {
      tellInterim = listener;
    },
    async hear(speakerId, packet) {
      await speakers.hear(speakerId, packet);
      settle();
    },
    async left(speakerId) {
      await speakers.left(speakerId);
      settle();
    },
    forget(speakerId) {
      speakers.forget(speakerId);
      streams?.forget(speakerId);
      queue.forget(speakerId);
      calls.forget(speakerId);
      order.forget(speakerId);
      settle();
    },
    async advance(nowMs) {
      await speakers.advance(nowMs);
      settle();
    },
    async end(withinMs) {
      clearInterval(ticking);
      await speakers.end();
      settle();
      await calls.finish(withinMs);
      for (const left of queue.clear()) add(gapOf(left, { reason: "stopped" }));
      settle();
      for (const caption of order.release(Infinity, now())) stream.push(caption);
      stream.end();
    },
  };
}
