import { describe, expect, test } from "vitest";

import type { SpokenWord } from "../../src/transcription/spoken-words.ts";
import { timeWords } from "../../src/transcription/word-times.ts";

/** A clip of two pieces: 2 s from 10 s on, and 3 s from 60 s on. */
const place = {
  pieces: [
    { clipStartMs: 0, startMs: 10_000, durationMs: 2000 },
    { clipStartMs: 2000, startMs: 60_000, durationMs: 3000 },
  ],
  speech: [
    { startMs: 10_250, endMs: 11_750 },
    { startMs: 60_250, endMs: 62_750 },
  ],
};

function times(words: readonly SpokenWord[]): [string, number, number][] {
  return words.map(({ text, startMs, endMs }) => [text, Math.round(startMs), Math.round(endMs)]);
}

describe("word times of the service", () => {
  test("become recording time across left-out silence", () => {
    const heard = [
      { text: "one", startMs: 300, endMs: 900 },
      { text: "two", startMs: 1500, endMs: 2000 },
      { text: "three", startMs: 2000, endMs: 3100 },
    ];
    expect(times(timeWords("One two three.", heard, place))).toEqual([
      ["One", 10_300, 10_900],
      ["two", 11_500, 12_000],
      ["three.", 60_000, 61_100],
    ]);
  });

  test("are matched to the text by sound, whatever its case and punctuation", () => {
    const heard = ["it's", "FINE", "now"].map((text, index) => ({
      text,
      startMs: index * 500,
      endMs: index * 500 + 400,
    }));
    const words = timeWords("Its fine... now!", heard, place);
    expect(words.map((word) => [word.text, word.estimated])).toEqual([
      ["Its", false],
      ["fine...", false],
      ["now!", false],
    ]);
    expect(words.map((word) => word.startMs)).toEqual([10_000, 10_500, 11_000]);
  });

  test("of words spelled another way are taken over as a whole", () => {
    const heard = [
      { text: "at", startMs: 300, endMs: 500 },
      { text: "twenty", startMs: 500, endMs: 900 },
      { text: "one", startMs: 900, endMs: 1300 },
      { text: "sharp", startMs: 1300, endMs: 1700 },
    ];
    expect(times(timeWords("At 21 sharp", heard, place))).toEqual([
      ["At", 10_300, 10_500],
      ["21", 10_500, 11_300],
      ["sharp", 11_300, 11_700],
    ]);
  });

  test("of words of several characters are shared by the characters", () => {
    const heard = [{ text: "北京", startMs: 400, endMs: 1000 }];
    expect(times(timeWords("北京。", heard, place))).toEqual([
      ["北", 10_400, 10_700],
      ["京。", 10_700, 11_000],
    ]);
  });

  test("that run backwards or out of the clip are kept inside and in order", () => {
    const heard = [
      { text: "a", startMs: 900, endMs: 1200 },
      { text: "b", startMs: 100, endMs: 50 },
      { text: "c", startMs: 99_000, endMs: 99_500 },
    ];
    const starts = timeWords("a b c", heard, place).map((word) => word.startMs);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts.at(-1)).toBeLessThanOrEqual(63_000);
  });

  test("that are all zero are no times", () => {
    const words = timeWords(
      "a b",
      [
        { text: "a", startMs: 0, endMs: 0 },
        { text: "b", startMs: 0, endMs: 0 },
      ],
      place,
    );
    expect(words.map((word) => word.estimated)).toEqual([true, true]);
  });
});

describe("without word times", () => {
  test("words are spread over the speech by their length and marked estimated", () => {
    const words = timeWords("aa aaaaa aa aaaaa", null, {
      pieces: [{ clipStartMs: 0, startMs: 0, durationMs: 2000 }],
      speech: [{ startMs: 100, endMs: 1900 }],
    });
    expect(times(words)).toEqual([
      ["aa", 100, 400],
      ["aaaaa", 400, 1000],
      ["aa", 1000, 1300],
      ["aaaaa", 1300, 1900],
    ]);
    expect(words.every((word) => word.estimated)).toBe(true);
  });

  test("a pause falls between two sentences near it", () => {
    const words = timeWords("This is said. And that is said after a pause.", null, place);
    expect(words.map((word) => [word.text, word.startMs < 30_000])).toEqual([
      ["This", true],
      ["is", true],
      ["said.", true],
      ...["And", "that", "is", "said", "after", "a", "pause."].map((text) => [text, false]),
    ]);
  });

  test("a single word is put where most is spoken", () => {
    expect(times(timeWords("Well", null, place))).toEqual([["Well", 60_250, 62_750]]);
  });

  test("no words take no time", () => {
    expect(timeWords("", null, place)).toEqual([]);
  });
});
