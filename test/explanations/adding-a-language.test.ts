import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, glob, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Locale } from "discord.js";
import { expect, onTestFinished, test } from "vitest";

import { languages } from "../../src/explanations/languages.ts";
import { localeFor } from "../../src/explanations/words.ts";

const root = join(import.meta.dirname, "..", "..");

test("no code outside the languages' files has one case for each of them", async () => {
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

test("a language is one file, and spoken once it is there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "earshot-languages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(root, "src/explanations"), join(folder, "explanations"), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(
    join(folder, "explanations/languages/de.ts"),
    `import { language as en } from "./en.ts";
    const { words, commands } = en;
    export const language = {
      ...en,
      discordLocale: "de",
      pageLanguage: "de",
      words: { ...words, retry: "Noch einmal" },
      commands: { ...commands, transcribe: { name: "abschreiben", description: "Schreibt auf" } },
    };`,
  );
  await writeFile(
    join(folder, "speak.ts"),
    `import { commandWords } from "./explanations/command-words.ts";
    import { createWords, localeFor } from "./explanations/words.ts";
    const tag = localeFor("de");
    const { nameLocalizations } = commandWords("transcribe");
    console.log(JSON.stringify([tag, createWords().say(tag, "retry"), nameLocalizations.de, localeFor("fr")]));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "speak.ts")]);
  expect(JSON.parse(stdout)).toEqual(["de", "Noch einmal", "abschreiben", "en"]);
});
