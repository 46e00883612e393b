import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";

import { Locale } from "discord.js";
import { expect, test } from "vitest";

import { languages } from "../../src/explanations/languages/languages.ts";
import { localeFor } from "../../src/explanations/words.ts";

const root = join(import.meta.dirname, "..", "..");

test("no code outside the languages' folders has one case for each of them", async () => {
  const tags = Object.keys(languages).filter((tag) => tag !== "en");
  const cases = new RegExp(
    `Record<Locale\\\\b|(?:===|case) ["'](?:${tags.join("|")})["']|\\\\b(?:${tags.join("|")}): `,
  );
  const files = await Array.fromAsync(glob("{src,commands}/**/*.ts", { cwd: root }));
  const others = files.filter(
    (file) => !/^src\/(?:explanations\/languages|sandbox|recognizers)\//.test(file),
  );
  expect(others.length).toBeGreaterThan(100);
  const code = (file: string): string =>
    readFileSync(join(root, file), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
  expect(others.filter((file) => cases.test(code(file)))).toEqual([]);
});

test.each(Object.entries(languages))(
  "%s is a language that Discord has, and is chosen for it",
  (tag, language) => {
    expect(Object.values<string>(Locale)).toContain(language.discordLocale);
    expect(localeFor(language.discordLocale)).toBe(tag);
    expect(new Intl.Locale(language.pageLanguage).language).toBe(tag);
    expect(Intl.PluralRules.supportedLocalesOf(tag)).toEqual([tag]);
  },
);
