import { expect, test } from "vitest";

import { boldName, captionMessages, type CaptionLine } from "../../../src/bot/captions/caption-lines.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";

const words = (name: string, text: string): CaptionLine => ({ type: "words", speakerId: name, name, text });
const remark = (markdown: string): CaptionLine => ({ type: "remark", markdown, key: "behind" });

test("a turn is one line: the name in bold, then the words", () => {
  expect(captionMessages([words("Ada", "Shall we begin?"), words("Ben", "Yes.")])).toEqual([
    "**Ada** Shall we begin?\n**Ben** Yes.",
  ]);
});

test("what somebody says with nobody in between is one line", () => {
  expect(captionMessages([words("Ada", "One."), words("Ada", "Two."), words("Ben", "Three.")])).toEqual([
    "**Ada** One. Two.\n**Ben** Three.",
  ]);
});

test("a remark takes the place of the one before it of the same kind", () => {
  expect(captionMessages([words("Ada", "Hi."), remark("-# 6 s"), remark("-# 9 s")])).toEqual([
    "**Ada** Hi.\n-# 9 s",
  ]);
});

test.each([
  ["@everyone **bold** `code`", String.raw`**Ada** \@everyone \*\*bold\*\* \`code\``],
  ["first\n# second", "**Ada** first # second"],
  ["<@1> <#2>", String.raw`**Ada** \<\@1> \<\#2>`],
])("words %j stay words", (text, line) => {
  const [message = ""] = captionMessages([words("Ada", text)]);
  expect(message.replaceAll("\\", "")).toBe(line.replaceAll("\\", ""));
  expect(message).not.toMatch(/(?<!\\)@everyone|(?<!\\)`|(?<!\\)<[@#]/);
});

test("a name can neither format nor break its line", () => {
  expect(boldName("a**b\nc")).toBe(String.raw`a\*\*b c`);
  expect(boldName(" ​ ")).toBe("?");
  expect(boldName("x".repeat(500))).toHaveLength(80);
});

test("no message is longer than Discord takes, no word is cut or lost, and each message begins with a name", () => {
  const random = seededRandom(9);
  for (let round = 0; round < 100; round++) {
    const said = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) => ({
      name: index % 2 === 0 ? "Ada" : "Ben",
      said: Array.from({ length: 1 + Math.floor(random() * 500) }, () =>
        "w".repeat(1 + Math.floor(random() * 12)),
      ),
    }));
    const messages = captionMessages(said.map((one) => words(one.name, one.said.join(" "))));
    expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(2000);
    expect(messages.every((message) => /^\*\*(?:Ada|Ben)\*\* /.test(message))).toBe(true);
    const written = messages
      .join("\n")
      .replaceAll(/\*\*(?:Ada|Ben)\*\* /g, "")
      .split(/\s+/);
    expect(written).toEqual(said.flatMap((one) => one.said));
  }
});
