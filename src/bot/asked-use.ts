import { type ButtonInteraction, MessageFlags, PermissionFlagsBits } from "discord.js";

import { localeFor } from "../explanations/words.ts";
import { type AskedAction, readAskedId } from "./asked.ts";
import type { CommandBot, ComponentInteraction } from "./command.ts";

/** What somebody pressed below an answer that was asked for. */
export async function useAnswer(interaction: ComponentInteraction, bot: CommandBot): Promise<void> {
  const asked = readAskedId(interaction.customId);
  if (asked && interaction.isButton()) await cancel(interaction, bot, asked);
}

/** Stops the work. Whoever asked may do that, and whoever could delete the answer. */
async function cancel(
  interaction: ButtonInteraction,
  bot: CommandBot,
  { key, askerId }: AskedAction,
): Promise<void> {
  const locale = localeFor(interaction.locale);
  const isModerator = interaction.memberPermissions?.has(PermissionFlagsBits.ManageMessages) ?? false;
  if (interaction.user.id !== askerId && !isModerator) {
    const content = bot.words.say(locale, "cancelNotYours");
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    return;
  }
  // Stopping may take longer than the 3 s there are.
  await interaction.deferUpdate();
  if (await bot.cancelRequest(key)) {
    const readers = localeFor(interaction.guildLocale ?? interaction.locale);
    await interaction.editReply({ content: bot.words.say(readers, "cancelled"), components: [] });
    return;
  }
  const content = bot.words.say(locale, "cancelTooLate");
  await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
}
