import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { openRecording } from "../../src/audio/open-recording.ts";
import { formatSamples } from "./format-samples.ts";
import { concat, correlation, drain, librivox, reference, temporaryFolder } from "./samples.ts";

const folder = temporaryFolder();
const signal = new AbortController().signal;
const sampleRate = 16_000;
const [speech = ""] = librivox;
const source = reference(speech, sampleRate);

afterAll(() => folder[Symbol.dispose]());

/** Encoders delay by up to some frames; speech correlates at the right lag alone, which is looked for in two rounds. */
function bestCorrelation(one: Int16Array, other: Int16Array): number {
  const at = (lag: number): number => {
    const [first, second] = lag < 0 ? [one.subarray(-lag), other] : [one, other.subarray(lag)];
    return correlation(first.subarray(16_000, 24_000), second.subarray(16_000, 24_000));
  };
  const best = (lags: readonly number[]): number => {
    const scores = lags.map(at);
    return lags[scores.indexOf(Math.max(...scores))] ?? 0;
  };
  const near = best(Array.from({ length: 1000 }, (_, index) => (index - 500) * 6));
  return at(best(Array.from({ length: 13 }, (_, index) => near + index - 6)));
}

test.each(formatSamples.map((sample) => [sample.extension, sample.holds, sample] as const))(
  "%s with %s is heard as it was spoken, whatever the file is called",
  async (_, __, sample) => {
    const path = folder.file(`${sample.extension}-${sample.holds.replaceAll(/\W/g, "")}.voice-message.ogg`);
    sample.make(path);
    const recording = await openRecording(path, { maxDurationMs: 60_000, signal });
    const { values, result } = await drain(recording.decode({ sampleRate, signal }));
    const samples = concat(values);
    expect(Math.abs(samples.length / 16 - 7100)).toBeLessThan(150);
    if (recording.declaredMs !== undefined) expect(Math.abs(recording.declaredMs - 7100)).toBeLessThan(150);
    expect(bestCorrelation(samples, source)).toBeGreaterThan(sample.likeness);
    expect(result).toEqual({ lostMs: 0, cutShort: false });
  },
);

test("docs/formats.md lists exactly the formats that are tried", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/formats.md"), "utf8");
  const rows = text.split("\n").filter((line) => /^\| `\.\w+` \|/.test(line));
  expect(
    rows.map((row) =>
      row
        .split("|")
        .slice(1, 4)
        .map((cell) => cell.trim()),
    ),
  ).toEqual(formatSamples.map(({ extension, holds, encoder }) => [`\`.${extension}\``, holds, encoder]));
});
