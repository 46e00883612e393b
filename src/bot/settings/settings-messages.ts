import {
  type APIContainerComponent,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from "discord.js";

import { localeFor, type Words } from "../../explanations/words.ts";
import { isSettingName, settingKinds, type SettingName, type Settings } from "../../store/setting-kinds.ts";
import type { SettingsChange, Store } from "../../store/store.ts";
import type { Transcriber } from "../../transcription/transcriber.ts";
import type { ComponentInteraction } from "../command.ts";
import { type OperatorFacts, settingLabel, type SettingReader, settingWords } from "./setting-words.ts";
import {
  type PanelPart,
  type PanelState,
  readPanelId,
  settingsPanel,
  typedField,
  typedModal,
  typedValue,
} from "./settings-panel.ts";
import { recognizerSettings } from "./spoken-languages.ts";

/** The settings message: shown by a command, changed by its components. */
export interface SettingsMessages {
  /** Answers a deferred command. */
  show(interaction: ChatInputCommandInteraction, channelId: string | null): Promise<void>;
  /** Somebody used a component of the message, or sent its modal off. */
  use(interaction: ComponentInteraction): Promise<void>;
}

export interface SettingsMessagesOptions {
  readonly settings: Store["settings"];
  readonly words: Words;
  readonly operator: OperatorFacts;
  /** Whether the speech service takes what was set. */
  readonly identityOf: Transcriber["identityOf"];
}

type Use = PanelState & { readonly part: PanelPart };
type SettingsInteraction = ChatInputCommandInteraction | ComponentInteraction;

export function createSettingsMessages(options: SettingsMessagesOptions): SettingsMessages {
  const { settings, words, operator } = options;
  const readerOf = (interaction: SettingsInteraction): SettingReader => ({
    words,
    locale: localeFor(interaction.locale),
    operator,
  });

  const render = async (
    interaction: SettingsInteraction,
    guildId: string,
    state: PanelState,
    notice = "",
  ): Promise<{
    readonly components: APIContainerComponent[];
    readonly flags: MessageFlags.IsComponentsV2;
    readonly allowedMentions: { readonly parse: [] };
  }> => {
    const reader = readerOf(interaction);
    const held = await settings.get(guildId, state.channelId);
    const facts = {
      ...state,
      settings: held,
      own: await settings.own(guildId, state.channelId),
      notice: notice || logTrouble(interaction, held, reader),
    };
    return {
      components: settingsPanel(facts, reader),
      flags: MessageFlags.IsComponentsV2,
      allowedMentions: { parse: [] },
    };
  };

  /** Sets, or says why not: "" where it was done. */
  const change = async (
    guildId: string,
    { channelId, chosen }: PanelState,
    changed: SettingsChange,
    reader: SettingReader,
  ): Promise<string> => {
    if (chosen === "language" || chosen === "property") {
      const held = await settings.get(guildId, channelId);
      const refusal = refusalOf(options, { ...held, [chosen]: changed[chosen] ?? null }, reader);
      if (refusal !== "") return refusal;
    }
    await settings.set(guildId, channelId, changed);
    return "";
  };

  /** What a use means for the message: what it shows next, and what could not be done. */
  const apply = async (
    interaction: ComponentInteraction,
    guildId: string,
    use: Use,
  ): Promise<{ readonly state: PanelState; readonly notice: string }> => {
    const { channelId, chosen } = use;
    const values = interaction.isAnySelectMenu() ? interaction.values : [];
    if (use.part === "server") return { state: { channelId: null, chosen }, notice: "" };
    if (use.part === "channel") return { state: { channelId: values[0] ?? null, chosen: null }, notice: "" };
    if (use.part === "pick") {
      const [picked = ""] = values;
      return { state: { channelId, chosen: isSettingName(picked) ? picked : null }, notice: "" };
    }
    const reader = readerOf(interaction);
    const changed = chosen === null ? undefined : changeOf({ ...use, chosen }, interaction);
    const state = { channelId, chosen };
    if (chosen === null) return { state, notice: "" };
    const notice =
      changed === undefined ? notSaved(chosen, reader) : await change(guildId, state, changed, reader);
    return { state, notice };
  };

  return {
    async show(interaction, channelId) {
      const guildId = interaction.guildId ?? "";
      await interaction.editReply(await render(interaction, guildId, { channelId, chosen: null }));
    },
    async use(interaction) {
      const use = readPanelId(interaction.customId);
      const { guildId } = interaction;
      const locale = localeFor(interaction.locale);
      if (!use || guildId === null) return;
      if (!(interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false)) {
        const content = words.say(locale, "needsManageServer");
        await interaction.reply({ content, flags: MessageFlags.Ephemeral });
        return;
      }
      const { chosen } = use;
      if (interaction.isStringSelectMenu() && interaction.values[0] === typedValue && chosen !== null) {
        const held = await settings.get(guildId, use.channelId);
        await interaction.showModal(typedModal({ ...use, chosen }, held, readerOf(interaction)));
        return;
      }
      if (interaction.isModalSubmit() && !interaction.isFromMessage()) return;
      const { state, notice } = await apply(interaction, guildId, use);
      await interaction.update(await render(interaction, guildId, state, notice));
    },
  };
}

/** Undefined where what was chosen or typed is no value of the setting. */
function changeOf(
  { part, chosen }: Use & { readonly chosen: SettingName },
  interaction: ComponentInteraction,
): SettingsChange | undefined {
  if (part === "clear")
    return chosen === "answers" ? { answers: undefined, logChannel: undefined } : { [chosen]: undefined };
  if (part === "roles" && interaction.isRoleSelectMenu()) return checked(chosen, interaction.values);
  if (part === "log" && interaction.isChannelSelectMenu()) {
    const log = checked("logChannel", interaction.values[0]);
    return log && { ...log, answers: "log" };
  }
  if (part === "value" && interaction.isStringSelectMenu())
    return checked(chosen, JSON.parse(interaction.values[0] ?? "null"));
  if (part === "typed" && interaction.isModalSubmit())
    return checked(chosen, typedOf(chosen, interaction.fields.getTextInputValue(typedField).trim()));
  return undefined;
}

function typedOf(name: SettingName, text: string): string | number {
  return settingWords[name].typed?.type === "number" && /^\d+$/.test(text) ? Number(text) : text;
}

function checked(name: SettingName, value: unknown): SettingsChange | undefined {
  const read = settingKinds[name].read(value);
  return read === undefined ? undefined : { [name]: read };
}

function notSaved(name: SettingName, reader: SettingReader): string {
  const { words, locale } = reader;
  const typed = settingWords[name].typed;
  const allowed =
    typed?.type === "number"
      ? words.say(locale, "settingsAllowNumber", { most: typed.most })
      : words.say(locale, "settingsAllowName");
  return words.say(locale, "settingsNotSaved", { setting: settingLabel(name, reader), allowed });
}

/** What the speech service says to a language or property, before anybody's note has to find out. */
function refusalOf(
  { identityOf }: SettingsMessagesOptions,
  after: Settings,
  { words, locale }: SettingReader,
): string {
  try {
    identityOf(recognizerSettings(after));
    return "";
  } catch {
    // Whatever it says against it, the sentence is the same: it does not hear that.
    return words.say(locale, "settingsUnheard");
  }
}

/** Answers that would go to a channel where they cannot. */
function logTrouble(
  interaction: SettingsInteraction,
  { answers, logChannel }: Settings,
  { words, locale }: SettingReader,
): string {
  if (answers !== "log") return "";
  if (logChannel === null) return words.say(locale, "settingsNoLogYet");
  const channel = interaction.guild?.channels.cache.get(logChannel);
  const self = interaction.guild?.members.me;
  const mayWrite =
    channel && self
      ? channel.permissionsFor(self).has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages])
      : false;
  return mayWrite ? "" : words.say(locale, "settingsCannotWriteLog", { channel: `<#${logChannel}>` });
}
