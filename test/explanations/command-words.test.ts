import { describe, expect, test } from "vitest";

import { commandWords } from "../../src/explanations/command-words.ts";
import { languages } from "../../src/explanations/languages.ts";
import { commands, type CommandPath } from "../../src/explanations/languages/en/commands.ts";

const menuEntries: ReadonlySet<string> = new Set(["Transcribe", "Read as a page"]);
/** Options that go by the path of their command alone stand beside its subcommands, not among them. */
const sharedOptions: ReadonlySet<string> = new Set([
  "settings channel",
  "captions channel",
  "captions where",
  "captions language",
  "captions people",
  "transcripts text",
  "transcripts member",
]);
const discordLocales = Object.values(languages).map(({ discordLocale }) => discordLocale);
const paths = Object.keys(commands) as CommandPath[];

describe.each(paths)("%s", (path) => {
  const { name, description, nameLocalizations, descriptionLocalizations } = commandWords(path);
  const isMenu = menuEntries.has(path);

  test("is localised in every language, American English among them", () => {
    expect(Object.keys(nameLocalizations)).toEqual(discordLocales);
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

test.each(discordLocales)("what stands side by side has different names in %s", (locale) => {
  const byParent = Object.groupBy(paths, (path) => path.split(" ").slice(0, -1).join(" "));
  for (const [parent, siblings = []] of Object.entries(byParent)) {
    // Menu entries are a list of their own.
    const listed = siblings.filter((path) => !menuEntries.has(path) && !sharedOptions.has(path));
    const names = listed.map((path) => commandWords(path).nameLocalizations[locale]);
    expect([parent, new Set(names).size]).toEqual([parent, names.length]);
  }
});
