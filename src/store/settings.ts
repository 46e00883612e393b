import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import { isSettingName, settingKinds, type SettingName, type Settings } from "./setting-kinds.ts";
import type { Store } from "./store.ts";

/** Stands for the whole guild where a channel would be named. */
const wholeGuild = "";

/** What another process sets is seen after this long at the latest; what this one sets, at once. */
const keptMs = 1000;
const mostGuilds = 1000;

/** The rows of one guild: by channel ("" is the whole guild), then by name. */
type GuildSettings = ReadonlyMap<string, Partial<Settings>>;

/** Settings of guilds and channels; the channel's word counts before the guild's. */
export function createSettings(database: Kysely<Database>): Store["settings"] {
  const kept = new Map<string, { readonly rows: Promise<GuildSettings>; readonly untilMs: number }>();

  const rowsOf = async (guildId: string): Promise<GuildSettings> => {
    const known = kept.get(guildId);
    if (known && known.untilMs > performance.now()) return await known.rows;
    const rows = readGuild(database, guildId);
    kept.delete(guildId);
    kept.set(guildId, { rows, untilMs: performance.now() + keptMs });
    const [oldest] = kept.keys();
    if (kept.size > mostGuilds && oldest !== undefined) kept.delete(oldest);
    try {
      return await rows;
    } catch (error) {
      if (kept.get(guildId)?.rows === rows) kept.delete(guildId);
      throw error;
    }
  };

  const get: Store["settings"]["get"] = async (guildId, channelId) => {
    const rows = await rowsOf(guildId);
    const own = channelId === null ? undefined : rows.get(channelId);
    return { ...defaultSettings, ...rows.get(wholeGuild), ...own };
  };

  const set: Store["settings"]["set"] = async (guildId, channelId, change) => {
    const channel = channelId ?? wholeGuild;
    await database.transaction().execute(async (transaction) => {
      for (const [name, value] of Object.entries(change)) {
        checkSetting(name, value, channelId);
        await writeSetting(transaction, { guild_id: guildId, channel_id: channel, name }, value);
      }
    });
    kept.delete(guildId);
  };

  return {
    get,
    own: async (guildId, channelId) => ({ ...(await rowsOf(guildId)).get(channelId ?? wholeGuild) }),
    channels: async (guildId) => [...(await rowsOf(guildId)).keys()].filter((id) => id !== wholeGuild),
    set,
    notesEnabled: async (guildId, channelId) => (await get(guildId, channelId)).notes,
    setNotes: async (guildId, channelId, on) => set(guildId, channelId, { notes: on }),
  };
}

/** What holds where nobody has set anything. */
export const defaultSettings: Settings = {
  notes: settingKinds.notes.fallback,
  allowedRoles: settingKinds.allowedRoles.fallback,
  ignoredRoles: settingKinds.ignoredRoles.fallback,
  answers: settingKinds.answers.fallback,
  logChannel: settingKinds.logChannel.fallback,
  language: settingKinds.language.fallback,
  property: settingKinds.property.fallback,
  addPunc: settingKinds.addPunc.fallback,
  digitNorm: settingKinds.digitNorm.fallback,
  vocabularyId: settingKinds.vocabularyId.fallback,
  lowConfidence: settingKinds.lowConfidence.fallback,
  spoilers: settingKinds.spoilers.fallback,
  retentionDays: settingKinds.retentionDays.fallback,
  memberMinutes: settingKinds.memberMinutes.fallback,
  guildMinutes: settingKinds.guildMinutes.fallback,
  captionsWebhook: settingKinds.captionsWebhook.fallback,
  captionsOptInOnly: settingKinds.captionsOptInOnly.fallback,
};

/** Names and values that this version does not know are passed over: they may be a newer version's. */
async function readGuild(database: Kysely<Database>, guildId: string): Promise<GuildSettings> {
  const rows = await database
    .selectFrom("setting")
    .select(["channel_id", "name", "value"])
    .where("guild_id", "=", guildId)
    .execute();
  const channels = new Map<string, Partial<Settings>>();
  for (const { channel_id, name, value } of rows) {
    if (!isSettingName(name)) continue;
    const read = settingKinds[name].read(JSON.parse(value));
    if (read !== undefined) channels.set(channel_id, { ...channels.get(channel_id), [name]: read });
  }
  return channels;
}

function checkSetting(name: string, value: unknown, channelId: string | null): asserts name is SettingName {
  if (!isSettingName(name)) throw new RangeError(`there is no setting ${name}`);
  const { perChannel, read } = settingKinds[name];
  if (channelId !== null && !perChannel) throw new RangeError(`${name} is a setting of whole servers`);
  if (value !== undefined && read(value) === undefined)
    throw new RangeError(`this is no value for the setting ${name}`);
}

/** Undefined takes the setting away: what is above it holds again. */
async function writeSetting(
  database: Kysely<Database>,
  at: { readonly guild_id: string; readonly channel_id: string; readonly name: string },
  value: unknown,
): Promise<void> {
  if (value === undefined) {
    await database
      .deleteFrom("setting")
      .where("guild_id", "=", at.guild_id)
      .where("channel_id", "=", at.channel_id)
      .where("name", "=", at.name)
      .execute();
    return;
  }
  const json = JSON.stringify(value);
  await database
    .insertInto("setting")
    .values({ ...at, value: json })
    .onConflict((conflict) =>
      conflict.columns(["guild_id", "channel_id", "name"]).doUpdateSet({ value: json }),
    )
    .execute();
}
