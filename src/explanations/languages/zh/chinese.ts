import type { Language } from "../../language.ts";
import { commands } from "./commands.ts";
import { unknown } from "./earshot.ts";
import { reasons } from "./reasons.ts";
import { words } from "./words.ts";

/** Simplified Chinese. */
export const chinese = {
  discordLocale: "zh-CN",
  betweenSentences: "",
  words,
  commands,
  reasons,
  codes: { ...unknown },
} as const satisfies Language;
