import type { ClipPlan, PlannedClip } from "./clip-plan.ts";
import type { Clip, ClipPiece, SampleRate } from "./pcm.ts";

/** A clip whose samples are coming in. */
interface OpenClip {
  readonly planned: PlannedClip;
  readonly samples: Int16Array;
  /** The piece that is being filled; as many as there are when the clip is full. */
  piece: number;
  filled: number;
}

/**
 * Cuts a decoded recording into the clips of its plan, each given out as its last sample passes. Memory holds the clips
 * that are open: one, and two at an overlap. Stops reading after the last clip; where the samples end before the plan
 * does, the clip in hand is given out shorter and the rest is left out.
 */
export async function* cutClips(
  blocks: AsyncIterable<Int16Array> | Iterable<Int16Array>,
  plan: ClipPlan,
): AsyncGenerator<Clip, void, undefined> {
  const { sampleRate } = plan;
  const perMs = sampleRate / 1000;
  let open: OpenClip[] = [];
  let next = 0;
  let blockStart = 0;
  for await (const block of blocks) {
    const blockEnd = blockStart + block.length;
    for (let planned = plan.clips[next]; planned !== undefined; planned = plan.clips[next]) {
      if ((planned.pieces[0]?.startMs ?? 0) * perMs >= blockEnd) break;
      open.push({ planned, samples: new Int16Array(planned.durationMs * perMs), piece: 0, filled: 0 });
      next += 1;
    }
    for (const clip of open) fill(clip, { samples: block, start: blockStart, perMs });
    for (const clip of open) if (clip.piece === clip.planned.pieces.length) yield clipOf(clip, sampleRate);
    open = open.filter((clip) => clip.piece < clip.planned.pieces.length);
    if (open.length === 0 && next === plan.clips.length) return;
    blockStart = blockEnd;
  }
  for (const clip of open) if (clip.filled > 0) yield shortened(clip, sampleRate);
}

function fill(
  clip: OpenClip,
  block: { readonly samples: Int16Array; readonly start: number; readonly perMs: number },
): void {
  const { perMs } = block;
  const blockEnd = block.start + block.samples.length;
  for (
    let piece = clip.planned.pieces[clip.piece];
    piece !== undefined;
    piece = clip.planned.pieces[clip.piece]
  ) {
    const pieceStart = piece.startMs * perMs;
    const pieceEnd = pieceStart + piece.durationMs * perMs;
    const from = Math.max(block.start, pieceStart);
    const to = Math.min(blockEnd, pieceEnd);
    if (to > from) {
      clip.samples.set(block.samples.subarray(from - block.start, to - block.start), clip.filled);
      clip.filled += to - from;
    }
    if (pieceEnd > blockEnd) return;
    clip.piece += 1;
  }
}

function clipOf({ planned, samples }: OpenClip, sampleRate: SampleRate): Clip {
  const { index, pieces, speech, overlapMs } = planned;
  return { index, samples, sampleRate, pieces, speech, overlapMs };
}

/** A clip that the recording's end came into: some samples at most, as a plan counts in whole ms, or more of a damaged file. */
function shortened(clip: OpenClip, sampleRate: SampleRate): Clip {
  const filledMs = (clip.filled * 1000) / sampleRate;
  const pieces: ClipPiece[] = [];
  for (const piece of clip.planned.pieces) {
    const durationMs = Math.min(piece.durationMs, filledMs - piece.clipStartMs);
    if (durationMs > 0) pieces.push({ ...piece, durationMs });
  }
  return { ...clipOf(clip, sampleRate), samples: clip.samples.slice(0, clip.filled), pieces };
}
