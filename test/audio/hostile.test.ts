import { readFileSync } from "node:fs";

import { afterAll, beforeAll, expect, test } from "vitest";

import { AudioError } from "../../src/audio/errors.ts";
import { createFfmpeg, type Ffmpeg } from "../../src/audio/ffmpeg.ts";
import { openRecording } from "../../src/audio/open-recording.ts";
import { opusEngine } from "../../src/audio/opus-engine.ts";
import { mutate, repairPages } from "./mutations.ts";
import { ffmpeg, librivox, seeded, temporaryFolder } from "./samples.ts";

const folder = temporaryFolder();
const signal = new AbortController().signal;
const maxDurationMs = 60_000;

/** Stands where ffmpeg would, for files whose damage makes them a case for it: those have a test of their own. */
const noFfmpeg: Ffmpeg = {
  ...createFfmpeg({ program: "ffmpeg-that-is-not-there" }),
  summarize: async () => Promise.reject(new AudioError("decoder-missing", "not asked here")),
};

let oggs: Buffer[] = [];
let others: Buffer[] = [];

/** Two seconds of speech as ffmpeg encodes them. */
function encode(name: string, ...args: string[]): Buffer {
  const file = folder.file(name);
  ffmpeg(["-i", librivox[1]!, "-t", "2", ...args, file]);
  return readFileSync(file);
}

beforeAll(() => {
  const opus = ["-c:a", "libopus", "-f", "ogg"];
  const mono = encode("a", "-b:a", "24k", "-application", "voip", ...opus);
  const stereo = encode("b", "-ac", "2", "-b:a", "96k", "-frame_duration", "60", ...opus);
  oggs = [
    mono,
    stereo,
    encode("c", "-b:a", "64k", "-page_duration", "20000", ...opus),
    Buffer.concat([stereo, mono]),
  ];
  others = [
    encode("d.mp3"),
    encode("e.m4a", "-c:a", "aac"),
    encode("f.flac"),
    encode("g.webm", "-c:a", "libopus"),
    encode("h.ogg", "-c:a", "libvorbis"),
    encode("i.wma"),
  ];
});
afterAll(() => folder[Symbol.dispose]());

/** What became of a file: "heard", or an AudioError's code. Anything else is thrown. */
async function outcomeOf(file: Buffer, with_: Ffmpeg): Promise<string> {
  const path = folder.file("mutated", file);
  try {
    const recording = await openRecording(path, { maxDurationMs, signal, ffmpeg: with_ });
    let samples = 0;
    for await (const block of recording.decode({ sampleRate: 16_000, signal })) samples += block.length;
    expect(samples).toBeLessThanOrEqual(maxDurationMs * 16);
    if (recording.format === "ogg-opus") {
      // What was declared before decoding is what came out, to the rounding of each logical stream.
      expect(Math.abs(samples / 16 - recording.declaredMs!)).toBeLessThan(1);
    }
    return "heard";
  } catch (error) {
    if (error instanceof AudioError) return error.code;
    throw error;
  }
}

function count(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test("2,000 mutated Ogg Opus files are heard or refused with a code, without growing the decoders' memory", async () => {
  const random = seeded(20);
  const outcomes: string[] = [];
  for (let made = 0; made < 2000; made++) {
    const mutated = mutate(oggs[made % oggs.length]!, random);
    outcomes.push(await outcomeOf(random() < 0.6 ? repairPages(mutated) : mutated, noFfmpeg));
  }
  const counts = count(outcomes);
  expect(Object.keys(counts).sort()).toEqual([
    "damaged",
    "decoder-missing",
    "heard",
    "not-audio",
    "too-long",
  ]);
  expect(counts["heard"]).toBeGreaterThan(1000);
  expect(opusEngine().memory().length).toBe(16 * 2 ** 20);
}, 60_000);

test("36 mutated files of other formats are heard or refused with a code by ffmpeg", async () => {
  const random = seeded(21);
  const decoder = createFfmpeg();
  const outcomes: string[] = [];
  for (let made = 0; made < 36; made++) {
    outcomes.push(await outcomeOf(mutate(others[made % others.length]!, random), decoder));
  }
  const counts = count(outcomes);
  expect(counts["heard"]).toBeGreaterThan(12);
  expect(Object.keys(counts)).not.toContain("decoder-missing");
  expect(Object.keys(counts)).not.toContain("decoder-timeout");
}, 60_000);

test("programs and text under a voice message's name never reach a decoder", async () => {
  for (const path of [process.execPath, import.meta.filename]) {
    expect(await outcomeOf(readFileSync(path), noFfmpeg)).toBe("not-audio");
  }
});
