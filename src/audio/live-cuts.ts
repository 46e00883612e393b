import { createLoudness, type QuietRun } from "./clip-loudness.ts";
import { createEnergyMeter } from "./energy.ts";
import { durationMs, type SampleRate } from "./pcm.ts";

/** Where a clip that grew too long ends. */
export interface HardCut {
  /** From the clip's start. */
  readonly endMs: number;
  /** How much earlier the next clip begins: 0 where the voice rests, because no word can be cut there. */
  readonly overlapMs: number;
}

/** What two clips share at most where the cut may lie inside a word. */
export const longestOverlapMs = 1500;
/** A cut without a rest lies so near to the end, in its quietest place. */
const searchedMs = 600;
/** No more of a short clip is searched or shared: the next one has to get on. */
const mostShare = 0.25;

/** A clip is cut in its last part: a shorter one would cost calls. */
const earliestShare = 0.55;
/** As measured for recordings in clip-cuts.ts: such a rest lies inside no word, such a dip inside 4 % of them. */
const depths = [
  { depthDb: 18, minMs: 180 },
  { depthDb: 15, minMs: 130 },
];

/** Finds the weakest place of speech without a pause, as late as can be. */
export function hardCut(samples: Int16Array, sampleRate: SampleRate): HardCut {
  const meter = createEnergyMeter(sampleRate);
  meter.push(samples);
  const lengthMs = Math.floor(durationMs(samples, sampleRate));
  using loudness = createLoudness({
    durationMs: lengthMs,
    spans: [],
    energyDb: meter.end(),
    energyStepMs: 10,
  });
  const late = { startMs: Math.floor(lengthMs * earliestShare), endMs: lengthMs };
  for (const wanted of depths) {
    const best = deepest(loudness.quietRuns(late, wanted));
    if (best) return { endMs: loudness.quietestMs(best), overlapMs: 0 };
  }
  const most = (wantedMs: number): number => Math.min(wantedMs, Math.floor(lengthMs * mostShare));
  const searched = { startMs: lengthMs - most(searchedMs), endMs: lengthMs };
  return { endMs: loudness.quietestMs(searched), overlapMs: most(longestOverlapMs) };
}

function deepest(runs: readonly QuietRun[]): QuietRun | undefined {
  return runs.reduce<QuietRun | undefined>(
    (best, run) => (best === undefined || run.restMs > best.restMs ? run : best),
    undefined,
  );
}
