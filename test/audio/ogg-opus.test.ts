import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { openCLibopus } from "../../bench/c-libopus.ts";
import { fileBytes, type FileBytes, readFileStart } from "../../src/audio/file-bytes.ts";
import type { TimedPacket } from "../../src/audio/ogg-opus-demuxer.ts";
import { decodeOggOpus, scanOggOpus } from "../../src/audio/ogg-opus.ts";
import type { SampleRate } from "../../src/audio/pcm.ts";
import type { RecordingDamage } from "../../src/audio/recording.ts";
import { opusHead, opusPages, opusTags, page, type PlacedPacket, repairCrc } from "./ogg-writer.ts";
import {
  concat,
  correlation,
  drain,
  ffmpeg,
  level,
  librivox,
  packetsOf,
  reference,
  run,
  temporaryFolder,
} from "./samples.ts";

const signal = new AbortController().signal;
const twoHours = 7_200_000;

const contentOf = async (path: string): Promise<FileBytes> => fileBytes(await readFileStart(path));

interface Decoded {
  samples: Int16Array;
  damage: RecordingDamage;
  ms: number;
  declaredMs: number;
}

async function decode(
  bytes: Uint8Array | string,
  sampleRate: SampleRate = 16_000,
  maxDurationMs = twoHours,
): Promise<Decoded> {
  using folder = temporaryFolder();
  const file = typeof bytes === "string" ? bytes : folder.file("voice-message.ogg", bytes);
  const { durationMs } = await scanOggOpus(await contentOf(file), signal);
  const { values, result } = await drain(
    decodeOggOpus(await contentOf(file), { sampleRate, signal, maxDurationMs }),
  );
  const samples = concat(values);
  return { samples, damage: result, ms: (samples.length * 1000) / sampleRate, declaredMs: durationMs };
}

let speech: TimedPacket[] = [];
let placed: PlacedPacket[] = [];
let clean: Int16Array;
const preSkip = 312;
const trimmedEnd = BigInt(preSkip + (48_000 * 502) / 100);

/** Packets on the clock one behind the other, the last one trimmed to 5.02 s after the pre-skip. */
function place(packets: readonly Uint8Array[], start = 0): PlacedPacket[] {
  return packets.map((bytes, index) => ({ bytes, granule: BigInt(start + (index + 1) * 960) }));
}

beforeAll(async () => {
  using folder = temporaryFolder();
  const file = folder.file("speech.ogg");
  // So many bits that packets take more than one segment, and can be cut between pages.
  ffmpeg(["-i", librivox[0]!, "-ac", "1", "-b:a", "128k", "-vbr", "off", "-c:a", "libopus", file]);
  speech = packetsOf(file).packets.slice(0, 252);
  placed = place(speech.map(({ bytes }) => bytes));
  placed[251] = { bytes: placed[251]!.bytes, granule: trimmedEnd };
  clean = (await decode(Buffer.concat(pages()))).samples;
});

function pages(options: Parameters<typeof opusPages>[1] = {}, packets = placed): Buffer[] {
  return opusPages(packets, { head: opusHead({ preSkip }), ...options });
}

/** The largest difference to what Debian's C libopus makes of the same packets at the same rate, from the pre-skip on. */
function differenceToC(file: string, samples: Int16Array, sampleRate: SampleRate): number {
  const { head, packets } = packetsOf(file);
  const libopus = openCLibopus(sampleRate);
  const whole = concat(packets.map(({ bytes }) => libopus.decode(bytes).slice()));
  libopus.close();
  const heard = whole.subarray(Math.round((head.preSkip * sampleRate) / 48_000));
  return samples.reduce((most, sample, at) => Math.max(most, Math.abs(sample - heard[at]!)), 0);
}

/** Length as ffmpeg has it, sound as ffmpeg's own decoder makes it but for its filters' delay, samples as libopus in C. */
async function expectFaithful(file: string): Promise<void> {
  for (const sampleRate of [16_000, 8000] as const) {
    const { samples, damage } = await decode(file, sampleRate);
    const expected = reference(file, sampleRate);
    expect(samples.length).toBe(expected.length);
    expect(Math.max(...[0, 1, 2].map((lag) => correlation(samples, expected.subarray(lag))))).toBeGreaterThan(
      0.98,
    );
    expect(differenceToC(file, samples, sampleRate)).toBeLessThanOrEqual(1);
    expect(damage).toEqual({ lostMs: 0, cutShort: false });
  }
}

/** Asserts 5.02 s that are, sample by sample, those of the clean file. */
function expectClean(decoded: Decoded): void {
  expect(decoded.ms).toBe(5020);
  expect(decoded.declaredMs).toBe(5020);
  expect(decoded.damage).toEqual({ lostMs: 0, cutShort: false });
  expect(Buffer.from(decoded.samples.buffer).equals(Buffer.from(clean.buffer))).toBe(true);
}

const secondPage = (bytes: Buffer[]): Buffer => bytes[3]!;

/** The second page of 50 packets holds 1.0 to 2.0 s, less the pre-skip of 6.5 ms. */
function expectSecondLost(decoded: Decoded): void {
  expect(decoded.ms).toBe(5020);
  expect(decoded.declaredMs).toBe(5020);
  expect(decoded.damage).toEqual({ lostMs: 1000, cutShort: false });
  const { samples } = decoded;
  expect(samples.subarray(16_000 + 1920, 31_000).every((sample) => sample === 0)).toBe(true);
  expect(correlation(samples.subarray(33_000), clean.subarray(33_000))).toBeGreaterThan(0.99);
}

/** Two bytes say 120 ms: 304 kB make more than three hours. */
const bomb = (): Buffer => {
  const packets = Array.from({ length: 100_000 }, (_, index) => ({
    bytes: Uint8Array.of(0xfb, 6),
    granule: BigInt((index + 1) * 5760),
  }));
  return Buffer.concat(opusPages(packets, { packetsPerPage: 255 }));
};

describe("real encodings come out as ffmpeg and libopus decode them", () => {
  test.each([
    ["a Discord voice note", ["-ac", "1", "-b:a", "32k", "-application", "voip"]],
    ["2.5 ms frames", ["-frame_duration", "2.5", "-b:a", "96k"]],
    ["40 ms frames", ["-frame_duration", "40", "-b:a", "24k"]],
    ["60 ms frames", ["-frame_duration", "60", "-b:a", "12k"]],
    ["stereo", ["-af", "aecho=0.8:0.9:40:0.3,pan=stereo|c0=c0|c1=0.4*c0", "-b:a", "64k"]],
    ["a narrow band", ["-ar", "8000", "-b:a", "10k"]],
    ["CELT alone", ["-application", "lowdelay", "-b:a", "96k"]],
  ])("%s", async (_, args) => {
    using folder = temporaryFolder();
    const file = folder.file("voice-message.ogg");
    ffmpeg(["-i", librivox[0]!, ...args, "-c:a", "libopus", file]);
    await expectFaithful(file);
  });

  test.each([
    ["opusenc, 20 ms", ["--framesize", "20", "--bitrate", "24"]],
    ["opusenc, 60 ms, several packets in flight", ["--framesize", "60", "--max-delay", "1000"]],
    ["opusenc, hard CBR", ["--hard-cbr", "--bitrate", "48"]],
  ])("%s", async (_, args) => {
    using folder = temporaryFolder();
    const file = folder.file("voice-message.ogg");
    run("opusenc", ["--quiet", ...args, librivox[0]!, file]);
    await expectFaithful(file);
  });
});

describe("well-formed files however they are laid out", () => {
  test.each([1, 50, 255])("%i packets a page", async (packetsPerPage) => {
    expectClean(await decode(Buffer.concat(pages({ packetsPerPage }))));
  });

  test("packets that run on over pages", async () => {
    expectClean(await decode(Buffer.concat(pages({ packetsPerPage: 255, segmentsPerPage: 1 }))));
  });

  test("a comment header with a cover of 300 kB", async () => {
    expectClean(await decode(Buffer.concat(pages({ tags: opusTags(300_000) }))));
  });

  test("no comment header at all", async () => {
    const [head, , ...audio] = pages();
    expectClean(await decode(Buffer.concat([head!, ...audio])));
  });

  test("an ID3 tag before the first page", async () => {
    const id3 = Buffer.alloc(10 + 2000);
    id3.write("ID3\x04", "latin1");
    expectClean(await decode(Buffer.concat([id3, ...pages()])));
  });

  test("another stream multiplexed beside it", async () => {
    const other = [1, 2, 3].map((sequence) =>
      page({ serial: 99, sequence, granule: 5n, lacing: [3], body: Buffer.from("abc") }),
    );
    const first = page({
      serial: 99,
      sequence: 0,
      granule: 0n,
      first: true,
      lacing: [7],
      body: Buffer.from("fishead"),
    });
    const [head, tags, ...audio] = pages();
    expectClean(
      await decode(Buffer.concat([first, head!, other[0]!, tags!, other[1]!, ...audio, other[2]!])),
    );
  });

  test("a second Opus track multiplexed beside it", async () => {
    const [otherHead, ...otherPages] = opusPages(place([speech[3]!.bytes]), { serial: 2 });
    const [head, tags, ...audio] = pages();
    expectClean(await decode(Buffer.concat([head!, otherHead!, tags!, ...otherPages, ...audio])));
  });

  test("an empty last page that alone tells where the recording ends", async () => {
    const untrimmed = place(speech.map(({ bytes }) => bytes));
    const last = page({
      sequence: 999,
      granule: trimmedEnd,
      last: true,
      lacing: [],
      body: Buffer.alloc(0),
    });
    expectClean(await decode(Buffer.concat([...pages({ last: false }, untrimmed), last])));
  });

  test("a clock that does not begin at 0 (RFC 7845 §4.5)", async () => {
    const later = placed.map(({ bytes, granule }) => ({ bytes, granule: granule + 4_800_000n }));
    expectClean(await decode(Buffer.concat(pages({}, later))));
  });

  test("two streams chained one behind the other, each with its pre-skip and trimming", async () => {
    const file = Buffer.concat([...pages(), ...pages({ serial: 2 })]);
    const { samples, ms, declaredMs } = await decode(file);
    expect([ms, declaredMs]).toEqual([10_040, 10_040]);
    const second = samples.slice(clean.length);
    expect(Buffer.from(second.buffer).equals(Buffer.from(clean.buffer))).toBe(true);
  });

  test("chained streams under one serial number", async () => {
    expect((await decode(Buffer.concat([...pages(), ...pages()]))).ms).toBe(10_040);
  });

  test("an output gain of -6 dB", async () => {
    const { samples } = await decode(Buffer.concat(pages({ head: opusHead({ preSkip, gain: -6 * 256 }) })));
    expect(level(samples) - level(clean)).toBeCloseTo(-6, 1);
  });

  test("family 1 stereo", async () => {
    const head = opusHead({ channels: 2, preSkip, family: 1, table: [1, 1, 0, 1] });
    expectClean(await decode(Buffer.concat(pages({ head }))));
  });

  test("empty packets between the others", async () => {
    const withEmpty = placed.flatMap((packet) => [
      packet,
      { bytes: new Uint8Array(0), granule: packet.granule },
    ]);
    expectClean(await decode(Buffer.concat(pages({ packetsPerPage: 20 }, withEmpty))));
  });
});

describe("losses are filled, and what comes after keeps its time", () => {
  test("a page with a wrong checksum", async () => {
    const bytes = pages();
    secondPage(bytes)[200]! ^= 0x55;
    expectSecondLost(await decode(Buffer.concat(bytes)));
  });

  test("a page that is missing", async () => {
    expectSecondLost(await decode(Buffer.concat(pages().filter((_, index) => index !== 3))));
  });

  test("the first audio page missing", async () => {
    const { ms, damage, samples } = await decode(Buffer.concat(pages().filter((_, index) => index !== 2)));
    expect([ms, damage.lostMs]).toEqual([5020, 1000]);
    expect(correlation(samples.subarray(17_000), clean.subarray(17_000))).toBeGreaterThan(0.99);
  });

  test("packets that cannot be: no frames in them", async () => {
    const broken = placed.map((packet, index) =>
      index % 7 === 3 ? { ...packet, bytes: Uint8Array.of(0xfb, 0, 1, 2) } : packet,
    );
    const { ms, damage } = await decode(Buffer.concat(pages({}, broken)));
    expect(ms).toBe(5020);
    expect(damage.lostMs).toBe(36 * 20);
  });

  test("a packet that libopus refuses is concealed in its place", async () => {
    const broken = placed.map((packet, index) =>
      index === 100 ? { ...packet, bytes: Uint8Array.of(0x71, 1, 2, 3) } : packet,
    );
    const { ms, damage, samples } = await decode(Buffer.concat(pages({}, broken)));
    expect([ms, damage.lostMs]).toEqual([5020, 20]);
    expect(correlation(samples.subarray(0, 31_000), clean.subarray(0, 31_000))).toBe(1);
  });

  test("a gap on the clock of a few frames is concealed with sound", async () => {
    const shifted = placed.map(({ bytes, granule }, index) => ({
      bytes,
      granule: granule + (index >= 100 ? 2880n : 0n),
    }));
    const { ms, damage, samples } = await decode(Buffer.concat(pages({}, shifted)));
    expect([ms, damage.lostMs]).toEqual([5080, 60]);
    const at = 100 * 320 - preSkip / 3;
    expect(level(samples.subarray(at, at + 960))).toBeGreaterThan(level(samples.subarray(at - 960, at)) - 20);
  });

  test("a clock that jumps back takes nothing away", async () => {
    const restarted = placed.map(({ bytes, granule }, index) => ({
      bytes,
      granule: index >= 100 ? granule - 96_000n : granule,
    }));
    const { damage, samples } = await decode(Buffer.concat(pages({}, restarted)));
    expect(damage.lostMs).toBe(0);
    expect(correlation(samples, clean)).toBe(1);
  });

  test("junk between pages costs nothing", async () => {
    const junk = Buffer.from("OggOggOggS and other things that are no pages ".repeat(30));
    expectClean(await decode(Buffer.concat(pages().flatMap((one) => [one, junk]))));
  });

  test("a file cut in the middle gives what came through whole, and says so", async () => {
    const bytes = Buffer.concat(pages());
    const { ms, damage } = await decode(bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect(ms).toBe(2000 - preSkip / 48);
    expect(damage).toEqual({ lostMs: 0, cutShort: true });
  });

  test("a file that ends inside a packet says so", async () => {
    const bytes = pages({ packetsPerPage: 255, segmentsPerPage: 1 });
    expect((await decode(Buffer.concat(bytes.slice(0, -5)))).damage.cutShort).toBe(true);
  });
});

describe("hostile files", () => {
  test("an Opus bomb's length is known before anything is decoded", async () => {
    using folder = temporaryFolder();
    const file = folder.file("bomb.ogg", bomb());
    expect(readFileSync(file).length).toBeLessThan(350_000);
    expect((await scanOggOpus(await contentOf(file), signal)).durationMs).toBe(12_000_000);
  });

  test("decoding stops at the limit even so", async () => {
    using folder = temporaryFolder();
    const file = folder.file("bomb.ogg", bomb());
    const blocks = decodeOggOpus(await contentOf(file), { sampleRate: 8000, signal, maxDurationMs: 60_000 });
    await expect(drain(blocks)).rejects.toMatchObject({
      name: "AudioError",
      code: "too-long",
      details: { limitMinutes: 1, minutes: 2 },
    });
  });

  test("a granule position of years is a length of years, not years of silence in memory", async () => {
    using folder = temporaryFolder();
    const far = placed.map((packet, index) => (index > 200 ? { ...packet, granule: 2n ** 60n } : packet));
    const file = folder.file("far.ogg", Buffer.concat(pages({}, far)));
    expect((await scanOggOpus(await contentOf(file), signal)).durationMs).toBeGreaterThan(1e15);
    const blocks = decodeOggOpus(await contentOf(file), {
      sampleRate: 16_000,
      signal,
      maxDurationMs: 60_000,
    });
    await expect(drain(blocks)).rejects.toMatchObject({ code: "too-long" });
  });

  test("a packet of 20 MB that never ends is read in flat memory", async () => {
    using folder = temporaryFolder();
    const endless = page({
      sequence: 2,
      granule: -1n,
      continued: true,
      lacing: Array<number>(255).fill(255),
      body: new Uint8Array(65_025),
    });
    const body = Buffer.concat(
      Array.from({ length: 300 }, (_, index) => {
        endless.writeUInt32LE(index + 2, 18);
        endless[5] = index === 0 ? 0 : 1;
        repairCrc(endless);
        return Buffer.from(endless);
      }),
    );
    const file = folder.file("endless.ogg", Buffer.concat([...pages().slice(0, 2), body]));
    globalThis.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    const summary = await scanOggOpus(await contentOf(file), signal);
    expect(summary).toMatchObject({ packets: 0, cutShort: true });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40e6);
  });

  test("a header that lies about everything is no stream", async () => {
    using folder = temporaryFolder();
    const file = folder.file(
      "absurd.ogg",
      Buffer.concat(pages({ head: opusHead({ channels: 255, version: 77 }) })),
    );
    expect(await scanOggOpus(await contentOf(file), signal)).toMatchObject({
      streams: 0,
      packets: 0,
      durationMs: 0,
    });
  });
});

test("blocks are of a second, the last one shorter", async () => {
  using folder = temporaryFolder();
  const file = folder.file("a.ogg", Buffer.concat(pages()));
  const { values } = await drain(
    decodeOggOpus(await contentOf(file), { sampleRate: 16_000, signal, maxDurationMs: twoHours }),
  );
  expect(values.map((block) => block.length)).toEqual([16_000, 16_000, 16_000, 16_000, 16_000, 320]);
});

test("an abort ends decoding with its reason, between blocks and before the first", async () => {
  using folder = temporaryFolder();
  const file = folder.file("a.ogg", Buffer.concat(pages()));
  const stop = new AbortController();
  const blocks = decodeOggOpus(await contentOf(file), {
    sampleRate: 16_000,
    signal: stop.signal,
    maxDurationMs: twoHours,
  });
  await blocks.next();
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(drain(blocks)).rejects.toBe(reason);
  await expect(scanOggOpus(await contentOf(file), stop.signal)).rejects.toBe(reason);
});

test("timers of others run while a long file is decoded", async () => {
  using folder = temporaryFolder();
  const long = Array.from({ length: 40 }, (_, link) => pages({ serial: link + 1 })).flat();
  const file = folder.file("long.ogg", Buffer.concat(long));
  let turns = 0;
  let decoding = true;
  const turn = (): void => {
    turns += 1;
    if (decoding) setImmediate(turn);
  };
  setImmediate(turn);
  await drain(decodeOggOpus(await contentOf(file), { sampleRate: 16_000, signal, maxDurationMs: twoHours }));
  decoding = false;
  expect(turns).toBeGreaterThan(10);
});
