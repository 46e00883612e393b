import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  RESTJSONErrorCodes,
} from "discord.js";

import { localeFor } from "../explanations/words.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Store } from "../store/store.ts";
import type { Command, CommandBot, ComponentHandler, ComponentInteraction } from "./command.ts";
import type { BotLog } from "./log.ts";
import { noteKind } from "./notes/note.ts";
import { errorCodes, lastProblem } from "./discord/refusals.ts";
import { readRetryId } from "./discord/retry.ts";

export interface InteractionsOptions {
  readonly commands: readonly Command[];
  readonly bot: CommandBot;
  readonly jobs: Jobs;
  readonly answers: Store["answers"];
  /** What stands on messages that are no command's. */
  readonly components: readonly ComponentHandler[];
  readonly log: BotLog;
}

/** Leads an interaction to its command or button. Whatever fails is explained to whoever called. */
export function createInteractions(
  options: InteractionsOptions,
): (interaction: Interaction) => Promise<void> {
  const { commands, bot, log } = options;
  return async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const command = commands.find(
        ({ type, definition }) => type === "chat" && definition.name === interaction.commandName,
      );
      if (command?.type === "chat")
        await explained(options, interaction, () => command.execute(interaction, bot));
    } else if (interaction.isMessageContextMenuCommand()) {
      const command = commands.find(
        ({ type, definition }) => type === "message" && definition.name === interaction.commandName,
      );
      if (command?.type === "message")
        await explained(options, interaction, () => command.execute(interaction, bot));
    } else if (interaction.isAutocomplete()) {
      await suggest(options, interaction);
    } else if (interaction.isMessageComponent() || interaction.isModalSubmit()) {
      await useComponent(options, interaction);
    } else {
      log.debug({ type: interaction.type }, "interaction of a kind we do not use");
    }
  };
}

/** Whoever types goes on typing: what fails here is not explained. */
async function suggest(
  { commands, bot, log }: InteractionsOptions,
  interaction: AutocompleteInteraction,
): Promise<void> {
  const command = commands.find(
    ({ type, definition }) => type === "chat" && definition.name === interaction.commandName,
  );
  const choices = command?.type === "chat" ? (command.suggest?.(interaction, bot) ?? []) : [];
  try {
    await interaction.respond(choices);
  } catch (error) {
    log.info({ command: interaction.commandName, ...errorCodes(error) }, "suggestions came too late");
  }
}

/** The Retry button stands under answers of every kind; all others are their command's. */
async function useComponent(options: InteractionsOptions, interaction: ComponentInteraction): Promise<void> {
  const { commands, bot, log } = options;
  const target = interaction.isButton() ? readRetryId(interaction.customId) : undefined;
  if (target && interaction.isButton()) return await retry(options, interaction, target);
  const handler = [...options.components, ...commands.flatMap(({ components }) => components ?? [])].find(
    ({ prefix }) => interaction.customId.startsWith(prefix),
  );
  if (handler) return await explained(options, interaction, () => handler.execute(interaction, bot));
  log.debug({ type: interaction.type }, "component that nobody knows");
}

type ExplainedInteraction =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ComponentInteraction;

async function explained(
  { bot, log }: InteractionsOptions,
  interaction: ExplainedInteraction,
  execute: () => Promise<void>,
): Promise<void> {
  try {
    await execute();
  } catch (error) {
    log.error({ command: nameOf(interaction), ...errorCodes(error) }, "command failed");
    if (isTooLate(error)) return;
    const { said, action } = bot.explain(lastProblem(error), localeFor(interaction.locale));
    const content = bot.words.join(localeFor(interaction.locale), said, action);
    // What a component stands on is a message of its own, which stays as it is.
    const isAnswered = interaction.deferred || interaction.replied;
    if (isAnswered && !interaction.isCommand())
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    else if (isAnswered) await interaction.editReply({ content });
    else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  }
}

function nameOf(interaction: ExplainedInteraction): string {
  return interaction.isCommand() ? interaction.commandName : (interaction.customId.split(":", 1)[0] ?? "");
}

/** Not acknowledged in time, or by another process: there is nobody to tell. */
function isTooLate(error: unknown): boolean {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownInteraction ||
      error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged)
  );
}

/** The Retry button: the waiting work item runs now, and the button goes, so that it is pressed once. */
async function retry(
  { bot, jobs, answers, log }: InteractionsOptions,
  interaction: ButtonInteraction,
  { kind, key }: { readonly kind: string; readonly key: string },
): Promise<void> {
  const locale = localeFor(interaction.guildLocale ?? interaction.locale);
  // First the button goes, then the work begins: the other way round, this edit could overwrite its answer.
  await interaction.update({ content: bot.words.say(locale, "retrying"), components: [] });
  const woken = await jobs.wake(kind, key);
  log.info({ kind, key, woken }, "retry asked for");
  if (woken) return;
  const state = kind === noteKind ? (await answers.get(key))?.state : undefined;
  const isRunning = state === "working";
  if (!isRunning) await interaction.editReply({ content: interaction.message.content });
  const word = isRunning ? "retryRunning" : state === "answered" ? "retryDone" : "retryGone";
  const content = bot.words.say(localeFor(interaction.locale), word);
  await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
}
