import type { Span } from "./pcm.ts";
import type { ActivityFrame } from "./voice-activity.ts";

export interface SegmenterOptions {
  /** Length of each frame. */
  readonly frameMs: number;
  /** Speech begins with a frame of at least this probability. */
  readonly onset?: number;
  /** It goes on as long as frames have at least this one. */
  readonly offset?: number;
  /**
   * How much certain speech makes a span, each frame weighted by how far it is from the onset to certainty. One measure
   * for length and sureness: it keeps short words and drops what music is mistaken for, longer but doubtful.
   */
  readonly minSureMs?: number;
  /** A shorter pause does not end it. */
  readonly hangoverMs?: number;
  /** Added on both sides of each span, but never over the one before. */
  readonly paddingMs?: number;
}

/** What the frames so far have shown. */
export type SpeechEvent =
  /** Somebody has been speaking since `startMs`, for long enough to be sure. */
  | { readonly kind: "started"; readonly startMs: number }
  /** They have been silent for the hangover. */
  | { readonly kind: "ended"; readonly span: Span };

/** Finds spans of speech in the frames of one stream as they come. Pure: same frames, same spans. */
export interface SpeechSegmenter {
  push(frame: ActivityFrame): readonly SpeechEvent[];
  /** The stream is over, and with it any speech. */
  end(): readonly SpeechEvent[];
}

type State =
  | { readonly kind: "silence" }
  /** Speech since `startMs`, last heard up to `endMs`, `sureMs` of it by weight. */
  | { readonly kind: "speech"; readonly startMs: number; readonly endMs: number; readonly sureMs: number };

/** Spans begin and end with a frame of speech, plus padding: by default tight, for whoever cuts to pad. */
export function createSpeechSegmenter(options: SegmenterOptions): SpeechSegmenter {
  const { frameMs, onset = 0.5, offset = 0.35, minSureMs = 40, hangoverMs = 250, paddingMs = 0 } = options;
  let state: State = { kind: "silence" };
  let nowMs = 0;
  let lastEndMs = 0;

  const padded = (startMs: number): number => Math.max(lastEndMs, startMs - paddingMs);

  function close(): SpeechEvent[] {
    if (state.kind === "silence") return [];
    const { startMs, endMs, sureMs } = state;
    state = { kind: "silence" };
    if (sureMs < minSureMs) return [];
    const span = { startMs: padded(startMs), endMs: Math.min(endMs + paddingMs, nowMs) };
    lastEndMs = span.endMs;
    return [{ kind: "ended", span }];
  }

  return {
    push({ probability }) {
      const frameStartMs = nowMs;
      nowMs += frameMs;
      const speaks = probability >= (state.kind === "silence" ? onset : offset);
      if (!speaks) return state.kind === "speech" && nowMs - state.endMs >= hangoverMs ? close() : [];
      const before = state.kind === "silence" ? { startMs: frameStartMs, sureMs: 0 } : state;
      const sureMs = before.sureMs + (frameMs * Math.max(0, probability - onset)) / (1 - onset);
      state = { kind: "speech", startMs: before.startMs, endMs: nowMs, sureMs };
      const justSure = before.sureMs < minSureMs && sureMs >= minSureMs;
      return justSure ? [{ kind: "started", startMs: padded(before.startMs) }] : [];
    },
    end: close,
  };
}
