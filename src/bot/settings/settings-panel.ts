import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  type APIContainerComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  ButtonStyle,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from "discord.js";

import { isSettingName, settingKinds, type SettingName, type Settings } from "../../store/setting-kinds.ts";
import {
  settingGroups,
  settingLabel,
  type SettingReader,
  settingText,
  settingWords,
  valueText,
} from "./setting-words.ts";

/** What of the settings is on show; all of it is in the custom ids, so that any process can go on. */
export interface PanelState {
  /** Null is the whole server. */
  readonly channelId: string | null;
  /** The setting that is being changed. */
  readonly chosen: SettingName | null;
}

/** The parts of the panel that can be used. */
export type PanelPart = "channel" | "pick" | "value" | "roles" | "log" | "server" | "clear" | "typed";

/** What the panel shows. */
export interface PanelFacts extends PanelState {
  /** What holds here. */
  readonly settings: Settings;
  /** What was set for just this channel, or for the server itself. */
  readonly own: Partial<Settings>;
  /** What is wrong, or was not possible; "" where nothing is. */
  readonly notice: string;
}

/** What all custom ids of the panel begin with. */
export const settingsPrefix = "settings:";

const parts: ReadonlySet<string> = new Set<PanelPart>([
  "channel",
  "pick",
  "value",
  "roles",
  "log",
  "server",
  "clear",
  "typed",
]);

function isPart(part: string): part is PanelPart {
  return parts.has(part);
}

function customId({ channelId, chosen }: PanelState, part: PanelPart): string {
  return `${settingsPrefix}${channelId ?? "server"}:${chosen ?? "none"}:${part}`;
}

/** Undefined where the id is not of the panel, or of an older one. */
export function readPanelId(id: string): (PanelState & { readonly part: PanelPart }) | undefined {
  const [, channel = "", name = "", part = ""] = id.split(":");
  if (!isPart(part) || !/^(?:server|\d{1,20})$/.test(channel)) return undefined;
  return {
    channelId: channel === "server" ? null : channel,
    chosen: isSettingName(name) ? name : null,
    part,
  };
}

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

function row(...components: APIComponentInMessageActionRow[]): Row {
  return { type: ComponentType.ActionRow, components };
}

/** The whole message: everything at a glance, and what is needed to change the chosen setting. */
export function settingsPanel(facts: PanelFacts, reader: SettingReader): APIContainerComponent[] {
  const { words, locale } = reader;
  const { channelId, notice } = facts;
  const title =
    channelId === null
      ? words.say(locale, "settingsOfServer")
      : words.say(locale, "settingsOfChannel", { channel: `<#${channelId}>` });
  const hint = channelId === null ? "" : `\n-# ${words.say(locale, "settingsChannelHint")}`;
  const texts = [`## ${title}${hint}`, overview(facts, reader), ...(notice === "" ? [] : [notice])];
  return [
    {
      type: ComponentType.Container,
      components: [
        ...texts.map((content) => ({ type: ComponentType.TextDisplay as const, content })),
        row(channelSelect(facts, reader)),
        row(settingSelect(facts, reader)),
        ...controls(facts, reader),
        ...buttons(facts, reader),
      ],
    },
  ];
}

function overview(facts: PanelFacts, reader: SettingReader): string {
  const { words, locale } = reader;
  return settingGroups
    .map(([group, names]) => {
      const lines = names
        .filter((name) => isOffered(facts, name))
        .map((name) => {
          const isOwn = name in facts.own || (name === "answers" && "logChannel" in facts.own);
          const mark =
            facts.channelId !== null && isOwn ? ` *(${words.say(locale, "settingsSetHere")})*` : "";
          return `- ${settingLabel(name, reader)}: ${settingText(name, facts.settings, reader)}${mark}`;
        });
      return lines.length === 0 ? "" : `**${words.say(locale, group)}**\n${lines.join("\n")}`;
    })
    .filter((text) => text !== "")
    .join("\n");
}

function isOffered({ channelId }: PanelState, name: SettingName): boolean {
  return channelId === null || settingKinds[name].perChannel;
}

/** Channels that may have settings of their own; their threads go by them. */
export const settingsChannelTypes = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] satisfies ChannelType[];

function channelSelect(facts: PanelFacts, { words, locale }: SettingReader): APIComponentInMessageActionRow {
  const { channelId } = facts;
  return {
    type: ComponentType.ChannelSelect,
    custom_id: customId(facts, "channel"),
    placeholder: words.say(locale, "settingsPickChannel"),
    channel_types: settingsChannelTypes,
    ...(channelId !== null && {
      default_values: [{ id: channelId, type: SelectMenuDefaultValueType.Channel }],
    }),
  };
}

function settingSelect(facts: PanelFacts, reader: SettingReader): APIComponentInMessageActionRow {
  const names = settingGroups.flatMap(([, group]) => [...group]).filter((name) => isOffered(facts, name));
  return {
    type: ComponentType.StringSelect,
    custom_id: customId(facts, "pick"),
    placeholder: reader.words.say(reader.locale, "settingsPickSetting"),
    options: names.map((name) => ({
      label: settingLabel(name, reader),
      value: name,
      default: name === facts.chosen,
    })),
  };
}

/** Stands for "let me type it" in a list of values, which are JSON. */
export const typedValue = "typed";

function controls(facts: PanelFacts, reader: SettingReader): Row[] {
  const { chosen } = facts;
  if (chosen === null) return [];
  if (chosen === "allowedRoles" || chosen === "ignoredRoles") return [row(roleSelect(facts, chosen, reader))];
  const options = optionsOf(chosen, facts, reader);
  const values = row({ type: ComponentType.StringSelect, custom_id: customId(facts, "value"), options });
  return chosen === "answers" ? [values, row(logSelect(facts, reader))] : [values];
}

function roleSelect(
  facts: PanelFacts,
  name: "allowedRoles" | "ignoredRoles",
  { words, locale }: SettingReader,
): APIComponentInMessageActionRow {
  return {
    type: ComponentType.RoleSelect,
    custom_id: customId(facts, "roles"),
    placeholder: words.say(locale, "settingsPickRoles"),
    min_values: 0,
    max_values: 25,
    default_values: facts.settings[name].map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
  };
}

function logSelect(facts: PanelFacts, { words, locale }: SettingReader): APIComponentInMessageActionRow {
  const { logChannel } = facts.settings;
  return {
    type: ComponentType.ChannelSelect,
    custom_id: customId(facts, "log"),
    placeholder: words.say(locale, "settingsPickLog"),
    channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
    ...(logChannel !== null && {
      default_values: [{ id: logChannel, type: SelectMenuDefaultValueType.Channel }],
    }),
  };
}

const mostOptions = 25;

function optionsOf(
  name: SettingName,
  { settings }: PanelFacts,
  reader: SettingReader,
): APISelectMenuOption[] {
  const { choices, typed } = settingWords[name];
  const offered: readonly Settings[SettingName][] = choices?.(reader.operator) ?? [];
  const current = JSON.stringify(settings[name]);
  const all = offered.some((value) => JSON.stringify(value) === current)
    ? offered
    : [settings[name], ...offered];
  const options = all.slice(0, mostOptions - 1).map((value) => ({
    // A label is plain text; code marks would be read out.
    label: valueText(name, value, reader).replaceAll("`", ""),
    value: JSON.stringify(value),
    default: JSON.stringify(value) === current,
  }));
  if (!typed) return options;
  const { words, locale } = reader;
  const label = words.say(locale, typed.type === "name" ? "settingsTypeValue" : "settingsTypeOther");
  return [...options, { label, value: typedValue }];
}

function buttons(facts: PanelFacts, { words, locale }: SettingReader): Row[] {
  const { channelId, chosen, own } = facts;
  const isOwn = chosen !== null && (chosen in own || (chosen === "answers" && "logChannel" in own));
  const shown: APIComponentInMessageActionRow[] = [];
  const add = (part: PanelPart, label: string): void => {
    shown.push({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label,
      custom_id: customId(facts, part),
    });
  };
  if (isOwn) add("clear", words.say(locale, channelId === null ? "settingsToDefault" : "settingsAsInServer"));
  if (channelId !== null) add("server", words.say(locale, "settingsWholeServer"));
  return shown.length === 0 ? [] : [row(...shown)];
}

/** The field of the modal that the value is typed into. */
export const typedField = "value";

/** Asks for a value that is in no list. */
export function typedModal(
  facts: PanelState & { readonly chosen: SettingName },
  settings: Settings,
  reader: SettingReader,
): APIModalInteractionResponseCallbackData {
  const label = settingLabel(facts.chosen, reader);
  const current = settings[facts.chosen];
  return {
    custom_id: customId(facts, "typed"),
    title: label.slice(0, 45),
    components: [
      {
        type: ComponentType.Label,
        label: label.slice(0, 45),
        component: {
          type: ComponentType.TextInput,
          custom_id: typedField,
          style: TextInputStyle.Short,
          max_length: 64,
          ...((typeof current === "string" || typeof current === "number") && { value: String(current) }),
        },
      },
    ],
  };
}
