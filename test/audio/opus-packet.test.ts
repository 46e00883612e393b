import { expect, test } from "vitest";

import { concealmentTocs, frameSamples, packetSamples } from "../../src/audio/opus-packet.ts";

const ms = (samples: number): number => samples / 48;

test("frame lengths are those of RFC 6716 table 2", () => {
  const lengths = Array.from({ length: 32 }, (_, config) => ms(frameSamples(config << 3)));
  const silk = [10, 20, 40, 60];
  const hybrid = [10, 20];
  const celt = [2.5, 5, 10, 20];
  expect(lengths).toEqual([
    ...silk,
    ...silk,
    ...silk,
    ...hybrid,
    ...hybrid,
    ...celt,
    ...celt,
    ...celt,
    ...celt,
  ]);
});

test.each([
  ["one frame", [0xf8], 20],
  ["two frames of one size", [0xf9], 40],
  ["two frames of two sizes", [0xfa], 40],
  ["six frames", [0xfb, 6], 120],
  ["48 frames of 2.5 ms", [0xe3, 48], 120],
  ["padding and VBR flags beside the count", [0xfb, 0xc3], 60],
])("length of a packet with %s", (_, bytes, expected) => {
  expect(ms(packetSamples(Uint8Array.from(bytes))!)).toBe(expected);
});

test.each([
  ["no bytes", []],
  ["a missing frame count", [0xfb]],
  ["no frames", [0xfb, 0]],
  ["more than 120 ms", [0xfb, 7]],
  ["63 frames of 60 ms", [0x1b, 63]],
])("a packet with %s has no length", (_, bytes) => {
  expect(packetSamples(Uint8Array.from(bytes))).toBe(undefined);
});

test("a loss is concealed by the last frame size while it fits, then by shorter frames of the same mode, then by CELT", () => {
  const silk20 = 0x48 | 4;
  const tocs = concealmentTocs(silk20, 95 * 48);
  expect(tocs.map((toc) => ms(frameSamples(toc)))).toEqual([20, 20, 20, 20, 10, 5]);
  expect(tocs.map((toc) => toc >> 3)).toEqual([9, 9, 9, 9, 8, 21]);
  expect(tocs.every((toc) => (toc & 7) === 4)).toBe(true);
});

test("a loss of less than 2.5 ms is not concealed by any frame", () => {
  expect(concealmentTocs(0xf8, 119)).toEqual([]);
});
