import type { Span } from "../../src/audio/pcm.ts";

/**
 * Tries every way to cut between spans, 2^(n-1) of them, and tells the fewest clips: the optimum by the rules alone.
 * A clip is its spans, the silence between them up to both paddings, and the padding around; spans must fit.
 */
export function fewestClips(
  spans: readonly Span[],
  { maxClipMs, paddingMs }: { readonly maxClipMs: number; readonly paddingMs: number },
): number {
  const gapAfter = (index: number): number =>
    (spans[index + 1]?.startMs ?? Infinity) - (spans[index]?.endMs ?? 0);
  const lengthMs = (first: number, last: number): number => {
    let sum = Math.min(paddingMs, first === 0 ? (spans[0]?.startMs ?? 0) : gapAfter(first - 1) / 2);
    for (let index = first; index <= last; index += 1) {
      const span = spans[index];
      if (span !== undefined) sum += span.endMs - span.startMs;
      if (index < last) sum += Math.min(2 * paddingMs, gapAfter(index));
    }
    return sum + Math.min(paddingMs, gapAfter(last) / 2);
  };
  let fewest = Infinity;
  for (let ways = 0; ways < 2 ** (spans.length - 1); ways += 1) {
    let clips = 0;
    let first = 0;
    let fits = true;
    for (let index = 0; index < spans.length && fits; index += 1) {
      if (index < spans.length - 1 && (ways & (1 << index)) === 0) continue;
      fits = lengthMs(first, index) <= maxClipMs;
      clips += 1;
      first = index + 1;
    }
    if (fits) fewest = Math.min(fewest, clips);
  }
  return fewest;
}
