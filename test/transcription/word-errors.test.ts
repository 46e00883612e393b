import { expect, test } from "vitest";

import { wordErrorRate, wordErrors } from "../../src/transcription/word-errors.ts";

test.each([
  ["the same words", "Hello there, friend.", "hello there friend", { errors: 0, words: 3 }],
  ["a word that was misheard", "one two three", "one too three", { errors: 1, words: 3 }],
  ["a word too many", "one two", "one one two", { errors: 1, words: 2 }],
  ["a word that is missing", "one two three", "one three", { errors: 1, words: 3 }],
  ["nothing heard", "one two", "", { errors: 2, words: 2 }],
  ["nothing said", "", "one two", { errors: 2, words: 0 }],
  ["a script without spaces, by its characters", "今天天气", "今天天汽", { errors: 1, words: 4 }],
])("%s", (_, said, heard, expected) => {
  expect(wordErrors(said, heard)).toEqual(expected);
});

test("the rate is by words said, may pass 1, and is unknown where nothing was said", () => {
  expect([
    wordErrorRate({ errors: 1, words: 4 }),
    wordErrorRate({ errors: 3, words: 2 }),
    wordErrorRate({ errors: 2, words: 0 }),
  ]).toEqual([0.25, 1.5, null]);
});
