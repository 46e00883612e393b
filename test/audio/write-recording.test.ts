import { readFileSync, statSync } from "node:fs";

import { expect, test } from "vitest";

import { openRecording } from "../../src/audio/open-recording.ts";
import type { Recording } from "../../src/audio/recording.ts";
import { writeRecording } from "../../src/audio/write-recording.ts";
import { readWave, samplesOf } from "../../src/sandbox/wave.ts";
import { librivox, temporaryFolder } from "./samples.ts";

const signal = new AbortController().signal;
const [speech = ""] = librivox;

/** A recording that decodes to these blocks. */
function recordingOf(...blocks: readonly Int16Array[]): Recording {
  return {
    format: "made-up",
    declaredMs: undefined,
    async *decode() {
      yield* blocks;
      return await Promise.resolve({ lostMs: 40, cutShort: true });
    },
  };
}

test("speech becomes a WAVE file of the rate that is wanted, for its owner alone", async () => {
  using folder = temporaryFolder();
  const path = folder.file("speech.wav");
  const recording = await openRecording(speech, { maxDurationMs: 60_000, signal });
  const written = await writeRecording(recording, path, { sampleRate: 8000, signal, maxBytes: 1e9 });
  const bytes = readFileSync(path);
  const wave = readWave(bytes);
  expect(wave).toMatchObject({ format: 1, channels: 1, sampleRate: 8000, bitsPerSample: 16 });
  expect(written).toMatchObject({ bytes: bytes.length, damage: { lostMs: 0, cutShort: false } });
  expect(written?.durationMs).toBe(samplesOf(wave?.data ?? new Uint8Array()).length / 8);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("the silence before the first sound and after the last one is known, and so is damage", async () => {
  using folder = temporaryFolder();
  const loud = new Int16Array(1600);
  loud[800] = 500;
  loud[900] = -500;
  const recording = recordingOf(new Int16Array(16_000), loud, new Int16Array(32_000).fill(3));
  const path = folder.file("quiet.wav");
  expect(await writeRecording(recording, path, { sampleRate: 16_000, signal, maxBytes: 1e9 })).toEqual({
    bytes: 44 + 2 * 49_600,
    durationMs: 3100,
    sound: { startMs: 1050, endMs: 1056.3125 },
    damage: { lostMs: 40, cutShort: true },
  });
});

test("plain silence has no sound", async () => {
  using folder = temporaryFolder();
  const options = { sampleRate: 16_000, signal, maxBytes: 1e9 } as const;
  const written = await writeRecording(recordingOf(new Int16Array(160)), folder.file("none.wav"), options);
  expect(written?.sound).toBeUndefined();
});

test("what would be larger than it may be is not finished", async () => {
  using folder = temporaryFolder();
  const options = { sampleRate: 16_000, signal, maxBytes: 44 + 2 * 320 } as const;
  const block = new Int16Array(160);
  expect(await writeRecording(recordingOf(block, block), folder.file("fits.wav"), options)).toMatchObject({
    bytes: 684,
  });
  const large = recordingOf(block, block, new Int16Array(1));
  expect(await writeRecording(large, folder.file("large.wav"), options)).toBeUndefined();
});
