import { describe, expect, test } from "vitest";

import { createWords } from "../../src/explanations/words.ts";

const words = createWords();
const threadName = (name: string): string => words.threadName("en", name, 42_000);
const rest = " · voice note · 0:42";
const room = 100 - rest.length;

test("a thread is named after who speaks, what it is and how long", () => {
  expect(threadName("Ann")).toBe("Ann · voice note · 0:42");
  expect(words.threadName("zh", "小安", 67_000)).toBe("小安 · 语音消息 · 1:07");
});

test("a length that nobody knows is left out", () => {
  expect(words.threadName("en", "Ann", null)).toBe("Ann · voice note");
});

test("a name that just fits stays whole, one more letter shortens it", () => {
  expect(threadName("x".repeat(room))).toBe("x".repeat(room) + rest);
  expect(threadName("x".repeat(room + 1))).toBe(`${"x".repeat(room - 1)}…${rest}`);
});

describe("a long name is cut between graphemes", () => {
  test.each([
    ["a family", "👨‍👩‍👧‍👦"],
    ["a flag", "🇨🇳"],
    ["a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["a skin tone", "👍🏽"],
    ["an accent of its own", "e\u0301"],
    ["a Hangul syllable", "\u1112\u1161\u11ab"],
    ["a letter beyond the basic plane", "𝔄"],
  ])("%s", (_, grapheme) => {
    const name = threadName(grapheme.repeat(60));
    expect(name.length).toBeLessThanOrEqual(100);
    expect(name.endsWith(`…${rest}`)).toBe(true);
    const kept = name.slice(0, -`…${rest}`.length);
    expect(kept).toBe(grapheme.repeat(kept.length / grapheme.length));
    expect(kept.length).toBeGreaterThan(room - grapheme.length - 2);
  });
});

test("one letter under a heap of accents cannot push the rest out", () => {
  const name = threadName(`a${"\u0301".repeat(500)}`);
  expect(name.length).toBe(100);
  expect(name.endsWith(`…${rest}`)).toBe(true);
});

test("no cut leaves half a surrogate pair", () => {
  for (let before = 0; before < 4; before += 1) {
    expect(threadName("x".repeat(before) + "😀".repeat(100)).isWellFormed()).toBe(true);
  }
});

test("line breaks, controls and direction marks become a blank", () => {
  expect(threadName(" A\n\tn\u202En\u2066 \u0007 ")).toBe("A n n · voice note · 0:42");
});

test.each(["", " ", "\n\u202E"])("a name of nothing (%j) has a stand-in", (name) => {
  expect(threadName(name)).toBe("Someone · voice note · 0:42");
});
