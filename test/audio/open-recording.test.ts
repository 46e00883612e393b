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

describe("every container that phones, browsers and recorders write, under a voice message's name", () => {
  const source = reference(speech, 16_000);

  test.each([
    ["mp3", "mp3", ["-f", "mp3"]],
    ["m4a with its index at the end", "mov,mp4,m4a,3gp,3g2,mj2", ["-c:a", "aac", "-f", "ipod"]],
    [
      "m4a with its index at the start",
      "mov,mp4,m4a,3gp,3g2,mj2",
      ["-c:a", "aac", "-movflags", "faststart", "-f", "ipod"],
    ],
    [
      "fragmented mp4",
      "mov,mp4,m4a,3gp,3g2,mj2",
      ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4"],
    ],
    ["mov with ALAC", "mov,mp4,m4a,3gp,3g2,mj2", ["-c:a", "alac", "-f", "mov"]],
    ["3gp", "mov,mp4,m4a,3gp,3g2,mj2", ["-c:a", "aac", "-f", "3gp"]],
    ["aac", "aac", ["-c:a", "aac", "-f", "adts"]],
    ["wav", "wav", ["-f", "wav"]],
    [
      "wav in floats, stereo, 44.1 kHz",
      "wav",
      ["-c:a", "pcm_f32le", "-ac", "2", "-ar", "44100", "-f", "wav"],
    ],
    ["flac", "flac", ["-f", "flac"]],
    ["ogg vorbis", "ogg", ["-c:a", "libvorbis", "-f", "ogg"]],
    ["ogg flac", "ogg", ["-c:a", "flac", "-f", "ogg"]],
    ["ogg speex", "ogg", ["-c:a", "libspeex", "-f", "ogg"]],
    ["webm with Opus", "matroska,webm", ["-c:a", "libopus", "-f", "webm"]],
    ["matroska with MP3", "matroska,webm", ["-c:a", "libmp3lame", "-f", "matroska"]],
    ["aiff", "aiff", ["-f", "aiff"]],
    ["caf", "caf", ["-f", "caf"]],
    ["wma", "asf", ["-c:a", "wmav2", "-f", "asf"]],
  ])("%s", async (name, format, args) => {
    const recording = await open(encode(`${name}.voice-message.ogg`, ...args));
    expect(recording.format).toBe(format);
    const samples = await samplesOf(recording);
    expect(Math.abs(samples.length / 16 - 7100)).toBeLessThan(150);
    if (recording.declaredMs !== undefined) expect(Math.abs(recording.declaredMs - 7100)).toBeLessThan(150);
    // Speex keeps the sound, not the shape of the wave.
    expect(bestCorrelation(samples, source)).toBeGreaterThan(name === "ogg speex" ? 0.6 : 0.9);
  });

  test("amr", async () => {
    const random = seeded(3);
    // 250 frames of mode 7: a byte of header and 31 of parameters, any of which are some sound.
    const frames = Array.from({ length: 250 }, () => [
      0x3c,
      ...Array.from({ length: 31 }, () => random() * 256),
    ]);
    const file = folder.file(
      "amr.ogg",
      Buffer.concat([Buffer.from("#!AMR\n"), Uint8Array.from(frames.flat())]),
    );
    const recording = await open(file);
    expect(recording).toMatchObject({ format: "amr", declaredMs: undefined });
    expect((await samplesOf(recording)).length).toBe(250 * 320);
  });

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

  test("a film's sound", async () => {
    const film = [
      "-f",
      "lavfi",
      "-i",
      "testsrc=d=7:s=64x64:r=5",
      "-c:v",
      "mpeg4",
      "-c:a",
      "aac",
      "-f",
      "mp4",
    ];
    expect(bestCorrelation(await samplesOf(await open(encode("film.mp4", ...film))), source)).toBeGreaterThan(
      0.9,
    );
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

describe("damage that leaves something to hear", () => {
  test.each([
    ["flac", []],
    ["m4a", ["-c:a", "aac", "-movflags", "faststart"]],
  ])("a %s cut in the middle is heard up to there, and said to be cut", async (format, args) => {
    const whole = readFileSync(encode(`whole.${format}`, ...args));
    const file = folder.file(`cut.${format}`, whole.subarray(0, whole.length / 2));
    const { values, result } = await drain((await open(file)).decode({ sampleRate: 16_000, signal }));
    expect(Math.abs(concat(values).length / 16 - 3550)).toBeLessThan(600);
    expect(result.cutShort).toBe(true);
  });

  test("a whole file is not said to be cut", async () => {
    const { result } = await drain(
      (await open(encode("entire.m4a", "-c:a", "aac"))).decode({ sampleRate: 16_000, signal }),
    );
    expect(result).toEqual({ lostMs: 0, cutShort: false });
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
