import { describe, expect, test } from "vitest";

import { commandWords } from "../../src/explanations/command-words.ts";
import { commands, type CommandPath } from "../../src/explanations/languages/en/commands.ts";

const menuEntries: ReadonlySet<string> = new Set(["Transcribe", "Read as a page"]);
const paths = Object.keys(commands) as CommandPath[];

describe.each(paths)("%s", (path) => {
  const { name, description, nameLocalizations, descriptionLocalizations } = commandWords(path);
  const isMenu = menuEntries.has(path);

  test("is localised in American English and Simplified Chinese", () => {
    expect(Object.keys(nameLocalizations)).toEqual(["en-US", "zh-CN"]);
    expect(nameLocalizations["en-US"]).toBe(name);
  });

  test("has names that Discord takes", () => {
    // The menu entry may have capitals; Discord's pattern for everything typed forbids them.
    const pattern = isMenu ? /^[\p{L}\p{N} ]{1,32}$/u : /^[-_\p{L}\p{N}]{1,32}$/u;
    for (const one of Object.values(nameLocalizations)) {
      expect(one).toMatch(pattern);
      if (!isMenu) expect(one).toBe(one.toLowerCase());
    }
  });

  test("has descriptions of at most 100 characters, and a menu entry none", () => {
    const descriptions = [description, ...Object.values(descriptionLocalizations)];
    if (isMenu) expect(descriptions).toEqual([""]);
    else for (const one of descriptions) expect(one).toMatch(/^.{1,100}$/u);
  });
});

test("options of one command have different names in every language", () => {
  for (const locale of ["en-US", "zh-CN"]) {
    const names = paths.filter((path) => path.startsWith("transcribe ")).map((path) => commandWords(path));
    expect(new Set(names.map((one) => one.nameLocalizations[locale])).size).toBe(names.length);
  }
});
