import { ApplicationCommandOptionType, ApplicationCommandType, MessageFlags } from "discord.js";

import type { ChatCommand } from "../src/bot/command.ts";
import { longestSearch, searchPrefix } from "../src/bot/records/transcript-desk.ts";
import { everywhere, named } from "./definition.ts";

/** `/transcripts search`, over what the caller may read. */
export const transcripts: ChatCommand = {
  type: "chat",
  definition: {
    ...named("transcripts"),
    ...everywhere,
    type: ApplicationCommandType.ChatInput,
    options: [
      {
        ...named("transcripts search"),
        type: ApplicationCommandOptionType.Subcommand,
        options: [
          {
            ...named("transcripts text"),
            type: ApplicationCommandOptionType.String,
            required: true,
            min_length: 1,
            max_length: longestSearch,
          },
          { ...named("transcripts member"), type: ApplicationCommandOptionType.User },
        ],
      },
    ],
  },
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const text = interaction.options.getString("text", true);
    const speakerId = interaction.options.getUser("member")?.id ?? null;
    await bot.desk.transcripts.search(interaction, { text, speakerId });
  },
  components: {
    prefix: searchPrefix,
    execute: (interaction, bot) => bot.desk.transcripts.use(interaction),
  },
};
