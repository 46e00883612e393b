import { chmodSync, readFileSync } from "node:fs";

import { afterAll, describe, expect, test } from "vitest";

import { openRecording } from "../../src/audio/open-recording.ts";
import type { Recording } from "../../src/audio/recording.ts";
import { opusHead, opusPages, opusTags } from "./ogg-writer.ts";
import {
  bytesOf,
  concat,
  correlation,
  drain,
  ffmpeg,
  level,
  librivox,
  reference,
  seeded,
  temporaryFolder,
} from "./samples.ts";

const signal = new AbortController().signal;
const maxDurationMs = 7_200_000;
const folder = temporaryFolder();
const [speech = ""] = librivox;

afterAll(() => folder[Symbol.dispose]());

async function open(path: string, limitMs = maxDurationMs): Promise<Recording> {
  return openRecording(path, { maxDurationMs: limitMs, signal });
}

async function samplesOf(recording: Recording, sampleRate: 8000 | 16_000 = 16_000): Promise<Int16Array> {
  return concat((await drain(recording.decode({ sampleRate, signal }))).values);
}

/** Encoders delay by up to some frames; speech correlates at the right lag alone. */
function bestCorrelation(one: Int16Array, other: Int16Array): number {
  let best = 0;
  for (let lag = -3000; lag <= 3000; lag += 1) {
    const [first, second] = lag < 0 ? [one.subarray(-lag), other] : [one, other.subarray(lag)];
    best = Math.max(best, correlation(first.subarray(16_000, 24_000), second.subarray(16_000, 24_000)));
  }
  return best;
}

function encode(name: string, ...args: string[]): string {
  const file = folder.file(name);
  ffmpeg(["-i", speech, ...args, file]);
  return file;
}

describe("what is decoded, and how", () => {
  const source = reference(speech, 16_000);

  test("Ogg Opus is decoded in the process", async () => {
    const recording = await open(encode("real.ogg", "-c:a", "libopus"));
    expect(recording).toMatchObject({ format: "ogg-opus", declaredMs: 7100 });
    expect((await samplesOf(recording)).length).toBe(113_600);
  });

  test("Ogg Opus in 5.1 goes through ffmpeg", async () => {
    const surround = "pan=5.1|FL=c0|FR=c0|FC=c0|LFE=0*c0|BL=c0|BR=c0";
    const recording = await open(
      encode("surround.ogg", "-af", surround, "-mapping_family", "1", "-c:a", "libopus"),
    );
    expect(recording.format).toBe("ogg");
    expect(bestCorrelation(await samplesOf(recording), source)).toBeGreaterThan(0.9);
  });

  test("8 kHz where the recognizer wants it", async () => {
    const samples = await samplesOf(await open(encode("narrow.wav", "-c:a", "pcm_mulaw")), 8000);
    expect(samples.length).toBe(7100 * 8);
  });

  test("a recording can be decoded as often as needed", async () => {
    const recording = await open(encode("twice.mp3"));
    expect(await samplesOf(recording)).toEqual(await samplesOf(recording));
  });

  test("a file that only its owner may read", async () => {
    const file = encode("private.flac");
    chmodSync(file, 0o600);
    expect((await samplesOf(await open(file))).length).toBe(113_600);
  });
});

describe("what is no recording is refused, each by its own code", () => {
  test("an empty file", async () => {
    await expect(open(folder.file("empty.ogg", Buffer.alloc(0)))).rejects.toMatchObject({
      code: "empty-file",
    });
  });

  test("a web page", async () => {
    const file = folder.file(
      "page.ogg",
      Buffer.from("<html><body>This content is no longer available.</body></html>"),
    );
    await expect(open(file)).rejects.toMatchObject({ code: "not-audio", details: { looksLike: "text" } });
  });

  test("a playlist that would have ffmpeg fetch something", async () => {
    const file = folder.file(
      "list.mp3",
      Buffer.from("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/x.mp3\n#EXT-X-ENDLIST\n"),
    );
    await expect(open(file)).rejects.toMatchObject({ code: "not-audio" });
  });

  test("garbage", async () => {
    const random = seeded(11);
    const file = folder.file(
      "garbage.ogg",
      Buffer.from(Array.from({ length: 50_000 }, () => random() * 256)),
    );
    await expect(open(file)).rejects.toMatchObject({ code: "not-audio" });
  });

  test("a film without sound", async () => {
    const file = folder.file("mute.mp4");
    ffmpeg(["-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-c:v", "mpeg4", file]);
    await expect(open(file)).rejects.toMatchObject({ code: "no-audio-track" });
  });

  test("an m4a that was cut off before its index", async () => {
    const whole = readFileSync(encode("whole.m4a", "-c:a", "aac"));
    const file = folder.file("cut.m4a", whole.subarray(0, whole.length / 2));
    await expect(open(file)).rejects.toMatchObject({ code: "damaged" });
  });

  test("an Ogg Opus file of headers alone", async () => {
    const file = folder.file("headers.ogg", Buffer.concat(opusPages([]).slice(0, 2)));
    await expect(open(file)).rejects.toMatchObject({ code: "damaged" });
  });

  test("an Ogg Opus file with an absurd header", async () => {
    const pages = opusPages([{ bytes: Buffer.alloc(50, 0xf8), granule: 960n }], {
      head: opusHead({ channels: 255, version: 99 }),
    });
    await expect(open(folder.file("absurd.ogg", Buffer.concat(pages)))).rejects.toMatchObject({
      code: "damaged",
    });
  });

  test("an Ogg Opus file with 255 channels", async () => {
    const table = [255, 0, ...Array.from({ length: 255 }, (_, channel) => channel % 255)];
    const head = opusHead({ channels: 255, family: 255, table });
    const pages = opusPages([{ bytes: Buffer.alloc(50, 0xf8), granule: 960n }], { head });
    const outcome = open(folder.file("many.ogg", Buffer.concat(pages))).then(samplesOf);
    await expect(outcome).rejects.toMatchObject({ name: "AudioError" });
  });

  test("a FLAC header in front of garbage", async () => {
    const random = seeded(12);
    const file = folder.file(
      "bad.flac",
      Buffer.concat([Buffer.from("fLaC"), Buffer.from(Array.from({ length: 5000 }, () => random() * 256))]),
    );
    await expect(open(file).then(samplesOf)).rejects.toMatchObject({ code: "damaged" });
  });

  test("a file that does not exist keeps the file system's error", async () => {
    await expect(open(folder.file("nowhere.ogg"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("copy protection", () => {
  test("an MP4 with Common Encryption", async () => {
    const key = [
      "-encryption_key",
      "76a6c65c5ea762046bd749a2e632ccbb",
      "-encryption_kid",
      "a7e61c373e219033c21091fa607bf3b8",
    ];
    const file = encode("drm.mp4", "-c:a", "aac", "-encryption_scheme", "cenc-aes-ctr", ...key);
    await expect(open(file)).rejects.toMatchObject({ code: "protected" });
  });

  test("an M4A that its store has protected, its index at the end", async () => {
    const bytes = readFileSync(encode("store.m4a", "-c:a", "aac"));
    bytes.write("drms", bytes.indexOf("mp4a"), "latin1");
    await expect(open(folder.file("store.m4p", bytes))).rejects.toMatchObject({ code: "protected" });
  });

  test("a WMA with a licence", async () => {
    const bytes = readFileSync(encode("plain.wma", "-c:a", "wmav2"));
    // A padding object of its header becomes one that says how the sound is encrypted.
    const padding = Buffer.from("74d40618dfca0945a4ba9aabcb96aae8", "hex");
    const comment = Buffer.from("40a4d0d207e3d21197f000a0c95ea850", "hex");
    const at = [bytes.indexOf(padding), bytes.indexOf(comment)].find((found) => found >= 0) ?? 0;
    bytes.write("fbb3112223bdd211b4b700a0c955fc6e", at, "hex");
    await expect(open(folder.file("licensed.wma", bytes))).rejects.toMatchObject({ code: "protected" });
  });
});

test("a part that claims to be larger than any file is damage, and no trouble of ours", async () => {
  const file = Buffer.concat([
    Buffer.from("caff\0\x01\0\0free", "latin1"),
    Buffer.from("4000000000000000", "hex"),
    Buffer.alloc(100),
  ]);
  await expect(open(folder.file("vast.caf", file))).rejects.toMatchObject({ name: "AudioError" });
});

test("a sound track of no length is told to be empty", async () => {
  const file = folder.file("nothing.wav");
  ffmpeg(["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "0", file]);
  const outcome = open(file).then(samplesOf);
  await expect(outcome).rejects.toMatchObject({ code: "empty-file" });
});

describe("damage that leaves something to hear", () => {
  test.each([
    ["flac", []],
    ["m4a", ["-c:a", "aac", "-movflags", "faststart"]],
    ["wav", []],
    ["caf", []],
    ["aiff", []],
  ])("a %s cut in the middle is heard up to there, and said to be cut", async (format, args) => {
    const whole = readFileSync(encode(`whole.${format}`, ...args));
    const file = folder.file(`cut.${format}`, whole.subarray(0, whole.length / 2));
    const { values, result } = await drain((await open(file)).decode({ sampleRate: 16_000, signal }));
    expect(Math.abs(concat(values).length / 16 - 3550)).toBeLessThan(600);
    expect(result.cutShort).toBe(true);
  });

  const film = [
    "-f",
    "lavfi",
    "-i",
    "testsrc=d=20:s=64x64:r=5",
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "faststart",
  ];

  test("a film that goes on after its sound is not said to be cut", async () => {
    const recording = await open(encode("longer.mp4", ...film));
    const { result } = await drain(recording.decode({ sampleRate: 16_000, signal }));
    expect(result.cutShort).toBe(false);
  });

  test("a film cut in the middle of its sound is said to be cut", async () => {
    const whole = readFileSync(encode("film.mp4", ...film, "-t", "7"));
    const file = folder.file("cut-film.mp4", whole.subarray(0, whole.length * 0.6));
    const { result } = await drain((await open(file)).decode({ sampleRate: 16_000, signal }));
    expect(result.cutShort).toBe(true);
  });

  test.each(["m4a", "wav", "caf", "aiff"])("a whole %s is not said to be cut", async (format) => {
    const recording = await open(encode(`entire.${format}`));
    const { result } = await drain(recording.decode({ sampleRate: 16_000, signal }));
    expect(result).toEqual({ lostMs: 0, cutShort: false });
  });

  test("a WAV that was streamed, and never learnt its length, is not said to be cut", async () => {
    const file = folder.file("streamed.wav", ffmpeg(["-i", speech, "-f", "wav", "-"]));
    const { result } = await drain((await open(file)).decode({ sampleRate: 16_000, signal }));
    expect(result.cutShort).toBe(false);
  });
});

describe("what lasts too long is refused", () => {
  test("by its packets, before decoding: an Opus bomb", async () => {
    const packets = Array.from({ length: 60_001 }, (_, index) => ({
      bytes: Uint8Array.of(0xfb, 6),
      granule: BigInt((index + 1) * 5760),
    }));
    const bomb = Buffer.concat(opusPages(packets, { packetsPerPage: 255, tags: opusTags() }));
    expect(bomb.length).toBeLessThan(200_000);
    await expect(open(folder.file("bomb.ogg", bomb))).rejects.toMatchObject({
      code: "too-long",
      details: { limitMinutes: 120, minutes: 121 },
    });
  });

  test("by the container's header, before decoding", async () => {
    await expect(open(encode("long.wav"), 7000)).rejects.toMatchObject({ code: "too-long" });
  });

  test("by walking through its packets, before decoding, where there is only a guess", async () => {
    await expect(open(encode("long.mp3"), 6000)).rejects.toMatchObject({ code: "too-long" });
    // Begins at 8 kbit/s and goes on at 64: by its first frames the file would last minutes.
    const quiet = ffmpeg([
      "-f",
      "lavfi",
      "-i",
      "anullsrc=r=16000",
      "-t",
      "10",
      "-b:a",
      "8k",
      "-write_xing",
      "0",
      "-id3v2_version",
      "0",
      "-f",
      "mp3",
      "-",
    ]);
    const loud = ffmpeg([
      "-f",
      "lavfi",
      "-i",
      "anoisesrc=r=16000",
      "-t",
      "50",
      "-b:a",
      "64k",
      "-write_xing",
      "0",
      "-id3v2_version",
      "0",
      "-f",
      "mp3",
      "-",
    ]);
    const recording = await open(folder.file("guess.mp3", Buffer.concat([quiet, loud])), 90_000);
    expect(Math.abs((await samplesOf(recording)).length / 16 - 60_000)).toBeLessThan(300);
  });

  test("while decoding, where the header says nothing or lies", async () => {
    // A FLAC whose header does not know its length, as one that was streamed.
    const flac = readFileSync(encode("streamed.flac"));
    flac.fill(0, 22, 26);
    flac[21]! &= 0xf0;
    const recording = await open(folder.file("liar.flac", flac), 5000);
    await expect(samplesOf(recording)).rejects.toMatchObject({ code: "too-long", details: { minutes: 1 } });
  });
});

test("nothing but silence is a recording without speech, not an error", async () => {
  const file = folder.file("silence.ogg");
  ffmpeg(["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "3", "-c:a", "libopus", file]);
  const samples = await samplesOf(await open(file));
  expect(samples.length).toBe(48_000);
  expect(level(samples)).toBeLessThan(-80);
});

test("an abort ends ffmpeg's decoding with its reason", async () => {
  const long = folder.file("ten-minutes.wav");
  ffmpeg(["-f", "lavfi", "-i", "anoisesrc=r=16000", "-t", "600", long]);
  const recording = await open(long);
  const stop = new AbortController();
  const blocks = recording.decode({ sampleRate: 16_000, signal: stop.signal });
  await blocks.next();
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(drain(blocks)).rejects.toBe(reason);
});

test("a reader that has enough ends ffmpeg without an error", async () => {
  const recording = await open(encode("partly.wav"));
  const blocks = recording.decode({ sampleRate: 16_000, signal });
  expect(bytesOf((await blocks.next()).value as Int16Array).length).toBe(32_000);
  expect(await blocks.return({ lostMs: 0, cutShort: false })).toMatchObject({ done: true });
});
