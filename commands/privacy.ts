import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  MessageFlags,
} from "discord.js";

import type { ChatCommand, CommandBot } from "../src/bot/command.ts";
import { privacyPrefix } from "../src/bot/records/privacy-desk.ts";
import { localeFor } from "../src/explanations/words.ts";
import { everywhere, named } from "./definition.ts";

const type = ApplicationCommandOptionType.Subcommand as const;

/** `/privacy show`, `opt-out`, `opt-in`, `export` and `delete`: everybody's own, everywhere at once. */
export const privacy: ChatCommand = {
  type: "chat",
  definition: {
    ...named("privacy"),
    ...everywhere,
    type: ApplicationCommandType.ChatInput,
    options: [
      { ...named("privacy show"), type },
      { ...named("privacy opt-out"), type },
      { ...named("privacy opt-in"), type },
      { ...named("privacy export"), type },
      { ...named("privacy delete"), type },
    ],
  },
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await run(interaction, bot);
  },
  components: {
    prefix: privacyPrefix,
    execute: (interaction, bot) => bot.desk.privacy.use(interaction),
  },
};

async function run(interaction: ChatInputCommandInteraction, bot: CommandBot): Promise<void> {
  const { privacy: desk } = bot.desk;
  switch (interaction.options.getSubcommand()) {
    case "show":
      return await desk.show(interaction);
    case "export":
      return await desk.export(interaction);
    case "delete":
      return await desk.askToDelete(interaction);
    case "opt-out":
      return await decide(interaction, bot, true);
    default:
      return await decide(interaction, bot, false);
  }
}

async function decide(
  interaction: ChatInputCommandInteraction,
  bot: CommandBot,
  out: boolean,
): Promise<void> {
  const changed = await bot.setOptedOut(interaction.user.id, out);
  const word = out ? (changed ? "optedOut" : "optedOutAlready") : changed ? "optedIn" : "optedInAlready";
  await interaction.editReply({ content: bot.words.say(localeFor(interaction.locale), word) });
}
