import { describe, expect, test } from "vitest";

import { missing, run } from "../../src/sandbox/program.ts";
import { joinSpeech, noise, tone } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../../src/sandbox/speech.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { bytesOf, readWave, samplesOf } from "../../src/sandbox/wave.ts";
import { spokenWords, wordErrors } from "../../src/sandbox/words.ts";

function levelDb(samples: Int16Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power / 32_768 ** 2);
}

describe("human speech", () => {
  test("comes from two speakers, each text with its own sound", async () => {
    const spoken = await humanSpeech({ limit: 60 });
    expect(new Set(spoken.map(({ speaker }) => speaker))).toEqual(new Set(["librivox", "allison"]));
    expect(new Set(spoken.map(({ id }) => id)).size).toBe(65);
    for (const { id, text, samples } of spoken) {
      const wordsASecond = spokenWords(text).length / (samples.length / 16_000);
      expect(wordsASecond, id).toBeGreaterThan(0.8);
      expect(wordsASecond, id).toBeLessThan(6);
      expect(levelDb(samples), id).toBeGreaterThan(-40);
    }
  });

  test("keeps to the asked words, seconds and number", async () => {
    const spoken = await humanSpeech({ minWords: 12, maxSeconds: 7, limit: 4 });
    expect(spoken.filter(({ speaker }) => speaker === "allison")).toHaveLength(4);
    expect(spoken.every(({ text }) => spokenWords(text).length >= 12)).toBe(true);
    expect(spoken.every(({ samples }) => samples.length <= 7 * 16_000)).toBe(true);
  });

  test("a missing package is named", () => {
    expect(missing("/usr/share/x", "some-package", undefined).message).toContain(
      "apt-get install some-package",
    );
  });

  test("a missing program is named with its package", async () => {
    const program = { command: "no-such-program-of-ours", debianPackage: "some-package" };
    await expect(run(program, [])).rejects.toThrow("apt-get install some-package");
  });

  test("a failing program says how it failed", async () => {
    const ffmpeg = { command: "ffmpeg", debianPackage: "ffmpeg" };
    await expect(run(ffmpeg, ["-v", "error", "-i", "/nothing/here"])).rejects.toThrow(
      /ffmpeg failed with \d+:/,
    );
  });
});

describe("joined speech", () => {
  test("says where each part lies", async () => {
    const spoken = await humanSpeech({ limit: 3 });
    const joined = joinSpeech(spoken, { seed: 7, pauseMs: [500, 500], noiseDb: -Infinity });
    for (const [index, part] of joined.parts.entries()) {
      const there = joined.samples.subarray(part.startMs * 16, part.endMs * 16);
      expect(there, part.id).toEqual(spoken[index]?.samples);
    }
    expect(joined.parts[1]?.startMs).toBe((joined.parts[0]?.endMs ?? 0) + 500);
    expect(joined.samples.length / 16).toBe(joined.parts.at(-1)?.endMs);
  });

  test("is the same for the same seed and another for another", async () => {
    const spoken = await humanSpeech({ limit: 2 });
    expect(joinSpeech(spoken, { seed: 1 })).toEqual(joinSpeech(spoken, { seed: 1 }));
    expect(joinSpeech(spoken, { seed: 1 }).samples).not.toEqual(joinSpeech(spoken, { seed: 2 }).samples);
  });

  test("noise and tones have the loudness they claim", () => {
    expect(levelDb(noise(2000, -40, 3))).toBeCloseTo(-40, 0);
    expect(levelDb(tone(1000, 440))).toBeCloseTo(-9, 0);
  });
});

test("a synthetic voice says the same twice", async () => {
  const [first, second] = await Promise.all([
    synthesize("Nice to meet you."),
    synthesize("Nice to meet you."),
  ]);
  expect(first.samples.length).toBeGreaterThan(10_000);
  expect(first.samples).toEqual(second.samples);
  expect(first.id).toBe("flite/rms/nice-to-meet-you");
});

describe("voice notes", () => {
  test.each([
    { channels: 1, frameMs: 20 },
    { channels: 2, frameMs: 60 },
  ] as const)(
    "are Ogg Opus with $channels channels in frames of $frameMs ms",
    async ({ channels, frameMs }) => {
      const { samples } = await synthesize("This is a short voice note.");
      const note = await encodeVoiceNote(samples, { channels, frameMs });
      const head = Buffer.from(note.bytes).indexOf("OpusHead");
      expect(Buffer.from(note.bytes.subarray(0, 4)).toString()).toBe("OggS");
      expect(note.bytes[head + 9]).toBe(channels);
      expect(note.durationSecs).toBe(samples.length / 16_000);
      const ffmpeg = { command: "ffmpeg", debianPackage: "ffmpeg" };
      const decoded = await run(
        ffmpeg,
        ["-v", "error", "-i", "-", "-f", "s16le", "-ac", "1", "-ar", "16000", "-"],
        note.bytes,
      );
      expect(Math.abs(decoded.length / 2 - samples.length)).toBeLessThan(frameMs * 16);
      expect(levelDb(samplesOf(decoded))).toBeCloseTo(levelDb(samples), -1);
    },
  );

  test("the waveform has at most 256 points and its loudest is 255", async () => {
    const long = await encodeVoiceNote(noise(40_000, -30, 1));
    const short = await encodeVoiceNote(noise(1500, -30, 1));
    expect(Buffer.from(long.waveform, "base64")).toHaveLength(256);
    expect(Buffer.from(short.waveform, "base64")).toHaveLength(15);
    expect(Math.max(...Buffer.from(short.waveform, "base64"))).toBe(255);
  });
});

describe("words", () => {
  test("are compared without case, punctuation and digits", () => {
    expect(spokenWords("Press 1, don't “press” 23!")).toEqual([
      "press",
      "one",
      "don't",
      "press",
      "two",
      "three",
    ]);
  });

  test.each([
    ["one two three", "one two three", 0],
    ["one two three", "one three", 1],
    ["one two three", "one two two three", 1],
    ["one two three", "one too three", 1],
    ["one two three", "", 3],
    ["", "one two", 2],
  ])("%j heard as %j has %i errors", (said, heard, errors) => {
    expect(wordErrors(said, heard)).toBe(errors);
  });
});

describe("WAVE", () => {
  test("finds the sound behind other blocks", () => {
    const sound = bytesOf(Int16Array.from([1, -2, 3]));
    const bytes = Buffer.alloc(12 + 24 + 8 + 3 + 1 + 8 + sound.length);
    bytes.write("RIFF", 0);
    bytes.write("WAVEfmt ", 8);
    bytes.writeUInt32LE(16, 16);
    bytes.writeUInt16LE(1, 20);
    bytes.writeUInt16LE(1, 22);
    bytes.writeUInt32LE(16_000, 24);
    bytes.writeUInt16LE(16, 34);
    bytes.write("LIST", 36);
    bytes.writeUInt32LE(3, 40);
    bytes.write("data", 48);
    bytes.writeUInt32LE(sound.length, 52);
    bytes.set(sound, 56);
    expect(readWave(bytes)).toMatchObject({ format: 1, channels: 1, sampleRate: 16_000, bitsPerSample: 16 });
    expect(samplesOf(readWave(bytes)?.data ?? new Uint8Array())).toEqual(Int16Array.from([1, -2, 3]));
  });

  test.each(["", "RIFF", "not a wave file at all", "RIFF\0\0\0\0WAVEdata\xff\xff\xff\x7f"])(
    "%j is none",
    (text) => {
      expect(readWave(Buffer.from(text, "latin1"))).toBeUndefined();
    },
  );
});
