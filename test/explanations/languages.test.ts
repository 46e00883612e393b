import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { ProblemSentences } from "../../src/explanations/language.ts";
import { languageOf, languages } from "../../src/explanations/languages.ts";
import { createWords } from "../../src/explanations/words.ts";

const root = join(import.meta.dirname, "../..");
const words = createWords();
const typedPaths = Object.entries(languages.en.commands)
  .filter(([, { description }]) => description !== "")
  .map(([path]) => path);
const everyLanguage = Object.entries(languages);
const otherLanguages = everyLanguage.filter(([locale]) => locale !== "en");

/** Every sentence of a language under a path, plural forms by their key without the form. */
function sentencesOf(locale: string): Map<string, string[]> {
  const language = languageOf(locale);
  const sentences = new Map<string, string[]>();
  const add = (path: string, text: string): void => {
    sentences.set(path, [...(sentences.get(path) ?? []), text]);
  };
  for (const [key, text] of Object.entries(language.words)) add(key.replace(/_(one|other)$/, "_n"), text);
  for (const [key, problem] of Object.entries<ProblemSentences>({ ...language.reasons, ...language.codes })) {
    for (const [field, text] of Object.entries(problem)) add(`${key}/${field}`, text);
  }
  return sentences;
}

function placeholdersIn(texts: readonly string[]): string[][] {
  return texts.map((text) => [...text.matchAll(/\{\{(.+?)\}\}/g)].map(([, inner = ""]) => inner).toSorted());
}

describe.each(otherLanguages)("%s", (locale) => {
  const here = sentencesOf(locale);
  const english = sentencesOf("en");

  test("has every key that English has, and no other", () => {
    expect([...here.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test("fills every sentence with the same values in the same formats", () => {
    for (const [path, texts] of here) {
      const theirs = placeholdersIn(english.get(path) ?? []).at(-1);
      for (const placeholders of placeholdersIn(texts)) expect([path, placeholders]).toEqual([path, theirs]);
    }
  });

  test("translates every sentence", () => {
    const same = [...here].filter(([path, texts]) => english.get(path)?.includes(texts[0] ?? ""));
    expect(same.map(([path]) => path)).toEqual(["share"]);
  });
});

describe.each(everyLanguage)("%s", (locale, language) => {
  const forms = Object.keys(language.words)
    .map((key) => /^(.+)_(zero|one|two|few|many|other)$/.exec(key))
    .filter((match) => match !== null);

  test("has exactly the plural forms that its grammar knows", () => {
    const grammar = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    const byKey = Object.groupBy(forms, ([, key = ""]) => key);
    expect(Object.keys(byKey)).not.toEqual([]);
    for (const [key, all = []] of Object.entries(byKey)) {
      expect([key, all.map(([, , form = ""]) => form).toSorted()]).toEqual([key, grammar]);
    }
  });

  test("fills in only numbers and names, never what somebody said or a secret", () => {
    const allowed = new Set(
      (
        "percent done count lostMs index total seconds minutes hours attempt time from to language languages waiting running later rate " +
        "recognizer host channel link member traceId code httpStatus limitMinutes limitMegabytes permission " +
        "setting allowed most transcripts answers text waiting running later"
      ).split(" "),
    );
    const names = [...sentencesOf(locale).values()]
      .flatMap((texts) => placeholdersIn(texts).flat())
      .map((inner) => inner.split(",")[0] ?? "");
    expect(names.filter((name) => !allowed.has(name))).toEqual([]);
  });

  test("names only commands that Discord lists in this language or in English", () => {
    const listed = new Set(
      [language.commands, languages.en.commands].flatMap((commands) =>
        // Menu entries are chosen, not typed: the blanks in their names part nothing.
        typedPaths.map((path) =>
          path
            .split(" ")
            .map((_, index, parts) => {
              const upTo = parts.slice(0, index + 1).join(" ") as keyof typeof commands;
              return commands[upTo].name;
            })
            .join(" "),
        ),
      ),
    );
    const named = [...sentencesOf(locale).values()]
      .flat()
      .flatMap((text) => [...text.matchAll(/`\/([^`]+)`/g)].map(([, command = ""]) => command));
    expect(named).not.toEqual([]);
    expect(named.filter((command) => !listed.has(command))).toEqual([]);
  });

  test("keeps every sentence within a Discord message, and problems short", () => {
    for (const [path, texts] of sentencesOf(locale)) {
      for (const text of texts)
        expect([path, text.length < (path.includes("/") ? 300 : 500)]).toEqual([path, true]);
    }
  });
});

test.each([
  ["en", 1, 1, "Listening… 1 of 1 part"],
  ["en", 0, 2, "Listening… 0 of 2 parts"],
  ["en", 999, 1200, "Listening… 999 of 1,200 parts"],
  ["zh", 1, 1, "正在听… 已完成 1 段，共 1 段"],
  ["zh", 999, 1200, "正在听… 已完成 999 段，共 1,200 段"],
] as const)("progress in %s, %d of %d", (locale, done, count, text) => {
  expect(words.say(locale, "listeningParts", { done, count })).toBe(text);
});

test.each([
  ["en", 1, "about 1 minute left"],
  ["en", 3, "about 3 minutes left"],
  ["zh", 3, "大约还需 3 分钟"],
] as const)("the time left in %s with %d minutes", (locale, count, text) => {
  expect(words.say(locale, "leftMinutes", { count })).toBe(text);
});

test.each([
  ["en", 1000, "Damaged and left out: 1 second of the recording."],
  ["en", 2340, "Damaged and left out: 2.3 seconds of the recording."],
  ["zh", 2340, "录音中有2.3秒钟已损坏，未能转写。"],
] as const)("lost audio in %s, %d ms", (locale, lostMs, text) => {
  expect(words.say(locale, "audioLost", { lostMs })).toBe(text);
});

test("there is no sentence that nobody says", async () => {
  const files = await Array.fromAsync(glob("{src,commands}/**/*.ts", { cwd: root }));
  const texts = files
    .filter((file) => !file.includes("explanations/languages/"))
    .map((file) => readFileSync(join(root, file), "utf8"));
  const code = texts.join("\n");
  const names = new Set(Object.keys(languages.en.words).map((key) => key.replace(/_(?:one|other)$/, "")));
  expect([...names].filter((name) => !code.includes(`"${name}"`))).toEqual([]);
});

test("values are put in as they are", () => {
  expect(words.say("en", "captionsStopped", { link: "<a>&{{code}}$t(retry)" })).toContain(
    " in <a>&{{code}}$t(retry)",
  );
});

test("sentences that belong together are joined as the language does", () => {
  expect(words.join("en", "One.", "", "Two.")).toBe("One. Two.");
  expect(words.join("zh", "一。", "二。")).toBe("一。二。");
});

test("the introduction of direct messages speaks of no server and no moderators", () => {
  for (const host of ["sis-ext.example", null]) {
    const said = words.introduction("en", { name: "sis", host, direct: true });
    expect(said).toContain("/privacy opt-out");
    expect(said).not.toMatch(/server|moderator/i);
  }
});

test("the introduction says where the audio goes, and how to stay out", () => {
  const sent = words.introduction("en", { name: "sis", host: "sis-ext.example", direct: false });
  expect(sent).toContain("sent to SIS (sis-ext.example)");
  expect(sent).toContain("`/privacy opt-out`");
  expect(sent).toContain("`/settings notes off`");
  expect(words.introduction("en", { name: "pocketsphinx", host: null, direct: false })).toContain(
    "it isn't sent anywhere",
  );
});

test("the type-checker knows the keys and their values", () => {
  // @ts-expect-error a key that does not exist
  const noSuchKey = words.say("en", "noSuchKey");
  // @ts-expect-error a value is missing
  words.say("en", "listeningParts", { count: 1 });
  // @ts-expect-error a formatted value is a number
  words.say("en", "audioLost", { lostMs: "2" });
  // @ts-expect-error there are no values to fill in
  words.say("en", "noSpeech", { count: 1 });
  expect(noSuchKey).toBe("noSuchKey");
});
