import type { Locale } from "../../explanations/explain.ts";
import type { PlainWordKey } from "../../explanations/language.ts";
import type { Words } from "../../explanations/words.ts";
import type { SettingName, Settings } from "../../store/setting-kinds.ts";
import { languageName } from "./spoken-languages.ts";

/** What the operator decided, as far as settings depend on it. */
export interface OperatorFacts {
  /** The most that any server may have. */
  readonly retentionDays: number;
  /** What the speech service hears, as BCP-47 tags; the configured one first. */
  readonly languages: readonly string[];
}

/** Who is told about a setting, in what language. */
export interface SettingReader {
  readonly words: Words;
  readonly locale: Locale;
  readonly operator: OperatorFacts;
}

/** How one setting is shown and changed. */
export interface SettingWords<Name extends SettingName = SettingName> {
  readonly label: PlainWordKey;
  /** The value as people read it: a phrase without a full stop. */
  readonly text: (value: Settings[Name], reader: SettingReader) => string;
  /** What can be chosen in a list; roles and channels have selects of their own. */
  readonly choices?: (operator: OperatorFacts) => readonly Settings[Name][];
  /** What can be typed besides; numbers up to `most`. */
  readonly typed?: { readonly type: "name" } | { readonly type: "number"; readonly most: number };
}

function flag(on: PlainWordKey, off: PlainWordKey): Pick<SettingWords<"notes">, "text" | "choices"> {
  return {
    text: (value, { words, locale }) => words.say(locale, value ? on : off),
    choices: () => [true, false],
  };
}

function roles(none: "setRolesEverybody" | "setRolesNobody"): Pick<SettingWords<"allowedRoles">, "text"> {
  return {
    text: (ids, { words, locale }) =>
      ids.length === 0 ? words.say(locale, none) : ids.map((id) => `<@&${id}>`).join(" "),
  };
}

const typedName: Pick<SettingWords<"property">, "text" | "choices" | "typed"> = {
  text: (value, { words, locale }) => (value === null ? words.say(locale, "setAsOperator") : `\`${value}\``),
  choices: () => [null],
  typed: { type: "name" },
};

const yesOrNo: Pick<SettingWords<"addPunc">, "text" | "choices"> = {
  text: (value, { words, locale }) =>
    words.say(locale, value === null ? "setAsOperator" : value === "yes" ? "setYes" : "setNo"),
  choices: () => [null, "yes", "no"],
};

function minutes(
  most: number,
  choices: readonly number[],
): Pick<SettingWords<"memberMinutes">, "text" | "choices" | "typed"> {
  return {
    text: (value, { words, locale }) =>
      value === null
        ? words.say(locale, "setMinutesNone")
        : words.say(locale, "setMinutes", { count: value }),
    choices: () => [null, ...choices],
    typed: { type: "number", most },
  };
}

function retentionText(days: number | null, { words, locale, operator }: SettingReader): string {
  const most = operator.retentionDays;
  const counted = Math.min(days ?? most, most);
  if (counted === 0) return words.say(locale, "setDaysNone");
  if (days === null) return words.say(locale, "setDaysOperator", { count: most });
  return days > most
    ? words.say(locale, "setDaysAtMost", { count: most })
    : words.say(locale, "setDays", { count: days });
}

/** Every setting that has a line of its own; the log channel is part of where answers go. */
export const settingWords: { readonly [Name in SettingName]: SettingWords<Name> } = {
  notes: { label: "setNotes", ...flag("setNotesOn", "setNotesOff") },
  allowedRoles: { label: "setAllowedRoles", ...roles("setRolesEverybody") },
  ignoredRoles: { label: "setIgnoredRoles", ...roles("setRolesNobody") },
  answers: {
    label: "setAnswers",
    text: (value, { words, locale }) =>
      words.say(
        locale,
        value === "thread" ? "setAnswersThread" : value === "reply" ? "setAnswersReply" : "setAnswersLog",
      ),
    choices: () => ["thread", "reply", "log"],
  },
  logChannel: {
    label: "setAnswersLog",
    text: (id, { words, locale }) => (id === null ? words.say(locale, "setRolesNobody") : `<#${id}>`),
  },
  language: {
    label: "setLanguage",
    text: (tag, { words, locale }) =>
      tag === null ? words.say(locale, "setAsOperator") : languageName(tag, locale),
    choices: ({ languages }) => [null, ...languages],
  },
  property: { label: "setProperty", ...typedName },
  addPunc: { label: "setAddPunc", ...yesOrNo },
  digitNorm: { label: "setDigitNorm", ...yesOrNo },
  vocabularyId: { label: "setVocabularyId", ...typedName },
  lowConfidence: {
    label: "setLowConfidence",
    text: (value, { words, locale }) =>
      words.say(locale, value === "show" ? "setLowShow" : value === "mark" ? "setLowMark" : "setLowWithhold"),
    choices: () => ["show", "mark", "withhold"],
  },
  spoilers: { label: "setSpoilers", ...flag("setSpoilersOn", "setSpoilersOff") },
  retentionDays: {
    label: "setRetentionDays",
    text: retentionText,
    choices: ({ retentionDays }) => [
      null,
      ...[0, 1, 7, 14, 30, 90, 365].filter((days) => days <= retentionDays),
    ],
    typed: { type: "number", most: 3650 },
  },
  memberMinutes: { label: "setMemberMinutes", ...minutes(1440, [5, 10, 30, 60, 120, 240]) },
  guildMinutes: { label: "setGuildMinutes", ...minutes(1_440_000, [30, 60, 240, 480, 1440, 6000]) },
  captionsWebhook: {
    label: "setCaptionsWebhook",
    ...flag("setCaptionsWebhookOn", "setCaptionsWebhookOff"),
  },
  captionsOptInOnly: {
    label: "setCaptionsOptInOnly",
    ...flag("setCaptionsOptInOnlyOn", "setCaptionsOptInOnlyOff"),
  },
};

/** The settings message from top to bottom. */
export const settingGroups = [
  ["settingsGroupNotes", ["notes", "allowedRoles", "ignoredRoles", "answers"]],
  ["settingsGroupHearing", ["language", "property", "addPunc", "digitNorm", "vocabularyId"]],
  ["settingsGroupShowing", ["lowConfidence", "spoilers"]],
  ["settingsGroupLimits", ["retentionDays", "memberMinutes", "guildMinutes"]],
  ["settingsGroupCaptions", ["captionsWebhook", "captionsOptInOnly"]],
] as const satisfies readonly (readonly [PlainWordKey, readonly SettingName[]])[];

/** A setting's name as people read it. */
export function settingLabel(name: SettingName, { words, locale }: SettingReader): string {
  return words.say(locale, settingWords[name].label);
}

/** The value that holds, as people read it; answers that go to a log channel name it. */
export function settingText(name: SettingName, settings: Settings, reader: SettingReader): string {
  const { words, locale } = reader;
  if (name === "answers" && settings.answers === "log" && settings.logChannel !== null)
    return words.say(locale, "setAnswersIn", { channel: `<#${settings.logChannel}>` });
  return valueText(name, settings[name], reader);
}

/** A value that could be chosen, as people read it. */
export function valueText<Name extends SettingName>(
  name: Name,
  value: Settings[Name],
  reader: SettingReader,
): string {
  return settingWords[name].text(value, reader);
}
