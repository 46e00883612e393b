import { expect, test } from "vitest";

import { createOggPacketReader } from "../../src/audio/ogg-packets.ts";
import type { OggPage } from "../../src/audio/ogg.ts";

function pageOf(
  sequence: number,
  lacing: readonly number[],
  options: { continued?: boolean; mark?: number } = {},
): OggPage {
  const length = lacing.reduce((sum, segment) => sum + segment, 0);
  return {
    serial: 1,
    sequence,
    continued: options.continued ?? false,
    first: false,
    last: false,
    granulePosition: 0,
    lacing: Uint8Array.from(lacing),
    body: new Uint8Array(length).fill(options.mark ?? sequence),
  };
}

const lengths = (packets: readonly { bytes: Uint8Array }[]): number[] =>
  packets.map(({ bytes }) => bytes.length);

test("segments of 255 go on, shorter ones end a packet, and an empty one may end it or be it", () => {
  const reader = createOggPacketReader(1000);
  expect(lengths(reader.push(pageOf(0, [10, 255, 5, 255, 0, 0])))).toEqual([10, 260, 255, 0]);
});

test("a packet runs on over pages", () => {
  const reader = createOggPacketReader(10_000);
  expect(reader.push(pageOf(0, [255, 255]))).toEqual([]);
  expect(reader.unfinished).toBe(true);
  expect(reader.push(pageOf(1, [255], { continued: true }))).toEqual([]);
  const [whole, next] = reader.push(pageOf(2, [1, 7], { continued: true }));
  expect([...new Set(whole!.bytes)]).toEqual([0, 1, 2]);
  expect(whole!.bytes.length).toBe(766);
  expect(next!.bytes.length).toBe(7);
  expect(reader.unfinished).toBe(false);
});

test("what a lost page leaves of a packet is dropped, the packets behind it are not", () => {
  const reader = createOggPacketReader(10_000);
  reader.push(pageOf(0, [255]));
  expect(lengths(reader.push(pageOf(2, [255, 3, 9], { continued: true })))).toEqual([9]);
});

test("a packet that was to go on and did not is dropped", () => {
  const reader = createOggPacketReader(10_000);
  reader.push(pageOf(0, [255]));
  expect(lengths(reader.push(pageOf(1, [8])))).toEqual([8]);
});

test("a packet without its beginning that fills a page and more is skipped to its end", () => {
  const reader = createOggPacketReader(10_000);
  expect(reader.push(pageOf(5, [255, 255], { continued: true }))).toEqual([]);
  expect(reader.unfinished).toBe(false);
  expect(lengths(reader.push(pageOf(6, [4, 6], { continued: true })))).toEqual([6]);
});

test("of an oversized packet only the beginning is kept", () => {
  const reader = createOggPacketReader(300);
  reader.push(pageOf(0, [255], { mark: 1 }));
  for (let sequence = 1; sequence < 50; sequence++) reader.push(pageOf(sequence, [255], { continued: true }));
  const [packet, next] = reader.push(pageOf(50, [0, 2], { continued: true }));
  expect(packet).toMatchObject({ oversized: true });
  expect(packet!.bytes.length).toBe(300);
  expect(next).toMatchObject({ oversized: false });
});

test("sequence numbers begin again from 0 after 2^32 - 1", () => {
  const reader = createOggPacketReader(1000);
  reader.push(pageOf(0xffff_ffff, [255]));
  expect(lengths(reader.push(pageOf(0, [1], { continued: true })))).toEqual([256]);
});
