import { array, assert, constantFrom, oneof, property, string, stringMatching, tuple } from "fast-check";
import { expect, test } from "vitest";

import { escapeMarkdown, plainText } from "../../../src/bot/answers/safe-text.ts";
import { renderMarkdown } from "../discord-markdown.ts";

const seeded = { seed: 20260, numRuns: 400 };

/** Text made of what Markdown is made of, with ordinary words between. */
const nasty = array(
  oneof(
    constantFrom(
      ..."* _ ~ | ` \\ # > - + < @ : [ ] ( ) 1. 2) ! & / https:// discord.gg/abc everyone here t id a https://a.b/c_d http://x_y_z/~ smile 😀 \n \r\n \u200b \u202e é 字".split(
        " ",
      ),
      " ",
      "**",
      "__",
      "||",
      "```",
      "](",
      "<@",
      "<t:1:R>",
      "-# ",
      "# ",
    ),
    // Marks in pairs, as they work.
    tuple(constantFrom("*", "**", "_", "__", "~~", "||", "`", ":", "``"), stringMatching(/^[a-z]{1,5}$/)).map(
      ([mark, word]) => mark + word + mark,
    ),
    string({ unit: "binary", maxLength: 6 }),
    stringMatching(/^[a-z]{1,6}$/),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

test("whatever was said, Discord shows exactly that and formats none of it", () => {
  assert(
    property(nasty, (said) => {
      const plain = plainText(said);
      expect(renderMarkdown(escapeMarkdown(plain))).toEqual({ text: plain, formats: [] });
    }),
    seeded,
  );
});

test("an address is posted as it was said: an escape in it would be shown, and lead elsewhere", () => {
  const said = "see https://example.org/a_b_c/~x and _not_ this";
  expect(escapeMarkdown(said)).toBe("see https://example.org/a_b_c/~x and \\_not\\_ this");
});

test("the Markdown reader of these tests sees what is not escaped", () => {
  const formats = renderMarkdown("# **b** _i_ [a](https://x) <@1> @here :smile: <t:1> ||s|| `c`").formats;
  expect(formats).toEqual(
    expect.arrayContaining([
      "heading",
      "bold",
      "italics",
      "link",
      "mention",
      "everyone",
      "emoji",
      "timestamp",
      "spoiler",
      "code",
    ]),
  );
});

test.each([
  ["I'll be there at 10:30, snake case? Yes (maybe) & 5 < 6 [laughs]!"],
  ["那我们明天十点见吧，好吗？"],
  ["می‌خواهم بروم"],
  ["Straße, naïve, Đặng, ไปที่ไหน, हिन्दी"],
])("ordinary words are left as they are: %s", (said) => {
  expect(escapeMarkdown(plainText(said))).toBe(said);
});

test("characters that cannot be seen or turn the text round are taken out", () => {
  const hidden =
    "\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\u061C\uFEFF\u00AD";
  expect(plainText(`a${hidden}b\u{E0041}\u{E007F}c\u200Dd\u3164e`)).toBe("abcde");
});

test("control characters, line ends and runs of blanks become one blank", () => {
  expect(plainText("  a\r\n\u2028\u0007\u0000 b\t\u00A0\u3000c\u0085 ")).toBe("a b c");
});

test("joiners stay where they belong to an emoji or a word", () => {
  expect(plainText("👩‍💻 ❤️ नमस्‍ते")).toBe("👩‍💻 ❤️ नमस्‍ते");
});

test("heaps of accents are cut down to four", () => {
  expect(plainText(`z${"\u0301".repeat(50)}!`)).toBe(`z${"\u0301".repeat(4)}!`);
});

test("half a surrogate pair becomes a replacement character", () => {
  expect(plainText("a\uD83Db")).toBe("a\uFFFDb");
});

test("a name becomes plain text that cannot leave its line", () => {
  assert(
    property(nasty, (name) => {
      expect(plainText(name)).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
    }),
    seeded,
  );
});
