import { type Cut, lastStartingAtOrBefore } from "./clip-cuts.ts";
import type { Loudness } from "./clip-loudness.ts";
import type { PathLimits } from "./clip-path.ts";

/** How early a cut of a path may lie, in ms of kept audio. */
interface Room {
  readonly cut: Cut;
  readonly earliestMs: number;
}

/**
 * Moves each overlap to the quietest place that the lengths of the clips leave open: where a clip's edge falls between two
 * words, both sides hear both words. The number of clips stays.
 */
export function settleOverlaps(
  path: readonly Cut[],
  limits: PathLimits & { readonly loudness: Loudness },
): Cut[] {
  const { kept, speech, maxClipMs, overlapMs } = limits;
  const rooms: Room[] = [];
  let neededMs = 0;
  for (const cut of path.toReversed()) {
    const nowMs = kept.before(cut.endMs);
    if (cut.kind === "overlap") {
      // The clip after must still reach the earliest place of the cut that follows, and both clips the same speech.
      const inSpanMs = speech[lastStartingAtOrBefore(speech, cut.endMs)]?.startMs ?? cut.startMs;
      const earliestMs = Math.max(neededMs - maxClipMs, kept.before(inSpanMs)) + overlapMs;
      neededMs = Math.min(nowMs, earliestMs);
    } else neededMs = nowMs;
    rooms.push({ cut, earliestMs: neededMs });
  }

  const settled: Cut[] = [];
  for (const { cut, earliestMs } of rooms.reverse()) {
    const before = settled.at(-1);
    settled.push(
      cut.kind === "overlap" && before !== undefined ? settle(cut, { before, earliestMs }, limits) : cut,
    );
  }
  return settled;
}

function settle(
  cut: Cut,
  room: { readonly before: Cut; readonly earliestMs: number },
  { kept, loudness, maxClipMs, overlapMs }: PathLimits & { readonly loudness: Loudness },
): Cut {
  const keptNowMs = kept.before(cut.endMs);
  const latestMs = Math.min(cut.endMs, cut.endMs + kept.before(room.before.startMs) + maxClipMs - keptNowMs);
  // Two overlaps must not meet: a word would be in three clips.
  const clearMs = room.before.kind === "overlap" ? room.before.endMs : room.before.startMs;
  const earliestMs = Math.max(cut.endMs - (keptNowMs - room.earliestMs), clearMs + overlapMs);
  let quietest = { endMs: latestMs, db: Infinity };
  for (let endMs = latestMs; endMs >= earliestMs; endMs -= 10) {
    const db = loudness.energyDbAt(endMs) + loudness.energyDbAt(endMs - overlapMs);
    if (db < quietest.db) quietest = { endMs, db };
  }
  return { ...cut, endMs: quietest.endMs, startMs: quietest.endMs - overlapMs };
}
