import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { Language } from "./language.ts";
import { language as en } from "./languages/en.ts";

const languageFile = /^([a-z]{2,3})\.ts$/;

/** Every language of the project by its tag: one for each file of that name in languages/, found when the program starts. */
export const languages: Readonly<Record<string, Language>> & { readonly en: typeof en } = {
  en,
  ...Object.fromEntries(await Promise.all(tags().map(async (tag) => [tag, await load(tag)] as const))),
};

function tags(): string[] {
  return readdirSync(join(import.meta.dirname, "languages"))
    .map((file) => languageFile.exec(file)?.[1])
    .filter((tag) => tag !== undefined)
    .toSorted();
}

async function load(tag: string): Promise<Language> {
  const file: { readonly language: Language } = await import(`./languages/${tag}.ts`);
  return file.language;
}

/** The language of a tag; English where the project has none of it. */
export function languageOf(tag: string): Language {
  return languages[tag] ?? en;
}
