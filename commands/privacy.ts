import { ApplicationCommandOptionType, ApplicationCommandType, MessageFlags } from "discord.js";

import type { ChatCommand } from "../src/bot/command.ts";
import { localeFor } from "../src/explanations/words.ts";
import { everywhere, named } from "./definition.ts";

/** `/privacy opt-out` and `opt-in`: everybody's own choice, everywhere at once. */
export const privacy: ChatCommand = {
  type: "chat",
  definition: {
    ...named("privacy"),
    ...everywhere,
    type: ApplicationCommandType.ChatInput,
    options: [
      { ...named("privacy opt-out"), type: ApplicationCommandOptionType.Subcommand },
      { ...named("privacy opt-in"), type: ApplicationCommandOptionType.Subcommand },
    ],
  },
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const out = interaction.options.getSubcommand() === "opt-out";
    const changed = await bot.setOptedOut(interaction.user.id, out);
    const word = out ? (changed ? "optedOut" : "optedOutAlready") : changed ? "optedIn" : "optedInAlready";
    await interaction.editReply({ content: bot.words.say(localeFor(interaction.locale), word) });
  },
};
