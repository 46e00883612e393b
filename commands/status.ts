import { ApplicationCommandType, MessageFlags, PermissionFlagsBits } from "discord.js";

import type { ChatCommand } from "../src/bot/command.ts";
import { localeFor } from "../src/explanations/words.ts";
import { inServers, named } from "./definition.ts";

/** `/status`, for who moderates the server: how things are, and what went wrong lately. */
export const status: ChatCommand = {
  type: "chat",
  definition: {
    ...named("status"),
    ...inServers,
    type: ApplicationCommandType.ChatInput,
    default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  },
  async execute(interaction, bot) {
    const { guildId, memberPermissions } = interaction;
    const locale = localeFor(interaction.locale);
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const mayAsk = memberPermissions?.has(PermissionFlagsBits.ManageMessages) ?? false;
    const content =
      guildId === null
        ? bot.words.say(locale, "onlyInServers")
        : mayAsk
          ? await bot.status(guildId, locale)
          : bot.words.say(locale, "needsManageMessages");
    await interaction.editReply({ content, allowedMentions: { parse: [] } });
  },
};
