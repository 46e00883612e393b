import { array, assert, constant, constantFrom, oneof, property, string, stringMatching } from "fast-check";
import { expect, test } from "vitest";

import { pagesOf } from "../../../src/bot/answers/pages.ts";
import { plainText } from "../../../src/bot/answers/safe-text.ts";
import { renderMarkdown } from "../discord-markdown.ts";

const seeded = { seed: 20261, numRuns: 60 };
const room = { first: 300, next: 400 };

const word = oneof(
  stringMatching(/^[a-zA-Z']{1,12}$/),
  stringMatching(/^[*_~|`<>#[\]():@\\-]{1,8}$/),
  constantFrom("1.", "-", "😀", "👩‍👩‍👧‍👦", "naïve", "café"),
);
const spaced = array(word, { minLength: 1, maxLength: 300 }).map((words) => plainText(words.join(" ")));

test("pages hold every word whole, in order, and never more than fits", () => {
  assert(
    property(spaced, (said) => {
      const pages = pagesOf(said, room);
      for (const [index, page] of pages.entries()) {
        expect(page.length).toBeLessThanOrEqual(index === 0 ? room.first : room.next);
      }
      const shown = pages.map((page) => renderMarkdown(page));
      expect(shown.flatMap(({ formats }) => formats)).toEqual([]);
      expect(shown.map(({ text }) => text).join(" ")).toBe(said);
    }),
    seeded,
  );
});

const unspaced = array(
  oneof(string({ unit: "grapheme", minLength: 20, maxLength: 200 }), constant("我们明天再说吧，好的。")),
  { minLength: 1, maxLength: 60 },
).map((parts) => plainText(parts.join("")).replaceAll(" ", ""));

test("text without blanks is cut between letters: nothing is lost and no pair is split", () => {
  assert(
    property(unspaced, (said) => {
      const shown = pagesOf(said, room).map((page) => renderMarkdown(page).text);
      expect(shown.join("")).toBe(said);
      expect(shown.every((page) => page.isWellFormed() && page.length <= room.next)).toBe(true);
    }),
    seeded,
  );
});

test("Chinese is cut between words and after their punctuation", () => {
  const sentence = "我们明天上午十点在图书馆门口见面，";
  const pages = pagesOf(sentence.repeat(60), room);
  const words = new Intl.Segmenter("zh", { granularity: "word" });
  const starts = new Set([...words.segment(sentence.repeat(60))].map(({ index }) => index));
  let position = 0;
  for (const page of pages.slice(0, -1)) {
    position += page.length;
    expect(starts).toContain(position);
    expect(sentence.repeat(60)[position]).not.toBe("，");
  }
});

test("the beginning of every page is safe, not just that of the text", () => {
  const pages = pagesOf(plainText("- # ".repeat(400)), room);
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.flatMap((page) => renderMarkdown(page).formats)).toEqual([]);
});

test("one letter of thousands of code points is cut all the same", () => {
  const family = `👩${"\u200D👩".repeat(2000)}`;
  expect(pagesOf(family, room).every((page) => page.length <= room.next && page.isWellFormed())).toBe(true);
});

test("no text gives no pages", () => {
  expect(pagesOf("", room)).toEqual([]);
});
