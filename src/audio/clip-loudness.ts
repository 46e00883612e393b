import { giveBack } from "./give-back.ts";
import type { Span } from "./pcm.ts";
import type { SpeechProfile } from "./speech-profile.ts";

/** A run of steps that is quiet beside the speech around it. */
export interface QuietRun extends Span {
  /** The run's length weighted by how quiet it is: what a cut in it is worth, in ms. */
  readonly restMs: number;
}

/** Answers how loud a recording is at a place, beside its surroundings. */
export interface Loudness extends Disposable {
  /** Runs at least `depthDb` below the local level and at least `minMs` long, inside `span` without touching its borders. */
  quietRuns(span: Span, wanted: { readonly depthDb: number; readonly minMs: number }): QuietRun[];
  /** How much rest a pause between two spans of speech gives, in ms: half its length if loud, all of it if silent. */
  pauseRestMs(pause: Span): number;
  /** The middle of the quietest part of a span, in whole ms, strictly inside it where it is longer than 1 ms. */
  quietestMs(span: Span): number;
  /** Mean energy around a place, in dBFS. */
  energyDbAt(timeMs: number): number;
}

/** The level that a step is compared with is the mean power of a second to both sides. */
const levelReachMs = 1000;
/** A step this far below the level counts as fully silent. */
const silentDepthDb = 30;
/** Energies this close to the quietest step count as equally quiet. */
const equallyQuietDb = 3;
/** More rest than this makes no cut better. */
const longestRestMs = 2000;

/** Prepares a profile's energy for look-ups; each costs time in proportion to the span asked for. Takes 800 bytes a second until disposed of. */
export function createLoudness(profile: SpeechProfile): Loudness {
  const { energyDb, energyStepMs } = profile;
  const sums = new Float64Array(energyDb.length + 1);
  // By index: pairs of step and energy would be 20 MB of garbage for three hours, all at once.
  for (let step = 0; step < energyDb.length; step += 1)
    sums[step + 1] = (sums[step] ?? 0) + 10 ** ((energyDb[step] ?? 0) / 10);

  const meanDb = (from: number, to: number): number => {
    const first = Math.max(0, from);
    const end = Math.min(energyDb.length, to);
    if (end <= first) return -100;
    const power = ((sums[end] ?? 0) - (sums[first] ?? 0)) / (end - first);
    return 10 * Math.log10(Math.max(power, 1e-10));
  };
  const reach = levelReachMs / energyStepMs;
  const smoothDb = (step: number): number => meanDb(step - 1, step + 2);
  const levelDb = (step: number): number => meanDb(step - reach, step + reach + 1);
  const stepsOf = (span: Span): { first: number; end: number } => ({
    first: Math.ceil(span.startMs / energyStepMs),
    end: Math.floor(span.endMs / energyStepMs),
  });
  const restOf = (depthDb: number): number =>
    energyStepMs * Math.min(1, Math.max(0, depthDb / silentDepthDb));

  const quietestMs = (span: Span): number => {
    const { first, end } = stepsOf(span);
    const middleMs = Math.floor((span.startMs + span.endMs) / 2);
    if (end <= first) return middleMs;
    let lowestDb = Infinity;
    for (let step = first; step < end; step += 1) lowestDb = Math.min(lowestDb, smoothDb(step));
    let longest = { from: first, length: 0 };
    let from = first;
    for (let step = first; step <= end; step += 1) {
      if (step < end && smoothDb(step) <= lowestDb + equallyQuietDb) continue;
      if (step - from > longest.length) longest = { from, length: step - from };
      from = step + 1;
    }
    const foundMs = Math.floor((longest.from + longest.length / 2) * energyStepMs);
    return Math.max(span.startMs + 1, Math.min(span.endMs - 1, foundMs));
  };

  return {
    quietRuns(span, { depthDb, minMs }) {
      const { first, end } = stepsOf(span);
      const runs: QuietRun[] = [];
      let from = first;
      let restMs = 0;
      for (let step = first; step <= end; step += 1) {
        const depth = step < end ? levelDb(step) - smoothDb(step) : -Infinity;
        if (depth >= depthDb) {
          restMs += restOf(depth);
          continue;
        }
        // A run at the span's border is the border: it was drawn a little wide.
        if (from > first && step < end && (step - from) * energyStepMs >= minMs)
          runs.push({ startMs: from * energyStepMs, endMs: step * energyStepMs, restMs });
        from = step + 1;
        restMs = 0;
      }
      return runs;
    },

    pauseRestMs(pause) {
      const { first, end } = stepsOf(pause);
      const lengthMs = pause.endMs - pause.startMs;
      // The middle of a long pause would be compared with silence: its neighbours are the speech around it.
      const loudDb = Math.max(levelDb(first), levelDb(end));
      let restMs = 0;
      const cap = Math.min(end, first + longestRestMs / energyStepMs);
      for (let step = first; step < cap; step += 1) restMs += restOf(loudDb - smoothDb(step));
      return Math.min(longestRestMs, Math.max(restMs, lengthMs / 2));
    },

    quietestMs,

    energyDbAt: (timeMs) => smoothDb(Math.floor(timeMs / energyStepMs)),

    [Symbol.dispose]: () => giveBack(sums),
  };
}
