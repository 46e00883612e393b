import { expect, test } from "vitest";

import type { SampleRate } from "../../src/audio/pcm.ts";
import { clipAtRate } from "../../src/audio/resample.ts";

/** Half a second of a tone of this height. */
function tone(hertz: number, sampleRate: SampleRate): Int16Array {
  return Int16Array.from({ length: sampleRate / 2 }, (_, index) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hertz * index) / sampleRate)),
  );
}

function at(samples: Int16Array, from: SampleRate, to: SampleRate): Int16Array {
  const clip = { index: 0, samples, sampleRate: from, pieces: [], speech: [], overlapMs: 0 };
  return clipAtRate(clip, to).samples;
}

/** The largest difference but at the ends, where a filter sees only half of what it needs. */
function worst(one: Int16Array, other: Int16Array): number {
  expect(one.length).toBe(other.length);
  const inner = one.subarray(50, -50);
  return Math.max(...inner.map((sample, index) => Math.abs(sample - (other[index + 50] ?? 0))));
}

test.each([100, 440, 1000, 2000, 3000])("a tone of %i Hz stays what it is, up and down", (hertz) => {
  const [narrow, wide] = [tone(hertz, 8000), tone(hertz, 16_000)];
  expect(worst(at(narrow, 8000, 16_000), wide)).toBeLessThan(150);
  expect(worst(at(wide, 16_000, 8000), narrow)).toBeLessThan(150);
});

test.each([5500, 6000, 7500])("a tone of %i Hz does not fold into what 8 kHz can hold", (hertz) => {
  const folded = at(tone(hertz, 16_000), 16_000, 8000).subarray(50, -50);
  expect(Math.max(...folded.map(Math.abs))).toBeLessThan(150);
});

test("a clip that has the rate is the same clip", () => {
  const clip = {
    index: 0,
    samples: tone(440, 8000),
    sampleRate: 8000,
    pieces: [],
    speech: [],
    overlapMs: 0,
  } as const;
  expect(clipAtRate(clip, 8000)).toBe(clip);
});
