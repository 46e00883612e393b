import { beforeAll, describe, expect, test } from "vitest";

import { readFileStart } from "../../src/audio/file-bytes.ts";
import { sniff, sniffFile } from "../../src/audio/sniff.ts";
import { opusHead, opusPages, page } from "./ogg-writer.ts";
import { ffmpeg, librivox, seeded, temporaryFolder } from "./samples.ts";

const folder = temporaryFolder();
const random = seeded(7);
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random() * 256));
const latin = (text: string): Buffer => Buffer.from(text.padEnd(64, "\0"), "latin1");

let mp3: Buffer;
let adts: Buffer;

beforeAll(() => {
  mp3 = ffmpeg(["-i", librivox[1]!, "-f", "mp3", "-id3v2_version", "0", "-write_xing", "0", "-"]);
  adts = ffmpeg(["-i", librivox[1]!, "-f", "adts", "-"]);
  return () => folder[Symbol.dispose]();
});

describe("recordings", () => {
  test.each([
    ["fLaC", "flac"],
    ["\x1aE\xdf\xa3", "matroska"],
    ["#!AMR\n", "amr"],
    ["#!AMR-WB\n", "amr"],
    ["caff\0\x01", "caf"],
    ["\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"],
    ["RIFF\0\0\0\0WAVEfmt ", "wav"],
    ["RF64\xff\xff\xff\xffWAVEds64", "wav"],
    ["FORM\0\0\0\0AIFF", "aiff"],
    ["FORM\0\0\0\0AIFC", "aiff"],
    ["\0\0\0\x20ftypM4A ", "mov"],
    ["\0\0\0\x20ftyp3gp4", "mov"],
    ["\0\0\0\x08wide", "mov"],
    ["\0\0\x10\0moov", "mov"],
  ])("%j is for the demuxer %s", (start, demuxer) => {
    expect(sniff(latin(start))).toEqual({ kind: "container", demuxer });
  });

  test("Ogg with an Opus stream is decoded in the process", () => {
    expect(sniff(Buffer.concat(opusPages([])))).toEqual({ kind: "ogg-opus" });
  });

  test("Ogg with an Opus stream behind another stream's first page is, too", () => {
    const skeleton = page({
      serial: 5,
      sequence: 0,
      granule: 0n,
      first: true,
      lacing: [8],
      body: Buffer.from("fishead\0"),
    });
    expect(sniff(Buffer.concat([skeleton, ...opusPages([])]))).toEqual({ kind: "ogg-opus" });
  });

  test("Ogg with junk before it is", () => {
    expect(sniff(Buffer.concat([noise(3000), ...opusPages([])]))).toEqual({ kind: "ogg-opus" });
  });

  test("Ogg without an Opus stream is for ffmpeg", () => {
    const vorbis = page({
      sequence: 0,
      granule: 0n,
      first: true,
      lacing: [7],
      body: Buffer.from("\x01vorbis"),
    });
    expect(sniff(vorbis)).toEqual({ kind: "container", demuxer: "ogg" });
  });

  test("MP3 and AAC are known by frames that follow each other, also behind junk and in the middle of a frame", () => {
    for (const skipped of [0, 100]) {
      expect(sniff(mp3.subarray(skipped, skipped + 4000))).toEqual({ kind: "container", demuxer: "mp3" });
      expect(sniff(adts.subarray(skipped, skipped + 4000))).toEqual({ kind: "container", demuxer: "aac" });
    }
    expect(sniff(Buffer.concat([noise(500), mp3.subarray(0, 4000)]))).toEqual({
      kind: "container",
      demuxer: "mp3",
    });
  });
});

describe("what lies behind an ID3 tag decides, not the tag", () => {
  const cover = 200_000;
  const tag = Buffer.alloc(10 + cover, "picture");
  tag.write("ID3\x04\0\0", "latin1");
  tag.set([0, (cover >> 14) & 0x7f, (cover >> 7) & 0x7f, cover & 0x7f], 6);

  test.each([
    ["MP3", (): Buffer => mp3, { kind: "container", demuxer: "mp3" }],
    ["AAC", (): Buffer => adts, { kind: "container", demuxer: "aac" }],
    ["Ogg Opus", (): Buffer => Buffer.concat(opusPages([], { head: opusHead({}) })), { kind: "ogg-opus" }],
    ["FLAC", (): Buffer => latin("fLaC"), { kind: "container", demuxer: "flac" }],
    ["nothing known", (): Buffer => Buffer.alloc(100), { kind: "container", demuxer: "mp3" }],
  ])("%s", async (name, bytes, expected) => {
    const file = folder.file(name, Buffer.concat([tag, bytes()]));
    expect(await sniffFile(await readFileStart(file))).toEqual(expected);
  });
});

describe("no recordings", () => {
  test.each([
    ["a web page", "<!DOCTYPE html><html><body>expired</body></html>", "text"],
    ["a playlist", "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/secret\n", "text"],
    ["a concat script", "ffconcat version 1.0\nfile /etc/passwd\n", "text"],
    ["a vector picture", '<svg xmlns="http://www.w3.org/2000/svg"></svg>', "text"],
    ["a letter in Chinese", "您好，这不是录音。", "text"],
  ])("%s", (_, text, looksLike) => {
    expect(sniff(Buffer.from(text))).toEqual({ kind: "other", looksLike });
  });

  test.each([
    ["PNG", "\x89PNG\r\n", "picture"],
    ["JPEG", "\xff\xd8\xff\xe0", "picture"],
    ["WebP", "RIFF\0\0\0\0WEBPVP8 ", "picture"],
    ["HEIC", "\0\0\0\x18ftypheic", "picture"],
    ["PDF", "%PDF-1.7", "document"],
    ["ZIP", "PK\x03\x04", "archive"],
    ["a Linux program", "\x7fELF\x02", "program"],
    ["a Windows program", "MZ\x90\0", "program"],
  ])("%s", (_, start, looksLike) => {
    expect(sniff(latin(start))).toEqual({ kind: "other", looksLike });
  });

  test("random bytes and zeros", () => {
    expect(sniff(noise(65_536))).toEqual({ kind: "other", looksLike: "unknown" });
    expect(sniff(Buffer.alloc(65_536))).toEqual({ kind: "other", looksLike: "unknown" });
  });

  test("an empty file", async () => {
    expect(await sniffFile({ path: "", bytes: Buffer.alloc(0) })).toEqual({ kind: "empty" });
  });
});
