import { expect, test } from "vitest";

import { isPlain, parseOpusHead } from "../../src/audio/opus-head.ts";
import { opusHead } from "./ogg-writer.ts";

test("all fields are read", () => {
  expect(parseOpusHead(opusHead({ channels: 2, preSkip: 3840, gain: -256 }))).toEqual({
    channels: 2,
    preSkip: 3840,
    outputGain: -256,
    mappingFamily: 0,
    streams: 1,
    coupledStreams: 1,
    mapping: [0, 1],
  });
});

test("minor versions are accepted, another major version is not", () => {
  expect(parseOpusHead(opusHead({ version: 15 }))).toBeDefined();
  expect(parseOpusHead(opusHead({ version: 16 }))).toBe(undefined);
});

test.each([
  ["no channels", opusHead({ channels: 0 })],
  ["three channels of family 0", opusHead({ channels: 3 })],
  ["255 channels of family 0", opusHead({ channels: 255 })],
  ["a cut header", opusHead({}).subarray(0, 18)],
  ["a cut mapping table", opusHead({ channels: 6, family: 1, table: [4, 2, 0, 4, 1, 2] })],
  ["a mapping to a channel that does not exist", opusHead({ channels: 1, family: 1, table: [1, 0, 1] })],
  ["more coupled streams than streams", opusHead({ channels: 1, family: 1, table: [1, 2, 0] })],
  ["another signature", Buffer.from("OpusTagsxxxxxxxxxxxxxxxx")],
])("a header with %s is refused", (_, bytes) => {
  expect(parseOpusHead(bytes)).toBe(undefined);
});

test.each([
  ["mono", opusHead({}), true],
  ["stereo", opusHead({ channels: 2 }), true],
  ["family 1 stereo", opusHead({ channels: 2, family: 1, table: [1, 1, 0, 1] }), true],
  ["family 1 with both sides exchanged", opusHead({ channels: 2, family: 1, table: [1, 1, 1, 0] }), true],
  ["one side of a stereo stream", opusHead({ channels: 1, family: 1, table: [1, 1, 0] }), false],
  ["a muted channel", opusHead({ channels: 2, family: 1, table: [1, 0, 0, 255] }), false],
  ["5.1", opusHead({ channels: 6, family: 1, table: [4, 2, 0, 4, 1, 2, 3, 5] }), false],
  ["ambisonics", opusHead({ channels: 1, family: 2, table: [1, 0, 0] }), false],
])("one decoder is enough for %s: %#", (_, bytes, plain) => {
  expect(isPlain(parseOpusHead(bytes)!)).toBe(plain);
});
