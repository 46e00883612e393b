import {
  type ButtonInteraction,
  MessageFlags,
  PermissionFlagsBits,
  type StringSelectMenuInteraction,
} from "discord.js";

import { localeFor } from "../../explanations/words.ts";
import { type AskedAction, isFileFormat, readAskedId } from "./asked.ts";
import type { CommandBot, ComponentInteraction } from "../command.ts";

/** What somebody pressed below an answer that was asked for. */
export async function useAnswer(interaction: ComponentInteraction, bot: CommandBot): Promise<void> {
  const asked = readAskedId(interaction.customId);
  if (asked?.action === "cancel" && interaction.isButton()) await cancel(interaction, bot, asked);
  if (asked?.action === "save" && interaction.isStringSelectMenu()) await save(interaction, bot, asked);
  if (asked?.action === "again" && interaction.isStringSelectMenu()) await runAgain(interaction, bot, asked);
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

/** The words in another format, for whoever wants them and nobody else. */
async function save(
  interaction: StringSelectMenuInteraction,
  bot: CommandBot,
  { key }: AskedAction,
): Promise<void> {
  const locale = localeFor(interaction.locale);
  const [format = ""] = interaction.values;
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const files = isFileFormat(format) ? await bot.savedFiles(key, format) : undefined;
  const content = bot.words.say(locale, files ? "saved" : "savedGone");
  const attachments = (files ?? []).map(({ name, text }) => ({ name, attachment: Buffer.from(text) }));
  await interaction.editReply({ content, files: attachments });
}

/** The same recordings in another language, as a new answer that is as private as the first. */
async function runAgain(
  interaction: StringSelectMenuInteraction,
  bot: CommandBot,
  { key }: AskedAction,
): Promise<void> {
  const [language] = interaction.values;
  const isPrivate = interaction.message.flags.has(MessageFlags.Ephemeral);
  await interaction.deferReply(isPrivate ? { flags: MessageFlags.Ephemeral } : {});
  const asked = await bot.askedFor(key);
  if (asked) await bot.transcribe(interaction, { ...asked, language });
  else await interaction.editReply({ content: bot.words.say(bot.localeOf(interaction), "requestGone") });
}
