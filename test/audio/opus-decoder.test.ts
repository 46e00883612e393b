import { createRequire } from "node:module";

import { beforeAll, describe, expect, test } from "vitest";

import type { TimedPacket } from "../../src/audio/ogg-opus-demuxer.ts";
import { createOpusDecoder } from "../../src/audio/opus-decoder.ts";
import { opusEngine } from "../../src/audio/opus-engine.ts";
import { concat, correlation, ffmpeg, level, librivox, packetsOf, temporaryFolder } from "./samples.ts";

let mono: TimedPacket[] = [];
let stereo: TimedPacket[] = [];

beforeAll(() => {
  using folder = temporaryFolder();
  const encode = (name: string, ...args: string[]): TimedPacket[] => {
    const file = folder.file(name);
    ffmpeg(["-i", librivox[1]!, ...args, "-c:a", "libopus", file]);
    return packetsOf(file).packets;
  };
  mono = encode("mono.ogg", "-ac", "1", "-b:a", "24k");
  stereo = encode("stereo.ogg", "-af", "pan=stereo|c0=c0|c1=0*c0", "-b:a", "64k");
});

function decodeAll(packets: readonly TimedPacket[], options: { outputGain?: number } = {}): Int16Array {
  using decoder = createOpusDecoder({ sampleRate: 16_000, ...options });
  return concat(packets.map(({ bytes }) => decoder.decode(bytes)!));
}

/** Overwrites the memory that decoders live in, as a bug in the codec would. */
function wreck(): void {
  opusEngine().memory().fill(0xa5);
}

test("the module whose insides are used is the version they were read in", () => {
  expect(createRequire(import.meta.url)("opusscript/package.json")).toMatchObject({ version: "0.1.1" });
});

test("a packet gives its length in samples at the decoder's rate", () => {
  for (const sampleRate of [8000, 16_000] as const) {
    using decoder = createOpusDecoder({ sampleRate });
    expect(decoder.decode(mono[0]!.bytes)!.length).toBe((mono[0]!.samples * sampleRate) / 48_000);
  }
});

test("decoded samples stay as they are, unless they were asked for in shared memory", () => {
  using decoder = createOpusDecoder({ sampleRate: 16_000 });
  const own = decoder.decode(mono[20]!.bytes)!;
  const copy = own.slice();
  const shared = decoder.decodeShared(mono[21]!.bytes)!;
  expect(own).toEqual(copy);
  expect(decoder.decodeShared(mono[22]!.bytes)!.buffer).toBe(shared.buffer);
});

test("300 live decoders that take turns each give what one alone gives", () => {
  const first = mono.slice(0, 25);
  const second = stereo.slice(0, 25);
  const expected = [decodeAll(first), decodeAll(second)] as const;
  const decoders = Array.from({ length: 300 }, () => createOpusDecoder({ sampleRate: 16_000 }));
  const outputs = decoders.map((): Int16Array[] => []);
  for (let at = 0; at < 25; at++) {
    decoders.forEach((decoder, index) => {
      const source = index % 2 === 0 ? first : second;
      outputs[index]!.push(decoder.decode(source[at]!.bytes)!);
    });
  }
  const wrong = outputs.filter(
    (blocks, index) => !Buffer.from(concat(blocks).buffer).equals(Buffer.from(expected[index % 2]!.buffer)),
  );
  decoders.forEach((decoder) => decoder.free());
  expect(wrong.length).toBe(0);
});

test("decoders that were freed leave no memory taken", () => {
  for (let made = 0; made < 50; made++) createOpusDecoder({ sampleRate: 16_000 }).free();
  const before = opusEngine().memory().length;
  for (let made = 0; made < 2000; made++) {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    decoder.decode(mono[made % mono.length]!.bytes);
  }
  expect(opusEngine().memory().length).toBe(before);
});

test("stereo comes out as the mean of both sides", () => {
  const difference = level(decodeAll(mono)) - level(decodeAll(stereo));
  expect(difference).toBeGreaterThan(5);
  expect(difference).toBeLessThan(7);
});

test("the output gain of the header is applied, in 1/256 dB", () => {
  const difference = level(decodeAll(mono, { outputGain: -10 * 256 })) - level(decodeAll(mono));
  expect(difference).toBeCloseTo(-10, 1);
});

describe("broken packets", () => {
  test("an empty packet gives no samples", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    decoder.decode(mono[0]!.bytes);
    expect(decoder.decode(new Uint8Array(0))).toHaveLength(0);
  });

  test.each([
    ["two frames of one size in an odd number of bytes", Uint8Array.of(0xf9, 1, 2, 3)],
    ["more than 120 ms", Uint8Array.of(0xfb, 7, 0, 0)],
    ["more bytes than a packet can have", new Uint8Array(70_000).fill(0xf8)],
  ])("%s is refused, and the decoder goes on", (_, bytes) => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    expect(decoder.decode(bytes)).toBe(undefined);
    expect(decoder.decode(mono[0]!.bytes)).toHaveLength(320);
  });
});

describe("concealment", () => {
  const heard = 60;

  test("of 60 ms goes on with the sound before", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    const before = mono.slice(0, heard).map(({ bytes }) => decoder.decode(bytes)!);
    const concealed = decoder.conceal(60);
    expect(concealed).toHaveLength(960);
    expect(level(concealed)).toBeGreaterThan(level(concat(before.slice(-3))) - 15);
  });

  test("of a length that is no whole number of frames has just that length", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    decoder.decode(mono[0]!.bytes);
    expect(decoder.conceal(33.5)).toHaveLength(536);
  });

  test("is silence beyond 120 ms", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    for (const { bytes } of mono.slice(0, heard)) decoder.decode(bytes);
    const concealed = decoder.conceal(1000);
    expect(concealed).toHaveLength(16_000);
    expect(concealed.subarray(1920).every((sample) => sample === 0)).toBe(true);
  });

  test("in several calls is silence after 120 ms in all, until the next packet", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    for (const { bytes } of mono.slice(0, heard)) decoder.decode(bytes);
    const levels = Array.from({ length: 4 }, () => level(decoder.conceal(60)));
    expect(levels[1]).toBeGreaterThan(-90);
    expect(levels.slice(2)).toEqual([-120, -120]);
    for (const { bytes } of mono.slice(heard, heard + 10)) decoder.decode(bytes);
    expect(level(decoder.conceal(20))).toBeGreaterThan(-90);
  });

  test("before any packet is silence", () => {
    using decoder = createOpusDecoder({ sampleRate: 16_000 });
    expect(decoder.conceal(20)).toEqual(new Int16Array(320));
  });
});

describe("an engine that trapped", () => {
  test("is replaced: other decoders go on in a fresh one with right output", () => {
    const expected = decodeAll(mono);
    const [bystander, victim] = [
      createOpusDecoder({ sampleRate: 16_000 }),
      createOpusDecoder({ sampleRate: 16_000 }),
    ];
    bystander.decode(mono[0]!.bytes);
    victim.decode(mono[0]!.bytes);
    const wrecked = opusEngine();
    wreck();
    for (let tries = 0; tries < 10 && opusEngine() === wrecked; tries++) victim.decode(mono[1]!.bytes);
    expect(opusEngine()).not.toBe(wrecked);
    const after = concat(mono.map(({ bytes }) => bystander.decode(bytes)!));
    expect(correlation(after, expected)).toBeGreaterThan(0.9999);
    bystander.free();
    victim.free();
  });
});

test("a freed decoder refuses to work", () => {
  const decoder = createOpusDecoder({ sampleRate: 16_000 });
  decoder.free();
  expect(() => decoder.decode(mono[0]!.bytes)).toThrow(TypeError);
});
