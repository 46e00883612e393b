import { expect, test } from "vitest";

import { codecs, demuxers } from "../../src/audio/containers.ts";
import { ffmpeg } from "./samples.ts";

/** The names in one of ffmpeg's lists, of which a line may hold several. */
function listed(list: "-demuxers" | "-decoders"): Set<string> {
  const lines = ffmpeg([list]).toString().split("\n");
  return new Set(lines.flatMap((line) => /^ \S+ +(\S+)/.exec(line)?.[1]?.split(",") ?? []));
}

test("ffmpeg knows every demuxer that it may use", () => {
  const known = listed("-demuxers");
  expect(demuxers.filter((name) => !known.has(name))).toEqual([]);
});

test("ffmpeg knows every decoder that it may use", () => {
  const known = listed("-decoders");
  expect(codecs.filter((name) => !known.has(name))).toEqual([]);
});

test("no demuxer is among them that follows the names of other files", () => {
  const following = ["concat", "hls", "dash", "image2", "imf", "rtsp", "sdp", "tee"];
  expect(demuxers.filter((name) => following.includes(name))).toEqual([]);
});
