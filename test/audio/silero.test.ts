import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import type { ActivityFrame, VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { blocksOf, concat, level, librivox, reference, seeded } from "./samples.ts";

let detector: VoiceActivityDetector;
let everyFrame: VoiceActivityDetector;
const speech = reference(librivox[0]!, 16_000);

beforeAll(async () => {
  detector = await createSileroDetector();
  everyFrame = await createSileroDetector({ spareSilence: false });
});
afterAll(async () => {
  await detector.close();
  await everyFrame.close();
});

async function framesOf(
  samples: Int16Array,
  options: { length?: number; from?: VoiceActivityDetector; rate?: 8000 | 16_000 } = {},
): Promise<ActivityFrame[]> {
  const { length = 16_000, from = detector, rate = 16_000 } = options;
  const stream = from.open(rate);
  const frames: ActivityFrame[] = [];
  for (const block of blocksOf(samples, length)) frames.push(...(await stream.push(block)));
  frames.push(...(await stream.end()));
  return frames;
}

const share = (frames: readonly ActivityFrame[]): number =>
  frames.filter(({ probability }) => probability > 0.5).length / frames.length;

/** How many frames the network heard: what is spared has no probability at all. */
const heard = (frames: readonly ActivityFrame[]): number =>
  frames.filter(({ probability }) => probability > 0).length;

test.each([8000, 16_000] as const)("human speech at %i Hz is heard as speech", async (rate) => {
  const frames = await framesOf(reference(librivox[0]!, rate), { rate });
  expect(frames.length).toBe(Math.ceil(7100 / detector.frameMs));
  expect(share(frames)).toBeGreaterThan(0.75);
});

test("how samples are cut into blocks makes no difference", async () => {
  const whole = await framesOf(speech, { length: speech.length });
  for (const length of [160, 511, 5000]) expect(await framesOf(speech, { length })).toEqual(whole);
});

test("streams that take turns do not hear each other", async () => {
  const [one, two] = [detector.open(16_000), detector.open(8000)];
  const narrow = reference(librivox[0]!, 8000);
  const frames: ActivityFrame[] = [];
  for (let second = 0; second < 7; second++) {
    const [wide] = await Promise.all([
      one.push(speech.subarray(second * 16_000, (second + 1) * 16_000)),
      two.push(narrow.subarray(second * 8000, (second + 1) * 8000)),
    ]);
    frames.push(...wide);
  }
  expect(frames).toEqual((await framesOf(speech)).slice(0, frames.length));
});

test("a frame's energy is its own", async () => {
  const [frame] = await framesOf(speech.subarray(16_000, 16_512));
  expect(frame!.energyDb).toBeCloseTo(level(speech.subarray(16_000, 16_512)), 3);
});

test("the last frame is filled up with silence; a stream without samples has none", async () => {
  expect(await framesOf(speech.subarray(0, 513))).toHaveLength(2);
  expect(await framesOf(new Int16Array(0))).toEqual([]);
});

describe("sparing plain silence", () => {
  const random = seeded(4);
  /** Speech between two pauses of a very quiet room. */
  const pause = (): Int16Array => Int16Array.from({ length: 48_000 }, () => (random() - 0.5) * 12);
  const scene = concat([pause(), speech, pause()]);

  test("leaves what is heard of the speech as it was", async () => {
    const [spared, full] = [await framesOf(scene), await framesOf(scene, { from: everyFrame })];
    const differing = full.filter(
      (frame, index) => frame.probability > 0.5 !== spared[index]!.probability > 0.5,
    );
    expect(differing.length).toBeLessThanOrEqual(2);
    expect(share(full)).toBeGreaterThan(0.4);
  });

  test("hears less of the silence", async () => {
    expect(heard(await framesOf(scene))).toBeLessThan(
      heard(await framesOf(scene, { from: everyFrame })) * 0.8,
    );
  });
});

test("the runtime of the network leaves no telemetry behind", async () => {
  const home = await mkdtemp(join(tmpdir(), "earshot-home-"));
  onTestFinished(async () => await rm(home, { recursive: true }));
  const module = pathToFileURL(join(import.meta.dirname, "../../src/audio/silero.ts")).href;
  const script = `const { createSileroDetector } = await import(${JSON.stringify(module)});
    await (await createSileroDetector()).close();`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { HOME: home, XDG_CACHE_HOME: join(home, "cache"), TMPDIR: home },
  });
  expect(await readdir(home, { recursive: true })).toEqual([]);
});
