import { expect, test } from "vitest";

import { spaceBetween, textOf, wordsOfText } from "../../src/transcription/spoken-words.ts";

test.each([
  ["Hello, world. It's 5.30 - okay?", ["Hello,", "world.", "It's", "5.30 -", "okay?"]],
  ["- “Hi there” ...", ["- “Hi", "there” ..."]],
  ["say 'no' (no) no!", ["say", "'no'", "(no)", "no!"]],
  [
    "我们去（北京）吃饭，好吗？Yes OK",
    ["我", "们", "去", "（北", "京）", "吃", "饭，", "好", "吗？", "Yes", "OK"],
  ],
  ["iPhone手机很好", ["iPhone", "手", "机", "很", "好"]],
  ["コーヒー を飲む", ["コー", "ヒー", "を", "飲", "む"]],
  ["안녕 하세요", ["안녕", "하세요"]],
])("%s is parted into words that keep their punctuation, and put together again", (text, words) => {
  expect(wordsOfText(text).map((word) => word.text)).toEqual(words);
  expect(textOf(wordsOfText(text))).toBe(text);
});

test.each(["", "   ", "...", "— ?"])("punctuation alone, %j, is no word", (text) => {
  expect(wordsOfText(text)).toEqual([]);
});

test.each([
  ["Don't,", "dont"],
  ["ＯＫ！", "ok"],
  ["É", "é"],
  ["5.30", "530"],
])("%s is compared as %s", (text, key) => {
  expect(wordsOfText(text).map((word) => word.key)).toEqual([key]);
});

test.each([
  ["Yes.", "No", true],
  ["好。", "吃饭", false],
  ["好。", "Yes", true],
  ["Yes.", "好", true],
])("between %s and %s a space is needed: %s", (before, after, space) => {
  expect(spaceBetween(before, after)).toBe(space);
});
