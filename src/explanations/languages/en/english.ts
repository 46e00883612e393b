import type { Language } from "../../language.ts";
import { commands } from "./commands.ts";
import { unknown } from "./earshot.ts";
import { reasons } from "./reasons.ts";
import { words } from "./words.ts";

/** English: the language every other one is checked against. */
export const english = {
  discordLocale: "en-US",
  betweenSentences: " ",
  words,
  commands,
  reasons,
  codes: { ...unknown },
} as const satisfies Language;
