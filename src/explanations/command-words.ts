import type { CommandSentences } from "./language.ts";
import type { CommandPath } from "./languages/en/commands.ts";
import { languages } from "./languages.ts";

/** A command or option in every language, in the shape of Discord's command definitions. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  /** By Discord's locale, as in { "zh-CN": "转写" }; English is there too, under its own key. */
  readonly nameLocalizations: Readonly<Record<string, string>>;
  readonly descriptionLocalizations: Readonly<Record<string, string>>;
}

/** The words of a command ("transcribe"), an option ("transcribe file") or a context-menu entry ("Transcribe", no description). */
export function commandWords(path: CommandPath): CommandWords {
  const { name, description } = languages.en.commands[path];
  const inAll = (field: keyof CommandSentences): Record<string, string> =>
    Object.fromEntries(
      Object.values(languages).map((language) => [language.discordLocale, language.commands[path][field]]),
    );
  return {
    name,
    description,
    nameLocalizations: inAll("name"),
    descriptionLocalizations: description === "" ? {} : inAll("description"),
  };
}
