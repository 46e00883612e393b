import { readdirSync } from "node:fs";

import { energyDb } from "../src/audio/energy.ts";
import { openRecording } from "../src/audio/open-recording.ts";
import type { Span } from "../src/audio/pcm.ts";
import { createSileroDetector } from "../src/audio/silero.ts";
import { profileSpeech } from "../src/audio/speech-profile.ts";
import type { VoiceActivityDetector } from "../src/audio/voice-activity.ts";
import { joinSpeech, type SpokenPart } from "../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

const sampleRate = 16_000;
const musicFolder = "/usr/share/asterisk/moh";
/** The rooms that recordings are made in, by their noise. */
const rooms = [-80, -66, -50] as const;
/** As the clip planner pads. */
const paddingMs = 200;
/** Quieter frames of the clean speech need not be found. */
const audibleDb = -45;

/** Finding speech: what sparing plain silence saves and costs, and what music costs. */
export const voiceActivityBenchmark: Benchmark = {
  name: "voice activity",
  async run() {
    const spared = await createSileroDetector();
    const full = await createSileroDetector({ spareSilence: false });
    try {
      return [...(await silence(spared, full)), await music(spared)];
    } finally {
      await spared.close();
      await full.close();
    }
  },
};

interface Heard {
  readonly cpuMs: number;
  readonly spans: readonly Span[];
}

async function hear(samples: Int16Array, detector: VoiceActivityDetector): Promise<Heard> {
  const before = process.cpuUsage();
  const { spans } = await profileSpeech([samples], { detector, sampleRate });
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, spans };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Real speech with pauses of up to 3 s, in rooms of different noise: the time, and what of the speech padding would not cover. */
async function silence(spared: VoiceActivityDetector, full: VoiceActivityDetector): Promise<BenchmarkRow[]> {
  const spoken = await humanSpeech({ limit: 60 });
  const totals = { ours: { cpuMs: 0, missedMs: 0, spans: 0 }, theirs: { cpuMs: 0, missedMs: 0, spans: 0 } };
  let audibleMs = 0;
  for (const [seed, noiseDb] of rooms.entries()) {
    const pauseMs = [300, 3000] as const;
    const clean = joinSpeech(spoken, { seed, pauseMs, noiseDb: -Infinity });
    const audible = audibleFrames(clean.samples, clean.parts);
    audibleMs += audible.length * 10;
    const { samples } = joinSpeech(spoken, { seed, pauseMs, noiseDb });
    for (const [which, detector] of [
      ["ours", spared],
      ["theirs", full],
    ] as const) {
      const { cpuMs, spans } = await hear(samples, detector);
      totals[which].cpuMs += cpuMs;
      totals[which].spans += spans.length;
      totals[which].missedMs += missed(audible, spans);
    }
  }
  const { ours, theirs } = totals;
  return [
    {
      what: "processor time to find the speech",
      ours: seconds(ours.cpuMs),
      alternative: `${seconds(theirs.cpuMs)}, every frame heard`,
      ratio: `${(ours.cpuMs / theirs.cpuMs).toFixed(2)}× the time`,
      bar: "less time",
      met: ours.cpuMs < theirs.cpuMs,
    },
    {
      what: `speech of ${seconds(audibleMs)} that ${paddingMs} ms of padding do not cover`,
      ours: `${seconds(ours.missedMs)} in ${ours.spans} spans`,
      alternative: `${seconds(theirs.missedMs)} in ${theirs.spans} spans, every frame heard`,
      ratio: `${((ours.missedMs - theirs.missedMs) / 10).toFixed(0)} frames more`,
      bar: "0.02 % more at most",
      met: ours.missedMs - theirs.missedMs <= audibleMs * 0.0002,
    },
  ];
}

/** Starts in ms of the frames of 10 ms in which something is said aloud. */
function audibleFrames(samples: Int16Array, parts: readonly SpokenPart[]): number[] {
  return parts.flatMap(({ startMs, endMs }) => {
    const frames: number[] = [];
    for (let ms = Math.ceil(startMs / 10) * 10; ms + 10 <= endMs; ms += 10) {
      if (energyDb(samples.subarray(ms * 16, (ms + 10) * 16)) > audibleDb) frames.push(ms);
    }
    return frames;
  });
}

function missed(audible: readonly number[], spans: readonly Span[]): number {
  let next = 0;
  return (
    10 *
    audible.filter((ms) => {
      while (next < spans.length && (spans[next]?.endMs ?? 0) + paddingMs < ms + 10) next += 1;
      return ms < (spans[next]?.startMs ?? Infinity) - paddingMs;
    }).length
  );
}

/** Music on hold, all that the package has. */
async function music(detector: VoiceActivityDetector): Promise<BenchmarkRow> {
  const { signal } = new AbortController();
  let totalMs = 0;
  let oursMs = 0;
  let loudMs = 0;
  for (const name of readdirSync(musicFolder).filter((file) => file.endsWith(".wav"))) {
    const recording = await openRecording(`${musicFolder}/${name}`, { maxDurationMs: 3_600_000, signal });
    const profile = await profileSpeech(recording.decode({ sampleRate, signal }), { detector, sampleRate });
    totalMs += profile.durationMs;
    oursMs += profile.spans.reduce((sum, span) => sum + span.endMs - span.startMs, 0);
    loudMs += profile.energyDb.filter((db) => db > audibleDb).length * profile.energyStepMs;
  }
  const share = (ms: number): string => `${((100 * ms) / totalMs).toFixed(1)} %`;
  return {
    what: `music taken for speech, of ${(totalMs / 60_000).toFixed(0)} min`,
    ours: share(oursMs),
    alternative: `${share(loudMs)}, by loudness alone`,
    ratio: oursMs === 0 ? "no recognizer call" : `${(loudMs / oursMs).toFixed(0)}× less`,
    bar: "none",
    met: oursMs === 0,
  };
}
