/** Samples at 16 kHz in a frame of 20 ms, and how loud one is that holds speech, as a share of full scale. */
const frame = 320;
const loud = 0.008;

/** How a service cuts sound into sentences. */
export interface SentenceRules {
  /** A silence this long ends a sentence. */
  readonly maxEndSilenceMs: number;
  readonly maxSegmentMs: number;
  /** What lies outside is not listened to; everything is, where there is none. */
  readonly validTimes?: readonly { readonly beginMs: number; readonly endMs: number }[];
}

/** Stretches of sound, parted by silences and never longer than a segment may be, in whole ms. */
export function sentencesIn(
  samples: Int16Array,
  { maxEndSilenceMs, maxSegmentMs, validTimes = [] }: SentenceRules,
): { startMs: number; endMs: number }[] {
  const found: { startMs: number; endMs: number }[] = [];
  for (let at = 0; at < samples.length; at += frame) {
    const startMs = at / 16;
    const allowed =
      validTimes.length === 0 ||
      validTimes.some(({ beginMs, endMs }) => startMs >= beginMs && startMs < endMs);
    if (!allowed || loudness(samples.subarray(at, at + frame)) < loud) continue;
    const last = found.at(-1);
    const endMs = Math.min(samples.length / 16, startMs + 20);
    const goesOn = last && startMs - last.endMs < maxEndSilenceMs && endMs - last.startMs <= maxSegmentMs;
    if (goesOn) last.endMs = endMs;
    else found.push({ startMs, endMs });
  }
  return found.map(({ startMs, endMs }) => ({
    startMs: Math.floor(startMs),
    endMs: Math.ceil(endMs),
  }));
}

function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 32_768) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
