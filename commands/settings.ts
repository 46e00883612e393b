import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  MessageFlags,
  PermissionFlagsBits,
} from "discord.js";

import type { ChatCommand } from "../src/bot/command.ts";
import { settingsChannelTypes, settingsPrefix } from "../src/bot/settings/settings-panel.ts";
import { localeFor } from "../src/explanations/words.ts";
import { inServers, named } from "./definition.ts";

const oneChannel: APIApplicationCommandBasicOption = {
  ...named("settings channel"),
  type: ApplicationCommandOptionType.Channel,
  channel_types: [...settingsChannelTypes],
};

function subcommand(path: "settings notes on" | "settings notes off"): APIApplicationCommandSubcommandOption {
  return {
    ...named(path),
    type: ApplicationCommandOptionType.Subcommand,
    options: [oneChannel],
  };
}

/** `/settings show [channel]` and `/settings notes on|off [channel]`, for who manages the server. */
export const settings: ChatCommand = {
  type: "chat",
  definition: {
    ...named("settings"),
    ...inServers,
    type: ApplicationCommandType.ChatInput,
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    options: [
      {
        ...named("settings notes"),
        type: ApplicationCommandOptionType.SubcommandGroup,
        options: [subcommand("settings notes on"), subcommand("settings notes off")],
      },
      { ...named("settings show"), type: ApplicationCommandOptionType.Subcommand, options: [oneChannel] },
    ],
  },
  async execute(interaction, bot) {
    const { guildId, memberPermissions } = interaction;
    const locale = localeFor(interaction.locale);
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    if (guildId === null) {
      await interaction.editReply({ content: bot.words.say(locale, "onlyInServers") });
      return;
    }
    // Server owners can hand the command to others under Integrations; the promise is Manage Server.
    if (!(memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false)) {
      await interaction.editReply({ content: bot.words.say(locale, "needsManageServer") });
      return;
    }
    const channel = interaction.options.getChannel("channel");
    if (interaction.options.getSubcommand() === "show") {
      await bot.desk.settings.show(interaction, channel?.id ?? null);
      return;
    }
    const on = interaction.options.getSubcommand() === "on";
    await bot.settings.setNotes(guildId, channel?.id ?? null, on);
    const content = channel
      ? bot.words.say(locale, on ? "notesOnIn" : "notesOffIn", { channel: `<#${channel.id}>` })
      : bot.words.say(locale, on ? "notesOnHere" : "notesOffHere");
    await interaction.editReply({ content });
  },
  components: {
    prefix: settingsPrefix,
    execute: (interaction, bot) => bot.desk.settings.use(interaction),
  },
};
