import { type ClipPlan, planClips, type PlannedClip } from "../src/audio/clip-plan.ts";
import type { Span } from "../src/audio/pcm.ts";
import { assembleTranscript } from "../src/transcription/assemble-transcript.ts";
import { fewestClips } from "../test/audio/fewest-clips.ts";
import { simulateSpeech, type SimulatedSpeech, talk, torrent } from "../test/audio/simulated-speech.ts";
import { compareWords, hear } from "../test/transcription/simulated-recognizer.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

const limits = { maxClipMs: 30_000, sampleRate: 16_000 } as const;
const paddingMs = 250;

/** How few calls a recording costs, how good the pauses are that it is cut in, and whether words survive the joins. */
export const clipsBenchmark: Benchmark = {
  name: "clips",
  async run() {
    return [callsBesideBruteForce(), pausesBesideFullClips(), ...wordsOverJoins()];
  },
};

/** 300 recordings of 20 to 100 s, short enough to try every way to cut them. */
function callsBesideBruteForce(): BenchmarkRow {
  let ours = 0;
  let optimum = 0;
  let recordings = 0;
  for (let seed = 1; recordings < 300; seed += 1) {
    const durationMs = 20_000 + (seed % 9) * 10_000;
    const { profile } = simulateSpeech({ ...talk, phraseWords: [6, 30], seed, durationMs });
    if (profile.spans.length > 18) continue;
    recordings += 1;
    ours += planClips(profile, limits).clips.length;
    optimum += fewestClips(profile.spans, { maxClipMs: limits.maxClipMs, paddingMs });
  }
  const over = (ours / optimum - 1) * 100;
  return {
    what: `recognizer calls for ${recordings} recordings of 20–100 s`,
    ours: `${ours}`,
    alternative: `${optimum} (every way to cut tried)`,
    ratio: `${over >= 0 ? "+" : ""}${over.toFixed(1)} %`,
    bar: "≤ 5 % over the optimum",
    met: over <= 5,
  };
}

/** Two hours of talk: each clip filled as far as a pause lets it, or all cuts chosen together. */
function pausesBesideFullClips(): BenchmarkRow {
  const { profile } = simulateSpeech({ ...talk, seed: 1, durationMs: 7_200_000 });
  const plan = planClips(profile, limits);
  const planned = cutPauses(plan);
  const greedy = fullClipPauses(profile.spans);
  return {
    what: "median silence at the cuts of 2 h of talk, same number of calls",
    ours: `${median(planned)} ms (${plan.clips.length} calls)`,
    alternative: `${median(greedy)} ms (${greedy.length + 1} calls, clips filled one by one)`,
    ratio: `${(median(planned) / median(greedy)).toFixed(1)}× longer`,
    bar: "no more calls, longer pauses",
    met: plan.clips.length <= greedy.length + 1 && median(planned) > median(greedy),
  };
}

function cutPauses({ clips }: ClipPlan): number[] {
  return clips.slice(1).map((clip, index) => {
    const startMs = clip.speech[0]?.startMs ?? 0;
    return startMs - (clips[index]?.speech.at(-1)?.endMs ?? 0);
  });
}

/** The pauses cut by filling each clip with spans until the next one does not fit. */
function fullClipPauses(spans: readonly Span[]): number[] {
  const pauses: number[] = [];
  let keptMs = 0;
  for (const [index, span] of spans.entries()) {
    const previous = spans[index - 1];
    const gapMs = previous === undefined ? 0 : span.startMs - previous.endMs;
    const lengthMs = span.endMs - span.startMs;
    const longerMs = keptMs + Math.min(2 * paddingMs, gapMs) + lengthMs;
    if (
      previous !== undefined &&
      longerMs + Math.min(paddingMs, (spans[index + 1]?.startMs ?? Infinity) - span.endMs) > limits.maxClipMs
    ) {
      pauses.push(gapMs);
      keptMs = Math.min(paddingMs, gapMs / 2) + lengthMs;
    } else keptMs = previous === undefined ? paddingMs + lengthMs : longerMs;
  }
  return pauses;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** An hour of speech without a single weak place, heard by a recognizer that cuts words at the edges of clips. */
function wordsOverJoins(): BenchmarkRow[] {
  const speech = simulateSpeech({ ...torrent, seed: 1, durationMs: 3_600_000 });
  const plan = planClips(speech.profile, limits);
  const joins = plan.clips.filter((clip) => clip.overlapMs > 0).length;
  return [true, false].map((wordTimes) => {
    const ours = heardWords(speech, plan.clips, wordTimes);
    const naive = heardWords(
      speech,
      plan.clips.map((clip) => ({ ...clip, overlapMs: 0 })),
      wordTimes,
    );
    return {
      what: `words over ${joins} joins in an hour, ${wordTimes ? "with" : "without"} word times`,
      ours: `${ours.lost} lost, ${ours.doubled} doubled, ${ours.changed} cut of ${speech.words.length}`,
      alternative: `${naive.lost} lost, ${naive.doubled} doubled, ${naive.changed} cut (texts put end to end)`,
      ratio: `${ours.lost + ours.doubled + ours.changed} : ${naive.lost + naive.doubled + naive.changed}`,
      bar: "0 lost, 0 doubled",
      met: ours.lost + ours.doubled + ours.changed === 0,
    };
  });
}

function heardWords(
  { words, profile }: SimulatedSpeech,
  planned: readonly PlannedClip[],
  wordTimes: boolean,
): ReturnType<typeof compareWords> {
  const heard = planned.map((clip) => {
    const { text, words: times = null } = hear(clip, words, { seed: 1, wordTimes, errors: 0 });
    const { index } = clip;
    const [startMs, endMs] = [0, 0];
    return {
      planned: clip,
      recognized: {
        index,
        startMs,
        endMs,
        text,
        confidence: null,
        words: times,
        requestId: null,
        recognizer: "simulated",
      },
    };
  });
  const { durationMs } = profile;
  const about = { durationMs, recognizer: "simulated", requests: 0, lostMs: 0, cutShort: false };
  return compareWords(
    words.map((word) => word.text),
    assembleTranscript(heard, about).text,
  );
}
