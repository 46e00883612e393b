import { readdirSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import { profileSpeech, type SpeechProfile } from "../../src/audio/speech-profile.ts";
import type { SpeechEvent } from "../../src/audio/speech-spans.ts";
import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { blocksOf, ffmpeg, joined, librivox, reference, samplesOf, seeded } from "./samples.ts";

let detector: VoiceActivityDetector;
beforeAll(async () => {
  detector = await createSileroDetector();
});
afterAll(async () => detector.close());

async function profile(samples: Int16Array, sampleRate: 8000 | 16_000 = 16_000): Promise<SpeechProfile> {
  return profileSpeech(blocksOf(samples, sampleRate), { detector, sampleRate });
}

describe.each([8000, 16_000] as const)("three readings between pauses of 1.5 s, at %i Hz", (sampleRate) => {
  const scene = joined(
    [librivox[0]!, librivox[1]!, librivox[0]!].map((file) => reference(file, sampleRate)),
    { sampleRate, gapMs: 1500 },
  );

  test("each is found, tightly: nothing of it is missing beyond what padding covers, and no pause is in it", async () => {
    const { spans, durationMs } = await profile(scene.samples, sampleRate);
    expect(durationMs).toBe(7100 * 2 + 2990 + 4 * 1500);
    for (const reading of scene.spans) {
      const inside = spans.filter((span) => span.endMs > reading.startMs && span.startMs < reading.endMs);
      expect(inside[0]!.startMs - reading.startMs).toBeLessThan(500);
      expect(reading.endMs - inside.at(-1)!.endMs).toBeLessThan(500);
      expect(inside[0]!.startMs).toBeGreaterThan(reading.startMs - 100);
      expect(inside.at(-1)!.endMs).toBeLessThan(reading.endMs + 250);
    }
  });

  test("spans are in order and apart", async () => {
    const { spans } = await profile(scene.samples, sampleRate);
    const edges = spans.flatMap((span) => [span.startMs, span.endMs]);
    expect(edges).toEqual([...edges].sort((one, other) => one - other));
  });
});

/** Ten seconds of one of ffmpeg's sources, or a minute of a file. */
const generated = (source: string): Int16Array => listen("-f", "lavfi", "-t", "10", "-i", source);
const listen = (...input: string[]): Int16Array =>
  samplesOf(ffmpeg([...input, "-ac", "1", "-ar", "16000", "-f", "s16le", "-"]));

describe("what nobody says is no speech", () => {
  const random = seeded(9);
  type Sound = readonly [name: string, samples: () => Int16Array];
  const folder = "/usr/share/asterisk/moh";
  const music = readdirSync(folder)
    .filter((name) => name.endsWith(".wav"))
    .map((name): Sound => [`music: ${name}`, () => listen("-t", "60", "-i", `${folder}/${name}`)]);

  test("there is music to listen to", () => {
    expect(music.length).toBeGreaterThan(2);
  });

  test.each<Sound>([
    ...music,
    ["digital silence", (): Int16Array => new Int16Array(160_000)],
    ["white noise", (): Int16Array => Int16Array.from({ length: 160_000 }, () => (random() - 0.5) * 20_000)],
    ["pink noise", (): Int16Array => generated("anoisesrc=c=pink:r=16000:a=0.3:seed=1")],
    ["a tone of 440 Hz", (): Int16Array => generated("sine=f=440:r=16000")],
    [
      "a ringing tone",
      (): Int16Array => generated("aevalsrc='0.4*(sin(2*PI*440*t)+sin(2*PI*480*t))*lt(mod(t,3),1)':s=16000"),
    ],
    [
      "clicks",
      (): Int16Array => Int16Array.from({ length: 160_000 }, (_, at) => (at % 8000 < 8 ? 30_000 : 0)),
    ],
  ])("%s", async (_, samples) => {
    expect((await profile(samples())).spans).toEqual([]);
  });
});

test("energy is measured every 10 ms of the recording", async () => {
  const { energyDb, energyStepMs } = await profile(new Int16Array(16_080));
  expect(energyStepMs).toBe(10);
  expect(energyDb).toHaveLength(101);
  expect(Math.max(...energyDb)).toBe(-100);
});

test("speech up to the last sample ends with the recording, not with the last frame's filling", async () => {
  const samples = reference(librivox[0]!, 16_000).subarray(0, 40_100);
  const { spans, durationMs } = await profile(samples);
  expect(spans.at(-1)!.endMs).toBeLessThanOrEqual(durationMs);
  expect(spans.at(-1)!.endMs).toBeGreaterThan(durationMs - 300);
});

test("that somebody speaks is told long before the recording is heard to its end", async () => {
  const speech = reference(librivox[0]!, 16_000);
  const told: { event: SpeechEvent; blocks: number }[] = [];
  let blocks = 0;
  function* counted(): Generator<Int16Array> {
    for (const block of blocksOf(speech, 1600)) {
      blocks += 1;
      yield block;
    }
  }
  const { spans } = await profileSpeech(counted(), {
    detector,
    sampleRate: 16_000,
    onEvent: (event) => told.push({ event, blocks }),
  });
  expect(told[0]).toMatchObject({ event: { kind: "started", startMs: spans[0]!.startMs } });
  expect(told[0]!.blocks).toBeLessThan(12);
  expect(told.flatMap(({ event }) => (event.kind === "ended" ? [event.span] : []))).toEqual(spans);
});

test("what the blocks throw comes through", async () => {
  const reason = new Error("enough");
  // oxlint-disable-next-line require-yield
  function* failing(): Generator<Int16Array> {
    throw reason;
  }
  await expect(profileSpeech(failing(), { detector, sampleRate: 16_000 })).rejects.toBe(reason);
});
