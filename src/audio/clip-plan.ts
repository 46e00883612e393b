import { type Cut, findCuts, keptAudio, lastStartingAtOrBefore, speechStretches } from "./clip-cuts.ts";
import { createLoudness } from "./clip-loudness.ts";
import { settleOverlaps } from "./clip-overlaps.ts";
import { bestPath } from "./clip-path.ts";
import type { ClipPiece, SampleRate, Span } from "./pcm.ts";
import type { SpeechProfile } from "./speech-profile.ts";

export interface ClipLimits {
  /** The longest clip the recognizer takes, in ms; padding, kept silence and overlap count. At least 1,000. */
  readonly maxClipMs: number;
  readonly sampleRate: SampleRate;
  /** Silence kept on both sides of speech, in ms: 250 unless told, less for very short clips. */
  readonly paddingMs?: number;
  /** What both clips hold where speech must be cut without a weak place, in ms: 2,000 unless told, at most a quarter of a clip. */
  readonly overlapMs?: number;
}

/** A clip before its samples are cut. All times are whole ms, so that they are whole samples too. */
export interface PlannedClip {
  readonly index: number;
  /** What the clip holds, in order; together `durationMs` long. */
  readonly pieces: readonly ClipPiece[];
  readonly durationMs: number;
  /** The speech inside, in recording time. */
  readonly speech: readonly Span[];
  /** How much of the clip's beginning also ends the clip before, in ms. */
  readonly overlapMs: number;
}

/** All clips of a recording, in order. The same profile and limits always give the same plan. */
export interface ClipPlan {
  readonly sampleRate: SampleRate;
  readonly clips: readonly PlannedClip[];
}

/**
 * Plans the fewest clips that hold all speech of a recording, and among those plans the one with the best pauses, by
 * dynamic programming over the places where it may be cut. Every ms of speech lies in exactly one clip or in a declared
 * overlap. Takes time in proportion to the places times the places within one clip. Throws RangeError for a clip too short.
 */
export function planClips(profile: SpeechProfile, limits: ClipLimits): ClipPlan {
  const maxClipMs = Math.floor(limits.maxClipMs);
  if (!(maxClipMs >= 1000))
    throw new RangeError(`A clip must hold 1,000 ms at least, not ${limits.maxClipMs}`);
  const paddingMs = Math.min(Math.floor(limits.paddingMs ?? 250), Math.floor(maxClipMs / 20));
  const overlapMs = Math.min(Math.floor(limits.overlapMs ?? 2000), Math.floor(maxClipMs / 4));

  const speech = speechStretches(profile);
  if (speech.length === 0) return { sampleRate: limits.sampleRate, clips: [] };
  const kept = keptAudio(speech, { durationMs: profile.durationMs, paddingMs });
  using loudness = createLoudness(profile);
  const cuts = findCuts(speech, { kept, loudness, paddingMs, maxClipMs });
  const path = bestPath(cuts, { kept, speech, maxClipMs, overlapMs });
  const settled = settleOverlaps(path, { kept, speech, loudness, maxClipMs, overlapMs });

  const clips: PlannedClip[] = [];
  for (const [index, end] of settled.entries()) {
    const start = settled[index - 1];
    if (start !== undefined)
      clips.push(clipBetween(start, end, { index: index - 1, ranges: kept.ranges, speech }));
  }
  return { sampleRate: limits.sampleRate, clips };
}

function clipBetween(
  start: Cut,
  end: Cut,
  audio: { readonly index: number; readonly ranges: readonly Span[]; readonly speech: readonly Span[] },
): PlannedClip {
  const span = { startMs: start.startMs, endMs: end.endMs };
  const pieces: ClipPiece[] = [];
  let clipMs = 0;
  for (const { startMs, endMs } of within(audio.ranges, span)) {
    pieces.push({ clipStartMs: clipMs, startMs, durationMs: endMs - startMs });
    clipMs += endMs - startMs;
  }
  return {
    index: audio.index,
    pieces,
    durationMs: clipMs,
    speech: within(audio.speech, span),
    // Only at an overlap does a clip begin before the one before has ended.
    overlapMs: Math.max(0, start.kind === "edge" ? 0 : start.endMs - start.startMs),
  };
}

/** The parts of ordered spans that lie inside another one. */
function within(spans: readonly Span[], { startMs, endMs }: Span): Span[] {
  const found: Span[] = [];
  for (let index = Math.max(0, lastStartingAtOrBefore(spans, startMs)); index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.startMs >= endMs) break;
    if (span.endMs > startMs)
      found.push({ startMs: Math.max(span.startMs, startMs), endMs: Math.min(span.endMs, endMs) });
  }
  return found;
}
