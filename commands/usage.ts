import { ApplicationCommandType, MessageFlags, PermissionFlagsBits } from "discord.js";

import type { ChatCommand } from "../src/bot/command.ts";
import { inServers, named } from "./definition.ts";

/** `/usage`, for who moderates the server: minutes, calls and failures, today and in 30 days. */
export const usage: ChatCommand = {
  type: "chat",
  definition: {
    ...named("usage"),
    ...inServers,
    type: ApplicationCommandType.ChatInput,
    default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  },
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await bot.desk.usage.show(interaction);
  },
};
