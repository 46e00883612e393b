/** Everything a server can set. `null` means: as the operator configured it. */
export interface Settings {
  /** Whether voice notes are transcribed by themselves. */
  readonly notes: boolean;
  /** Ids of roles. Where there are any, only the notes of who has one of them are transcribed by themselves. */
  readonly allowedRoles: readonly string[];
  /** Ids of roles whose members' notes are not transcribed by themselves; they count before the allowed ones. */
  readonly ignoredRoles: readonly string[];
  /** Where answers to voice notes go; "log" is the channel named by `logChannel`. */
  readonly answers: "thread" | "reply" | "log";
  readonly logChannel: string | null;
  /** What is spoken, as a BCP-47 tag ("zh-CN"). */
  readonly language: string | null;
  /** The speech service's own name for language and model ("english_16k_common"); counts before `language`. */
  readonly property: string | null;
  readonly addPunc: "yes" | "no" | null;
  readonly digitNorm: "yes" | "no" | null;
  readonly vocabularyId: string | null;
  /** What is done with words the recognizer was not sure of (below 50 %). */
  readonly lowConfidence: "show" | "mark" | "withhold";
  /** Whether the transcript of a recording that is marked as a spoiler is one too. */
  readonly spoilers: boolean;
  /** How long transcripts are kept, in days; 0 keeps none. */
  readonly retentionDays: number | null;
  /** Minutes of audio a day, UTC; `null` is without a limit. */
  readonly memberMinutes: number | null;
  readonly guildMinutes: number | null;
  /** Whether captions are written as the speaker, through a webhook. */
  readonly captionsWebhook: boolean;
  /** Whether only those are captioned who said `/privacy opt-in`. */
  readonly captionsOptInOnly: boolean;
}

export type SettingName = keyof Settings;

/** One setting: what holds where nobody said anything, and how a stored or typed value is read. */
export interface SettingKind<Name extends SettingName = SettingName> {
  readonly fallback: Settings[Name];
  /** Whether a channel may have its own. */
  readonly perChannel: boolean;
  /** Undefined where the value is none for this setting. */
  readonly read: (value: unknown) => Settings[Name] | undefined;
}

const mostRoles = 25;
const mostDays = 3650;
const minutesOfADay = 24 * 60;

function readBoolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function oneOf<const Word extends string>(...words: readonly Word[]): (value: unknown) => Word | undefined {
  return (value) => words.find((word) => word === value);
}

function orNull<Value>(
  read: (value: unknown) => Value | undefined,
): (value: unknown) => Value | null | undefined {
  return (value) => (value === null ? null : read(value));
}

function matching(pattern: RegExp): (value: unknown) => string | undefined {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

function countUpTo(most: number): (value: unknown) => number | undefined {
  return (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most
      ? value
      : undefined;
}

const readId = matching(/^\d{1,20}$/);
const readName = matching(/^[\w.-]{1,64}$/);

function readIds(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > mostRoles) return undefined;
  const ids = value.map(readId);
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

/** Every setting there is. */
export const settingKinds: { readonly [Name in SettingName]: SettingKind<Name> } = {
  notes: { fallback: true, perChannel: true, read: readBoolean },
  allowedRoles: { fallback: [], perChannel: false, read: readIds },
  ignoredRoles: { fallback: [], perChannel: false, read: readIds },
  answers: { fallback: "thread", perChannel: true, read: oneOf("thread", "reply", "log") },
  logChannel: { fallback: null, perChannel: true, read: orNull(readId) },
  language: { fallback: null, perChannel: true, read: orNull(matching(/^[A-Za-z\d-]{2,35}$/)) },
  property: { fallback: null, perChannel: true, read: orNull(readName) },
  addPunc: { fallback: null, perChannel: true, read: orNull(oneOf("yes", "no")) },
  digitNorm: { fallback: null, perChannel: true, read: orNull(oneOf("yes", "no")) },
  vocabularyId: { fallback: null, perChannel: true, read: orNull(readName) },
  lowConfidence: { fallback: "show", perChannel: true, read: oneOf("show", "mark", "withhold") },
  spoilers: { fallback: true, perChannel: true, read: readBoolean },
  retentionDays: { fallback: null, perChannel: false, read: orNull(countUpTo(mostDays)) },
  memberMinutes: { fallback: null, perChannel: false, read: orNull(countUpTo(minutesOfADay)) },
  guildMinutes: { fallback: null, perChannel: false, read: orNull(countUpTo(minutesOfADay * 1000)) },
  captionsWebhook: { fallback: false, perChannel: true, read: readBoolean },
  captionsOptInOnly: { fallback: false, perChannel: true, read: readBoolean },
};

/** Whether a word names a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingKinds, name);
}
