import { describe, expect, test } from "vitest";

import { segmentsOf } from "../../src/transcription/segments.ts";
import { type SpokenWord, wordsOfText } from "../../src/transcription/spoken-words.ts";

/** Words of 300 ms, one right after the other, with longer silences where told: before the word of that index, in ms. */
function words(text: string, silences: Readonly<Record<number, number>> = {}): SpokenWord[] {
  let timeMs = 0;
  return wordsOfText(text).map((word, index) => {
    const startMs = timeMs + (silences[index] ?? 0);
    timeMs = startMs + 300;
    return { ...word, startMs, endMs: timeMs, estimated: false };
  });
}

const source = { confidence: 0.8, requestId: "r1" };

function texts(some: readonly SpokenWord[]): string[] {
  return segmentsOf(some, source).map((segment) => segment.text);
}

describe("segmentsOf", () => {
  test("makes a segment of each sentence, with its times, words and source", () => {
    const [first, second, ...others] = segmentsOf(words("How are you? Fine."), source);
    expect(first).toEqual({
      startMs: 0,
      endMs: 900,
      text: "How are you?",
      confidence: 0.8,
      requestId: "r1",
      estimated: false,
      words: [
        { text: "How", spaced: false, startMs: 0, endMs: 300 },
        { text: "are", spaced: true, startMs: 300, endMs: 600 },
        { text: "you?", spaced: true, startMs: 600, endMs: 900 },
      ],
    });
    expect(second).toMatchObject({ startMs: 900, endMs: 1200, text: "Fine." });
    expect(others).toEqual([]);
  });

  test("knows the ends of sentences in scripts without spaces", () => {
    expect(texts(words("好吗？很好。"))).toEqual(["好吗？", "很好。"]);
  });

  test("does not take the point in a number for an end", () => {
    expect(texts(words("It costs 5.30 now"))).toEqual(["It costs 5.30 now"]);
  });

  test("parts text without punctuation where somebody pauses for a second", () => {
    expect(texts(words("well yes i think so", { 2: 1000 }))).toEqual(["well yes", "i think so"]);
  });

  test("parts a long sentence at a comma", () => {
    const long = `${"a lot of words ".repeat(6)}here, and some more`;
    expect(texts(words(long))).toEqual([`${"a lot of words ".repeat(6)}here,`, "and some more"]);
  });

  test("parts a long sentence at a breath", () => {
    const long = `${"a lot of words ".repeat(6)}here and some more`;
    expect(texts(words(long, { 25: 350 }))).toEqual([`${"a lot of words ".repeat(6)}here`, "and some more"]);
  });

  test("says so where one of its times was estimated", () => {
    const some = words("How are you?").map((word, index) => ({ ...word, estimated: index === 1 }));
    expect(segmentsOf(some, source)[0]?.estimated).toBe(true);
  });

  test("makes nothing of nothing", () => {
    expect(segmentsOf([], source)).toEqual([]);
  });
});

test("a text without an end is gone through once: each word is read a few times, however many there are", () => {
  let reads = 0;
  const words = Array.from({ length: 5000 }, (_, index) => ({
    get text() {
      reads += 1;
      return "on";
    },
    key: "on",
    spaced: index > 0,
    startMs: index * 100,
    endMs: (index + 1) * 100,
    estimated: true,
  }));
  expect(segmentsOf(words, { confidence: null, requestId: null })).toHaveLength(1);
  expect(reads).toBeLessThan(20 * words.length);
});
