import { type Clip, type ClipPiece, durationMs } from "./pcm.ts";

/** How long clips of one speaker would be as one, in ms: what they share counts once. */
export function mergedMs(clips: readonly Clip[]): number {
  return clips.reduce(
    (sum, clip, index) =>
      sum + durationMs(clip.samples, clip.sampleRate) - (index === 0 ? 0 : clip.overlapMs),
    0,
  );
}

/** Neighbouring clips of one speaker as one clip: what lies between them was silence and stays left out. */
export function mergeClips(clips: readonly [Clip, ...Clip[]]): Clip {
  const [first] = clips;
  const { sampleRate } = first;
  if (clips.length === 1) return first;
  const parts = clips.map((clip, index) =>
    index === 0 ? clip.samples : clip.samples.subarray(Math.round((clip.overlapMs * sampleRate) / 1000)),
  );
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  const pieces: ClipPiece[] = [];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    samples.set(part, at);
    pieces.push(...shifted(clips[index] ?? first, part.length, (at * 1000) / sampleRate));
    at += part.length;
  }
  const speech = clips.flatMap((clip) => {
    const fromMs = (clip.pieces[0]?.startMs ?? 0) + (clip === first ? 0 : clip.overlapMs);
    return clip.speech
      .filter(({ endMs }) => endMs > fromMs)
      .map(({ startMs, endMs }) => ({ startMs: Math.max(startMs, fromMs), endMs }));
  });
  return { ...first, samples, pieces, speech };
}

/** A clip's pieces inside the merged one; a beginning that the clip before has already is gone. */
function shifted(clip: Clip, kept: number, clipStartMs: number): ClipPiece[] {
  const goneMs = ((clip.samples.length - kept) * 1000) / clip.sampleRate;
  return clip.pieces.map((piece, index) => ({
    clipStartMs: clipStartMs + piece.clipStartMs - (index === 0 ? 0 : goneMs),
    startMs: piece.startMs + (index === 0 ? goneMs : 0),
    durationMs: piece.durationMs - (index === 0 ? goneMs : 0),
  }));
}
