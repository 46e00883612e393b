import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cutClips } from "../../src/audio/clip-cutter.ts";
import { type ClipPlan, planClips } from "../../src/audio/clip-plan.ts";
import type { Clip } from "../../src/audio/pcm.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { simulateSpeech, talk, torrent } from "./simulated-speech.ts";

/** Samples that tell where they are from, in blocks of random length. */
function* numbered(samples: number, random: () => number): Generator<Int16Array> {
  for (let start = 0; start < samples;) {
    const length = Math.min(samples - start, 1 + Math.floor(random() * 16_000));
    const from = start;
    yield Int16Array.from({ length }, (_, index) => numberAt(from + index));
    start += length;
  }
}

function numberAt(position: number): number {
  return ((position * 7919) % 65_536) - 32_768;
}

/** The samples a clip should hold, by its own pieces. */
function expectedSamples(clip: Clip): Int16Array {
  const perMs = clip.sampleRate / 1000;
  return Int16Array.from(
    clip.pieces.flatMap(({ startMs, durationMs }) =>
      Array.from({ length: durationMs * perMs }, (_, index) => numberAt(startMs * perMs + index)),
    ),
  );
}

const plan: ClipPlan = {
  sampleRate: 8000,
  clips: [
    {
      index: 0,
      durationMs: 300,
      pieces: [
        { clipStartMs: 0, startMs: 100, durationMs: 200 },
        { clipStartMs: 200, startMs: 1000, durationMs: 100 },
      ],
      speech: [],
      overlapMs: 0,
    },
    {
      index: 1,
      durationMs: 100,
      pieces: [{ clipStartMs: 0, startMs: 1050, durationMs: 100 }],
      speech: [],
      overlapMs: 50,
    },
  ],
};

describe("cutClips", () => {
  test("gives each clip exactly the samples its pieces name, however the blocks fall", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 1000, max: 60_000 }),
        fc.constantFrom(8000 as const, 16_000 as const),
        fc.constantFrom(talk, torrent),
        async (seed, durationMs, sampleRate, style) => {
          const { profile } = simulateSpeech({ ...style, seed, durationMs });
          const planned = planClips(profile, { maxClipMs: 8000, sampleRate });
          const clips = await Array.fromAsync(
            cutClips(numbered((durationMs * sampleRate) / 1000, seededRandom(seed)), planned),
          );
          expect(
            clips.map(({ index, pieces, speech, overlapMs }) => ({ index, pieces, speech, overlapMs })),
          ).toEqual(
            planned.clips.map(({ index, pieces, speech, overlapMs }) => ({
              index,
              pieces,
              speech,
              overlapMs,
            })),
          );
          for (const clip of clips) {
            expect(clip.samples.length).toBeLessThanOrEqual(8 * sampleRate);
            expect(
              Buffer.compare(Buffer.from(clip.samples.buffer), Buffer.from(expectedSamples(clip).buffer)),
            ).toBe(0);
          }
        },
      ),
      { seed: 4, numRuns: 30 },
    );
  });

  test("gives a clip out before the block after its last sample is asked for", async () => {
    const asked: number[] = [];
    const blocks = function* (): Generator<Int16Array> {
      for (let block = 0; block < 40; block += 1) {
        asked.push(block);
        yield new Int16Array(400);
      }
    };
    const clips = cutClips(blocks(), plan);
    await clips.next();
    expect(asked.at(-1)).toBe(1100 / 50 - 1);
  });

  test("stops decoding after the last clip", async () => {
    let ended = false;
    const blocks = function* (): Generator<Int16Array> {
      try {
        for (;;) yield new Int16Array(400);
      } finally {
        ended = true;
      }
    };
    expect(await Array.fromAsync(cutClips(blocks(), plan))).toHaveLength(2);
    expect(ended).toBe(true);
  });

  test("ends the decoding when its reader stops", async () => {
    let ended = false;
    const blocks = function* (): Generator<Int16Array> {
      try {
        for (;;) yield new Int16Array(400);
      } finally {
        ended = true;
      }
    };
    for await (const clip of cutClips(blocks(), plan)) if (clip.index === 0) break;
    expect(ended).toBe(true);
  });

  test("gives out what there is where the samples end inside a clip", async () => {
    const clips = await Array.fromAsync(cutClips([new Int16Array(8 * 1020)], plan));
    expect(clips).toHaveLength(1);
    expect(clips[0]?.samples).toHaveLength(8 * 220);
    expect(clips[0]?.pieces).toEqual([
      { clipStartMs: 0, startMs: 100, durationMs: 200 },
      { clipStartMs: 200, startMs: 1000, durationMs: 20 },
    ]);
  });

  test("holds no more than two clips of a two-hour torrent of speech", async () => {
    const durationMs = 7_200_000;
    const { profile } = simulateSpeech({ ...torrent, seed: 9, durationMs });
    const planned = planClips(profile, { maxClipMs: 30_000, sampleRate: 8000 });
    const silence = new Int16Array(8000);
    const blocks = function* (): Generator<Int16Array> {
      for (let second = 0; second < durationMs / 1000; second += 1) yield silence;
    };
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const given: WeakRef<Int16Array>[] = [];
    const held: number[] = [];
    for await (const { index, samples } of cutClips(blocks(), planned)) {
      given.push(new WeakRef(samples));
      if (index % 32 !== 31) continue;
      // A weak reference holds on until the turn of the event loop is over.
      await setImmediate();
      collectGarbage();
      held.push(given.filter((reference) => reference.deref() !== undefined).length);
    }
    expect(held.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...held)).toBeLessThanOrEqual(2);
  });
});
