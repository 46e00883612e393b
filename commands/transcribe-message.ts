import { ApplicationCommandType } from "discord.js";

import { answerNamed } from "../src/bot/answers/answer-named.ts";
import type { MessageCommand } from "../src/bot/command.ts";
import { everywhere, menuNamed } from "./definition.ts";

/** Apps → Transcribe in a message's menu. It works whatever the bot may see, because Discord hands over the message. */
export const transcribeMessage: MessageCommand = {
  type: "message",
  definition: { ...menuNamed("Transcribe"), ...everywhere, type: ApplicationCommandType.Message },
  async execute(interaction, bot) {
    await interaction.deferReply();
    await answerNamed(interaction, bot, bot.recordingOf(interaction));
  },
};
