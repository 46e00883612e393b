import { expect, test } from "vitest";

import { ffmpegVersion } from "../../src/audio/ffmpeg-version.ts";

test("the installed ffmpeg has a version", async () => {
  expect(await ffmpegVersion()).toMatch(/^\d+\./);
});

test("a program that is not there has none", async () => {
  expect(await ffmpegVersion("ffmpeg-of-nobody")).toBeUndefined();
});
