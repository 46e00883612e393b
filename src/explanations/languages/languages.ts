import type { Language } from "../language.ts";
import { english } from "./en/english.ts";
import { chinese } from "./zh/chinese.ts";

/** Every language of the project by its tag: a new one is its folder and a line here. */
export const languages = { en: english, zh: chinese } as const satisfies Record<string, Language>;
