import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type ClipPlan, planClips } from "../../src/audio/clip-plan.ts";
import type { Span } from "../../src/audio/pcm.ts";
import type { SpeechProfile } from "../../src/audio/speech-profile.ts";
import { fewestClips } from "./fewest-clips.ts";
import { simulateSpeech, talk, torrent } from "./simulated-speech.ts";

const limits = { maxClipMs: 30_000, sampleRate: 16_000 } as const;

/** A profile whose speech is loud and whose silence is silent, with quiet places where told. */
function profile(
  durationMs: number,
  spans: readonly Span[],
  quiet: readonly (Span & { readonly db: number })[] = [],
): SpeechProfile {
  const energyDb = new Float32Array(Math.ceil(durationMs / 10)).fill(-90);
  for (const { startMs, endMs } of spans) energyDb.fill(-20, Math.floor(startMs / 10), Math.ceil(endMs / 10));
  for (const { startMs, endMs, db } of quiet) energyDb.fill(db, startMs / 10, endMs / 10);
  return { durationMs, spans, energyDb, energyStepMs: 10 };
}

function rangesOf(plan: ClipPlan): { startMs: number; endMs: number }[][] {
  return plan.clips.map((clip) =>
    clip.pieces.map(({ startMs, durationMs }) => ({ startMs, endMs: startMs + durationMs })),
  );
}

/** How often each ms of the recording is in a clip. */
function coverage(plan: ClipPlan, durationMs: number): Uint8Array {
  const times = new Uint8Array(Math.ceil(durationMs));
  for (const { startMs, endMs } of rangesOf(plan).flat())
    for (let ms = startMs; ms < endMs; ms += 1) times[ms] = (times[ms] ?? 0) + 1;
  return times;
}

/** What a plan promises, whatever the speech. */
function expectSound(plan: ClipPlan, { spans, durationMs }: SpeechProfile, maxClipMs: number): void {
  const declared = new Uint8Array(Math.ceil(durationMs)).fill(1);
  for (const [index, clip] of plan.clips.entries()) {
    expect(clip.index).toBe(index);
    expect(clip.durationMs).toBeLessThanOrEqual(maxClipMs);
    expect(clip.speech).not.toEqual([]);
    let clipMs = 0;
    let lastMs = -1;
    for (const piece of clip.pieces) {
      expect(piece.clipStartMs).toBe(clipMs);
      expect(piece.startMs).toBeGreaterThan(lastMs);
      expect(piece.durationMs).toBeGreaterThan(0);
      expect(Number.isInteger(piece.startMs) && Number.isInteger(piece.durationMs)).toBe(true);
      clipMs += piece.durationMs;
      lastMs = piece.startMs + piece.durationMs;
    }
    expect(clip.durationMs).toBe(clipMs);
    const startMs = clip.pieces[0]?.startMs ?? 0;
    declared.fill(2, startMs, startMs + clip.overlapMs);
  }
  const times = coverage(plan, durationMs);
  const wrong = (from: number, to: number): number | undefined => {
    for (let ms = from; ms < to; ms += 1) if (times[ms] !== declared[ms]) return ms;
    return undefined;
  };
  for (const { startMs, endMs } of spans)
    expect(wrong(Math.floor(startMs), Math.min(Math.ceil(endMs), Math.ceil(durationMs)))).toBeUndefined();
  expect(times.some((count, ms) => count > (declared[ms] ?? 1))).toBe(false);
}

describe("a plan", () => {
  const someSpeech = fc.record({
    seed: fc.nat(),
    durationMs: fc.integer({ min: 500, max: 200_000 }),
    style: fc.constantFrom(talk, torrent, { ...talk, phraseWords: [1, 40] as const, noiseDb: -35 }),
    maxClipMs: fc.constantFrom(1000, 4000, 9000, 15_000, 30_000, 46_875.5),
  });

  test("holds every ms of speech exactly once or in a declared overlap, in clips that fit, whatever is said", () => {
    fc.assert(
      fc.property(someSpeech, ({ seed, durationMs, style, maxClipMs }) => {
        const { profile } = simulateSpeech({ ...style, seed, durationMs });
        expectSound(planClips(profile, { ...limits, maxClipMs }), profile, maxClipMs);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test("holds it for spans of any length and distance too, fractions of a ms included", () => {
    const spans = fc
      .array(
        fc.record({
          gapMs: fc.oneof(
            fc.double({ min: 0, max: 700, noNaN: true }),
            fc.double({ min: 0, max: 20_000, noNaN: true }),
          ),
          lengthMs: fc.oneof(
            fc.double({ min: 0.1, max: 50, noNaN: true }),
            fc.double({ min: 1, max: 4000, noNaN: true }),
            fc.double({ min: 1, max: 150_000, noNaN: true }),
          ),
        }),
        { maxLength: 12 },
      )
      .map((parts) => {
        let timeMs = 0;
        return parts.map(({ gapMs, lengthMs }) => {
          const startMs = timeMs + gapMs;
          timeMs = startMs + lengthMs;
          return { startMs, endMs: timeMs };
        });
      });
    fc.assert(
      fc.property(spans, fc.double({ min: 0, max: 900, noNaN: true }), (found, tailMs) => {
        const speech = profile((found.at(-1)?.endMs ?? 0) + tailMs, found);
        expectSound(planClips(speech, limits), speech, limits.maxClipMs);
      }),
      { seed: 2, numRuns: 150 },
    );
  });

  test("is the same for the same profile and limits", () => {
    const speech = { ...torrent, seed: 5, durationMs: 300_000 };
    expect(planClips(simulateSpeech(speech).profile, limits)).toEqual(
      planClips(simulateSpeech(speech).profile, limits),
    );
  });

  test("needs no more clips than the best of all ways to cut at the pauses", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            gapMs: fc.integer({ min: 100, max: 2000 }),
            lengthMs: fc.integer({ min: 10, max: 29_000 }),
          }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        (parts) => {
          let timeMs = 0;
          const spans = parts.map(({ gapMs, lengthMs }) => {
            const startMs = timeMs + gapMs;
            timeMs = startMs + lengthMs;
            return { startMs, endMs: timeMs };
          });
          const plan = planClips(profile(timeMs + 1000, spans), limits);
          expect(plan.clips).toHaveLength(fewestClips(spans, { maxClipMs: 30_000, paddingMs: 250 }));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  test("fills its clips to the brim where speech has no weak place at all", () => {
    const spans = [{ startMs: 1000, endMs: 7_201_000 }];
    const plan = planClips(profile(7_202_000, spans), limits);
    // The first clip has 250 ms of padding; each further one holds 2 s of the one before again.
    expect(plan.clips).toHaveLength(1 + Math.ceil((7_200_500 - 30_000) / 28_000));
  });

  test("is empty where nobody speaks", () => {
    expect(planClips(profile(60_000, []), limits).clips).toEqual([]);
  });

  test("refuses clips shorter than a second", () => {
    expect(() => planClips(profile(5000, []), { ...limits, maxClipMs: 999 })).toThrow(RangeError);
  });
});

describe("a cut", () => {
  test("goes into the longest pause that still gives the fewest clips", () => {
    const spans = [
      { startMs: 0, endMs: 12_000 },
      { startMs: 12_400, endMs: 20_000 },
      { startMs: 21_500, endMs: 27_000 },
      { startMs: 27_450, endMs: 45_000 },
    ];
    expect(rangesOf(planClips(profile(45_000, spans), limits))).toEqual([
      [{ startMs: 0, endMs: 20_250 }],
      [{ startMs: 21_250, endMs: 45_000 }],
    ]);
  });

  test("prefers the silent one of two pauses of the same length", () => {
    const spans = [
      { startMs: 0, endMs: 15_000 },
      { startMs: 16_000, endMs: 20_000 },
      { startMs: 21_000, endMs: 40_000 },
    ];
    const plan = planClips(profile(40_000, spans, [{ startMs: 15_000, endMs: 16_000, db: -24 }]), limits);
    expect(plan.clips[1]?.pieces[0]?.startMs).toBe(20_750);
  });

  test("falls into a silence inside a span as into a pause", () => {
    const spans = [
      { startMs: 0, endMs: 20_000 },
      { startMs: 20_500, endMs: 40_000 },
    ];
    const silence = { startMs: 14_000, endMs: 14_280, db: -80 };
    const more = { startMs: 29_000, endMs: 29_280, db: -80 };
    const plan = planClips(profile(40_000, spans, [silence, more]), { ...limits, maxClipMs: 15_500 });
    expect(rangesOf(plan)).toEqual([
      [{ startMs: 0, endMs: 14_140 }],
      [{ startMs: 14_140, endMs: 29_140 }],
      [{ startMs: 29_140, endMs: 40_000 }],
    ]);
  });

  test("falls into the deepest dip where there is no pause, and sends nothing twice", () => {
    const dips = [
      { startMs: 14_000, endMs: 14_170, db: -38 },
      { startMs: 21_000, endMs: 21_170, db: -70 },
      { startMs: 26_000, endMs: 26_170, db: -45 },
    ];
    const plan = planClips(profile(45_000, [{ startMs: 0, endMs: 45_000 }], dips), limits);
    expect(rangesOf(plan)).toEqual([[{ startMs: 0, endMs: 21_085 }], [{ startMs: 21_085, endMs: 45_000 }]]);
    expect(plan.clips.map((clip) => clip.overlapMs)).toEqual([0, 0]);
  });

  test("ignores dips in speech that fits between two pauses", () => {
    const spans = [
      { startMs: 0, endMs: 25_000 },
      { startMs: 25_500, endMs: 50_000 },
    ];
    const plan = planClips(profile(50_000, spans, [{ startMs: 20_000, endMs: 20_150, db: -80 }]), limits);
    expect(plan.clips.map((clip) => clip.speech)).toEqual(spans.map((span) => [span]));
  });

  test("does not fall into the closure of a consonant", () => {
    const closures = Array.from({ length: 40 }, (_, index) => ({
      startMs: index * 1000,
      endMs: index * 1000 + 90,
      db: -80,
    }));
    const plan = planClips(profile(40_000, [{ startMs: 0, endMs: 40_000 }], closures), limits);
    expect(plan.clips[1]?.overlapMs).toBeGreaterThanOrEqual(1500);
  });

  test("overlaps by 1.5 s or more where speech has no weak place, and there alone", () => {
    const spans = [
      { startMs: 0, endMs: 10_000 },
      { startMs: 12_000, endMs: 52_000 },
      { startMs: 53_000, endMs: 61_000 },
    ];
    const plan = planClips(profile(61_000, spans), limits);
    expect(plan.clips).toHaveLength(3);
    expect(plan.clips.filter((clip) => clip.overlapMs > 0).map((clip) => clip.overlapMs >= 1500)).toEqual([
      true,
    ]);
  });

  test("lets an overlap begin and end in the quietest places it can reach", () => {
    const quiet = [
      { startMs: 19_000, endMs: 19_050, db: -27 },
      { startMs: 21_000, endMs: 21_050, db: -27 },
    ];
    const plan = planClips(profile(45_000, [{ startMs: 0, endMs: 45_000 }], quiet), limits);
    expect(plan.clips).toHaveLength(2);
    expect(plan.clips[1]?.pieces[0]?.startMs).toBeGreaterThanOrEqual(19_000);
    expect(plan.clips[1]?.pieces[0]?.startMs).toBeLessThan(19_050);
  });

  test("never goes through a word where words have gaps between them", () => {
    const { profile: speech, words } = simulateSpeech({
      ...talk,
      wordGapMs: [70, 120],
      phraseGapMs: [150, 220],
      repeats: 0,
      seed: 11,
      durationMs: 600_000,
    });
    const edges = rangesOf(planClips(speech, limits)).flatMap((ranges) => [
      ranges[0]?.startMs ?? 0,
      ranges.at(-1)?.endMs ?? 0,
    ]);
    expect(edges.length).toBeGreaterThan(40);
    expect(edges.filter((edge) => words.some((word) => word.startMs < edge && edge < word.endMs))).toEqual(
      [],
    );
  });
});

describe("silence", () => {
  test("is left out of a clip but for its padding, and counted in the clip's own time", () => {
    const spans = [
      { startMs: 5000, endMs: 8000 },
      { startMs: 60_000, endMs: 64_000 },
    ];
    const plan = planClips(profile(90_000, spans), limits);
    expect(plan.clips).toEqual([
      {
        index: 0,
        durationMs: 8000,
        pieces: [
          { clipStartMs: 0, startMs: 4750, durationMs: 3500 },
          { clipStartMs: 3500, startMs: 59_750, durationMs: 4500 },
        ],
        speech: spans,
        overlapMs: 0,
      },
    ]);
  });

  test("is kept whole where it is shorter than the padding of both sides", () => {
    const spans = [
      { startMs: 1000, endMs: 2000 },
      { startMs: 2480, endMs: 3000 },
    ];
    expect(rangesOf(planClips(profile(10_000, spans), limits))).toEqual([[{ startMs: 750, endMs: 3250 }]]);
  });

  test("between two clips is shared where it is too short for the padding of both", () => {
    const spans = [
      { startMs: 300, endMs: 28_000 },
      { startMs: 28_300, endMs: 50_000 },
    ];
    const plan = planClips(profile(50_000, spans, [{ startMs: 28_000, endMs: 28_200, db: -50 }]), limits);
    expect(rangesOf(plan)).toEqual([[{ startMs: 50, endMs: 28_250 }], [{ startMs: 28_250, endMs: 50_000 }]]);
  });
});
