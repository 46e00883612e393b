import { describe, expect, test } from "vitest";

import { formatDuration } from "../../src/explanations/duration.ts";
import { createWords, localeFor, recognizerName } from "../../src/explanations/words.ts";

const words = createWords();

describe("the footer", () => {
  test.each([
    [0.9, "90 % · clear · 0:08 · SIS"],
    [0.8, "80 % · clear · 0:08 · SIS"],
    [0.794, "79 % · unsure · 0:08 · SIS"],
    [0.5, "50 % · unsure · 0:08 · SIS"],
    [0.494, "49 % · please listen · 0:08 · SIS"],
    [0, "0 % · please listen · 0:08 · SIS"],
    [1, "100 % · clear · 0:08 · SIS"],
    [null, "no score · 0:08 · SIS"],
    [Number.NaN, "no score · 0:08 · SIS"],
  ])("says %s as %s", (confidence, line) => {
    expect(words.footer("en", { confidence, durationMs: 8000, recognizer: "sis" })).toBe(line);
  });

  test("gives a level that fits the rounded figure", () => {
    expect(words.footer("en", { confidence: 0.7951, durationMs: 8000, recognizer: "sis" })).toBe(
      "80 % · clear · 0:08 · SIS",
    );
  });

  test("speaks Chinese", () => {
    expect(words.footer("zh", { confidence: 0.9, durationMs: 8000, recognizer: "sis" })).toBe(
      "90 % · 清晰 · 0:08 · SIS",
    );
  });
});

test.each([
  ["sis", "SIS"],
  ["sis-sentence", "SIS sentence"],
  ["alibaba", "Alibaba"],
  ["tencent", "Tencent"],
  ["pocketsphinx", "PocketSphinx"],
  ["another", "another"],
])("%s is shown as %s", (name, shown) => {
  expect(recognizerName(name)).toBe(shown);
});

test.each([
  [0, "0:00"],
  [1, "0:01"],
  [499, "0:01"],
  [1499, "0:01"],
  [8000, "0:08"],
  [42_000, "0:42"],
  [59_600, "1:00"],
  [67_000, "1:07"],
  [3_599_499, "59:59"],
  [3_599_500, "1:00:00"],
  [3_723_000, "1:02:03"],
  [36_000_000, "10:00:00"],
])("%d ms are written %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test.each([
  ["en-US", "en"],
  ["en-GB", "en"],
  ["zh-CN", "zh"],
  ["zh-TW", "zh"],
  ["de", "en"],
  ["", "en"],
  ["constructor", "en"],
  [null, "en"],
  [undefined, "en"],
])("Discord's locale %s is answered in %s", (discordLocale, locale) => {
  expect(localeFor(discordLocale)).toBe(locale);
});
