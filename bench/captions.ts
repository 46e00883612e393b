import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createSileroDetector } from "../src/audio/silero.ts";
import type { VoiceActivityDetector } from "../src/audio/voice-activity.ts";
import type { ScheduledRecognizer } from "../src/recognizers/recognizer.ts";
import { joinSpeech } from "../src/sandbox/joined-speech.ts";
import { opusPackets } from "../src/sandbox/opus-packets.ts";
import { humanSpeech, type SpokenText } from "../src/sandbox/speech.ts";
import { createCaptions } from "../src/transcription/captions.ts";
import type { Caption } from "../src/transcription/caption.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

const sampleRate = 16_000;
const answerMs = 800;
const pauseMs = 1200;
const slackMs = 150;
/** Slots of the quota: (1000 + 35) / 3 ms apart, as src/recognizers/slots.ts lays them for three requests a second. */
const slotMs = 1035 / 3;

/**
 * Captions on a clock of their own, as fast as the sound can be heard: decoder, speech detection, cutter, queue, merging and order
 * are the real ones; the recognizer answers after 0.8 s of that clock, and the quota's slots are computed on it.
 */
export const captionsBenchmark: Benchmark = {
  name: "captions",
  async run() {
    const detector = await createSileroDetector();
    try {
      const prompts = await humanSpeech({ limit: 40, maxSeconds: 6 });
      return [await delay(detector, prompts), await crowd(detector, prompts), await hour(detector, prompts)];
    } finally {
      await detector.close();
    }
  },
};

interface Scene {
  readonly given: readonly { readonly caption: Caption; readonly atMs: number }[];
  readonly calls: number;
  readonly gaps: number;
  /** Plays the packets that are due up to a time. */
  playTo(untilMs: number): Promise<void>;
  end(): Promise<void>;
}

interface Voice {
  readonly speakerId: string;
  readonly startMs: number;
  /** Said over and over where the scene is longer. */
  readonly packets: readonly Uint8Array[];
  readonly loops: boolean;
}

function setScene(detector: VoiceActivityDetector, voices: readonly Voice[], quota: boolean): Scene {
  let nowMs = 0;
  let nextSlotMs = 0;
  const waiting: { readonly timeMs: number; readonly wake: () => void }[] = [];
  const until = async (timeMs: number): Promise<void> =>
    new Promise((resolve) => void waiting.push({ timeMs, wake: resolve }));
  const recognizer: ScheduledRecognizer = {
    name: "sis",
    identity: "sis",
    maxClipMs: 30_000,
    sampleRate,
    async recognize(clip, { onRequest }) {
      if (quota) {
        nextSlotMs = Math.max(nowMs, nextSlotMs + slotMs);
        await until(nextSlotMs);
      }
      onRequest?.();
      await until(nowMs + answerMs);
      // A word for each second of speech, so that words stand for time.
      const spokenMs = clip.speech.reduce((sum, span) => sum + span.endMs - span.startMs, 0);
      const text = Array.from({ length: Math.max(1, Math.round(spokenMs / 1000)) }, () => "word").join(" ");
      return { text, confidence: 0.9 };
    },
  };
  const captions = createCaptions({
    recognizer,
    detector,
    guildId: "1",
    sessionStartMs: 0,
    limits: { tickMs: 0 },
    now: () => nowMs,
  });
  const given: { caption: Caption; atMs: number }[] = [];
  const reading = (async () => {
    for await (const caption of captions.captions) given.push({ caption, atMs: nowMs });
  })();
  const packetOf = ({ startMs, packets, loops }: Voice): Uint8Array | undefined => {
    const index = (nowMs - startMs) / 20;
    if (index < 0) return undefined;
    return packets[loops ? index % packets.length : index];
  };
  return {
    given,
    get calls() {
      return captions.stats.calls;
    },
    get gaps() {
      return captions.stats.gaps;
    },
    async playTo(untilMs) {
      for (; nowMs < untilMs; nowMs += 20) {
        const tick = nowMs / 20;
        await Promise.all(
          voices.map(async (voice, ssrc) => {
            const payload = packetOf(voice);
            if (!payload) return;
            const fields = { sequence: tick & 0xffff, timestamp: (tick * 960) >>> 0, ssrc, arrivedMs: nowMs };
            await captions.hear(voice.speakerId, { ...fields, payload });
          }),
        );
        if (nowMs % 100 === 0) await captions.advance(nowMs);
        for (const one of waiting.splice(0)) {
          if (one.timeMs <= nowMs) one.wake();
          else waiting.push(one);
        }
        for (let round = 0; round < 3; round++) await new Promise(setImmediate);
      }
    },
    async end() {
      await captions.end(0);
      await reading;
    },
  };
}

const silence = Array.from({ length: 5 }, () => Uint8Array.of(0xf8, 0xff, 0xfe));

/** One turn after the other, each answered before the next: what a caption takes from the end of the speech. */
async function delay(detector: VoiceActivityDetector, prompts: readonly SpokenText[]): Promise<BenchmarkRow> {
  const delays: number[] = [];
  for (const prompt of prompts.slice(0, 40)) {
    const packets = [...(await opusPackets(prompt)), ...silence];
    const scene = setScene(detector, [{ speakerId: "1", startMs: 0, packets, loops: false }], false);
    await scene.playTo(prompt.samples.length / 16 + 4000);
    await scene.end();
    const last = scene.given.at(-1);
    if (last) delays.push(last.atMs - last.caption.endMs);
  }
  const p95 = percentile(delays, 0.95);
  const bar = pauseMs + answerMs + slackMs;
  return {
    what: `captions: end of speech → caption, p95 of ${delays.length} turns, recognizer answering in 0.8 s`,
    ours: `${p95.toFixed(0)} ms`,
    alternative: "10000 ms + 800 ms, cut every ten seconds",
    ratio: `${(10_800 / p95).toFixed(1)}× sooner`,
    bar: `at most ${bar} ms: pause, recognizer, ${slackMs} ms`,
    met: delays.length >= 30 && p95 <= bar,
  };
}

const crowdSize = 70;
const crowdMs = 90_000;

/** Everybody talks all the time. Calls stay three a second, so clips are merged; nothing may be dropped. */
async function crowd(detector: VoiceActivityDetector, prompts: readonly SpokenText[]): Promise<BenchmarkRow> {
  const talks = await Promise.all(
    Array.from({ length: 10 }, async (_, seed) => {
      const talk = joinSpeech([...prompts.slice(seed * 3), ...prompts].slice(0, 8), {
        seed,
        pauseMs: [50, 250],
      });
      return opusPackets(talk);
    }),
  );
  const voices = Array.from({ length: crowdSize }, (_, index) => ({
    speakerId: String(index),
    startMs: (index % 50) * 20,
    packets: talks[index % talks.length] ?? [],
    loops: true,
  }));
  const scene = setScene(detector, voices, true);
  await scene.playTo(crowdMs);
  const behind = scene.given.map(({ atMs, caption }) => atMs - caption.endMs);
  const late = percentile(behind, 0.95);
  const perSecond = scene.calls / (crowdMs / 1000);
  const { gaps } = scene;
  const heard = new Set(scene.given.map(({ caption }) => caption.speakerId)).size;
  await scene.end();
  return {
    what: `captions: ${crowdSize} people who talk all the time at 3 requests a second, ${crowdMs / 1000} s`,
    ours: `${gaps} gaps, ${heard} people captioned, p95 ${(late / 1000).toFixed(0)} s behind, ${perSecond.toFixed(2)} calls/s`,
    alternative: `${(crowdSize / 10).toFixed(1)} calls/s, one for ten seconds each`,
    ratio: `${(crowdSize / 10 / perSecond).toFixed(1)}× fewer calls`,
    bar: "no gap, everybody captioned",
    met: gaps === 0 && heard === crowdSize && perSecond <= 3,
  };
}

/** One person talks for an hour. */
async function hour(detector: VoiceActivityDetector, prompts: readonly SpokenText[]): Promise<BenchmarkRow> {
  const packets = await opusPackets(joinSpeech(prompts.slice(0, 20), { seed: 9, pauseMs: [200, 2500] }));
  const scene = setScene(detector, [{ speakerId: "1", startMs: 0, packets, loops: true }], true);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const memory = (): number => {
    collect();
    return process.memoryUsage.rss();
  };
  await scene.playTo(300_000);
  const early = memory();
  await scene.playTo(3_600_000);
  const growth = memory() - early;
  await scene.end();
  const pcm = 3300 * sampleRate * 2;
  return {
    what: "captions: memory that a speaker adds from the 5th to the 60th minute of talk",
    ours: `${(growth / 1e6).toFixed(1)} MB`,
    alternative: `${(pcm / 1e6).toFixed(0)} MB, the sound kept`,
    ratio: `${((100 * Math.max(0, growth)) / pcm).toFixed(0)} %`,
    bar: "less than 20 MB",
    met: growth < 20e6,
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}
