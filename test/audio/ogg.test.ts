import { describe, expect, test } from "vitest";

import { createOggPageReader, type OggPage } from "../../src/audio/ogg.ts";
import { page } from "./ogg-writer.ts";
import { seeded } from "./samples.ts";

const random = seeded(1);
const body = (length: number): Uint8Array => Uint8Array.from({ length }, () => random() * 256);

function pageOf(sequence: number, bytes = 100): Buffer {
  const lacing = [...Array<number>(Math.floor(bytes / 255)).fill(255), bytes % 255];
  return page({ sequence, granule: BigInt(sequence) * 960n, lacing, body: body(bytes) });
}

function read(bytes: Uint8Array, step = bytes.length): { pages: OggPage[]; cutShort: boolean } {
  const reader = createOggPageReader();
  const pages: OggPage[] = [];
  for (let at = 0; at < bytes.length; at += step) pages.push(...reader.push(bytes.subarray(at, at + step)));
  pages.push(...reader.end());
  return { pages, cutShort: reader.cutShort };
}

const sequences = (pages: readonly OggPage[]): number[] => pages.map((found) => found.sequence);

test("a page's fields are read as RFC 3533 lays them out", () => {
  const bytes = page({
    serial: 0xfedc_ba98,
    sequence: 0x8000_0001,
    granule: 0x1_2345_6789n,
    continued: true,
    last: true,
    lacing: [255, 3, 0],
    body: body(258),
  });
  const [found] = read(bytes).pages;
  expect(found).toMatchObject({
    serial: 0xfedc_ba98,
    sequence: 0x8000_0001,
    granulePosition: 0x1_2345_6789,
    continued: true,
    first: false,
    last: true,
  });
  expect([...found!.lacing]).toEqual([255, 3, 0]);
  expect(Buffer.from(found!.body)).toEqual(bytes.subarray(30));
});

test("a granule position of -1 means that no packet ends on the page", () => {
  expect(
    read(page({ sequence: 0, granule: -1n, lacing: [255], body: body(255) })).pages[0]?.granulePosition,
  ).toBe(undefined);
});

test.each([1, 7, 26, 27, 28, 1000])("pages are found when bytes come %i at a time", (step) => {
  const bytes = Buffer.concat([pageOf(0), pageOf(1, 3000), pageOf(2, 0), pageOf(3, 254)]);
  expect(sequences(read(bytes, step).pages)).toEqual([0, 1, 2, 3]);
});

describe("what is no page is skipped", () => {
  test("bytes before the first page and between pages", () => {
    const bytes = Buffer.concat([body(5000), pageOf(0), body(77), pageOf(1)]);
    expect(sequences(read(bytes, 64).pages)).toEqual([0, 1]);
  });

  test("a capture pattern in the middle of nothing", () => {
    const bytes = Buffer.concat([Buffer.from("OggSOggOggS"), pageOf(0), Buffer.from("OggS"), pageOf(1)]);
    expect(sequences(read(bytes, 3).pages)).toEqual([0, 1]);
  });

  test("a page with a wrong checksum, and only that page", () => {
    const broken = pageOf(1);
    broken[60]! ^= 1;
    expect(sequences(read(Buffer.concat([pageOf(0), broken, pageOf(2)])).pages)).toEqual([0, 2]);
  });

  test("a page whose damaged length reaches over the pages behind it", () => {
    const broken = pageOf(1);
    broken[26] = 255;
    const bytes = Buffer.concat([pageOf(0), broken, pageOf(2), pageOf(3)]);
    const { pages } = read(bytes);
    expect(sequences(pages)).toEqual([0, 2, 3]);
  });

  test("a page of another version", () => {
    const other = pageOf(1);
    other[4] = 1;
    expect(sequences(read(Buffer.concat([other, pageOf(2)])).pages)).toEqual([2]);
  });
});

describe("a file that ended inside a page is told from one that did not", () => {
  test.each([4, 20, 27, 28, 100])("cut after %i bytes of the last page", (kept) => {
    const { pages, cutShort } = read(Buffer.concat([pageOf(0), pageOf(1).subarray(0, kept)]));
    expect(sequences(pages)).toEqual([0]);
    expect(cutShort).toBe(true);
  });

  test("bytes of something else after the last page are no page cut short", () => {
    expect(read(Buffer.concat([pageOf(0), Buffer.from("TAG and more")])).cutShort).toBe(false);
  });
});

test("the search behind wrong checksums is bounded: 60 MB of pages that claim 65 KB each do not take minutes", () => {
  const header = Buffer.alloc(300, 255);
  header.write("OggS", "latin1");
  header.fill(0, 4, 26);
  const block = Buffer.concat(Array<Buffer>(200).fill(header));
  const reader = createOggPageReader();
  for (let pushed = 0; pushed < 60e6; pushed += block.length) expect([...reader.push(block)]).toEqual([]);
  expect([...reader.end()]).toEqual([]);
});
