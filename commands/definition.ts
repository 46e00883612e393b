import { ApplicationIntegrationType, InteractionContextType } from "discord.js";

import { commandWords } from "../src/explanations/command-words.ts";

type Path = Parameters<typeof commandWords>[0];

/** Name and description in every language, as Discord's definitions take them. */
export function named(path: Path): {
  readonly name: string;
  readonly description: string;
  readonly name_localizations: Record<string, string>;
  readonly description_localizations: Record<string, string>;
} {
  const { name, description, nameLocalizations, descriptionLocalizations } = commandWords(path);
  return {
    name,
    description,
    name_localizations: { ...nameLocalizations },
    description_localizations: { ...descriptionLocalizations },
  };
}

/** A context-menu entry: it has a name, and Discord refuses a description. */
export function menuNamed(path: Path): {
  readonly name: string;
  readonly name_localizations: Record<string, string>;
} {
  const { name, name_localizations } = named(path);
  return { name, name_localizations };
}

/** For commands that work wherever somebody is, as an app of the server or of their own. */
export const everywhere = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};

/** For commands that make sense only where the bot is a member. */
export const inServers = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
};
