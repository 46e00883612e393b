import type { SpeakersClip } from "./caption-queue.ts";
import type { TranscriptionReason } from "./errors.ts";

/** Something that was said in a voice channel, or a mark where words are missing. */
export interface Caption {
  readonly speakerId: string;
  /** From the session's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** Plain text as the recognizer wrote it; empty in a gap. */
  readonly text: string;
  /** 0 to 1; null in a gap and where the service gives no score. */
  readonly confidence: number | null;
  /** Why there are no words for this stretch. */
  readonly gap?: CaptionGap;
}

export interface CaptionGap {
  /**
   * "overload": more was said than could wait; "stopped": the session ended first; "unheard": the sound never came, or could
   * not be decrypted.
   */
  readonly reason: TranscriptionReason | "overload" | "stopped" | "unheard";
  /** The service's code, as in "SIS.0303". */
  readonly code?: string | undefined;
}

/** What the network did to the packets of everybody who spoke. Counts go up from 0. */
export interface CaptionNetwork {
  readonly packets: number;
  /** Given up, however late they came then. */
  readonly lost: number;
  /** Doubled, or come after they were given up. */
  readonly dropped: number;
  /** Sound that was made up for what was lost. */
  readonly concealedMs: number;
}

/** What the watchdog looks at. Counts go up from 0. */
export interface CaptionStats {
  /** Sound that was decoded, in ms, and how often speech was found in it. */
  readonly decodedMs: number;
  readonly network: CaptionNetwork;
  readonly clips: number;
  readonly calls: number;
  readonly recognized: number;
  /** Calls in which no words were found. */
  readonly wordless: number;
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly gaps: number;
  /** Speech that waits for the recognizer, in ms. */
  readonly queuedMs: number;
  /** From the end of a turn until its caption was given, of the last one, in ms. */
  readonly lastDelayMs: number | undefined;
  /** How far captions are behind by now, whatever is still under way included, in ms. */
  readonly behindMs: number;
}

/** Times in ms. */
export interface CaptionLimits {
  /** The longest clip of somebody who does not pause; a third of what the recognizer takes, so that three make one call, but 3 s at least. */
  readonly maxLiveClipMs: number;
  /** Speech that may wait: 58 MB. */
  readonly maxQueuedMs: number;
  /** Speech older than this is not tried again. */
  readonly maxAgeMs: number;
  /** A caption that is ready waits no longer for an earlier one. */
  readonly maxHoldMs: number;
  /** Pause after a failure; it doubles up to the longest. */
  readonly retryMs: readonly [shortest: number, longest: number];
  /** Between two looks at what may be sent and given; 0 leaves it to whoever calls `advance`. */
  readonly tickMs: number;
}

/** A clip that was not recognized, as a mark. */
export function gapOf({ speakerId, clip }: SpeakersClip, gap: CaptionGap): Caption {
  const startMs = clip.speech[0]?.startMs ?? clip.pieces[0]?.startMs ?? 0;
  const endMs = Math.max(startMs, clip.speech.at(-1)?.endMs ?? startMs);
  return { speakerId, startMs, endMs, text: "", confidence: null, gap };
}
