import { ApplicationCommandType, MessageFlags } from "discord.js";

import type { MessageCommand } from "../src/bot/command.ts";
import { everywhere, menuNamed } from "./definition.ts";

/** Apps → Read as a page: what was transcribed of a message, to search in and to download, for whoever asks. */
export const readAsPage: MessageCommand = {
  type: "message",
  definition: { ...menuNamed("Read as a page"), ...everywhere, type: ApplicationCommandType.Message },
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const content = await bot.recordingPage(interaction);
    await interaction.editReply({ content, allowedMentions: { parse: [] } });
  },
};
