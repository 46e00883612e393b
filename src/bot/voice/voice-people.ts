import { CDN } from "discord.js";

/** Somebody in a voice channel. */
export interface VoicePerson {
  readonly memberId: string;
  readonly channelId: string;
  /** As shown in this server; undefined where Discord did not say. Never logged. */
  readonly name: string | undefined;
  readonly isBot: boolean;
  /** Their picture as shown in this server. */
  readonly avatarUrl: string | undefined;
}

/** Who is in which voice channel, from what the gateway tells. */
export interface VoicePeople {
  /** A server as GUILD_CREATE shows it: what was known of it is replaced. */
  guild(payload: unknown): void;
  /** VOICE_STATE_UPDATE; gives the server, where there is one. */
  changed(payload: unknown): string | undefined;
  /** Servers in which somebody is in a voice channel. */
  guildIds(): readonly string[];
  /** People, not bots. */
  humansIn(guildId: string, channelId: string): readonly VoicePerson[];
  find(guildId: string, memberId: string): VoicePerson | undefined;
}

export function createVoicePeople(): VoicePeople {
  const guilds = new Map<string, Map<string, VoicePerson>>();
  const peopleOf = (guildId: string): Map<string, VoicePerson> => {
    const known = guilds.get(guildId) ?? new Map<string, VoicePerson>();
    guilds.set(guildId, known);
    return known;
  };
  const put = (guildId: string, state: Json, member: Json): void => {
    const memberId = text(state, "user_id");
    const channelId = text(state, "channel_id");
    if (memberId === undefined) return;
    if (channelId === undefined) {
      peopleOf(guildId).delete(memberId);
      return;
    }
    const user = json(member["user"]);
    const before = peopleOf(guildId).get(memberId);
    peopleOf(guildId).set(memberId, {
      memberId,
      channelId,
      name: displayName(member) ?? before?.name,
      isBot: "bot" in user ? user["bot"] === true : (before?.isBot ?? false),
      avatarUrl: avatarUrl(guildId, memberId, member) ?? before?.avatarUrl,
    });
  };

  return {
    guild(payload) {
      const guild = json(payload);
      const guildId = text(guild, "id");
      if (guildId === undefined) return;
      const members = new Map(list(guild["members"]).map((one) => [text(json(one["user"]), "id"), one]));
      guilds.delete(guildId);
      for (const state of list(guild["voice_states"]))
        put(guildId, state, members.get(text(state, "user_id")) ?? json(state["member"]));
    },
    changed(payload) {
      const state = json(payload);
      const guildId = text(state, "guild_id");
      if (guildId !== undefined) put(guildId, state, json(state["member"]));
      return guildId;
    },
    guildIds: () => [...guilds].filter(([, people]) => people.size > 0).map(([guildId]) => guildId),
    humansIn: (guildId, channelId) =>
      [...(guilds.get(guildId)?.values() ?? [])].filter((one) => one.channelId === channelId && !one.isBot),
    find: (guildId, memberId) => guilds.get(guildId)?.get(memberId),
  };
}

/** A member's name as shown in their server: nickname, else display name, else user name. */
export function displayName(member: unknown): string | undefined {
  const user = json(json(member)["user"]);
  return text(json(member), "nick") ?? text(user, "global_name") ?? text(user, "username");
}

/** A member's nickname, or null. */
export function nickOf(member: unknown): string | null {
  return text(json(member), "nick") ?? null;
}

const cdn = new CDN();
const picture = { extension: "png", size: 128, forceStatic: true } as const;

/** The server's own picture of a member counts before their general one; who has none is shown Discord's (CDN, "CDN Endpoints"). */
function avatarUrl(guildId: string, memberId: string, member: Json): string | undefined {
  const user = json(member["user"]);
  if (text(user, "id") === undefined) return undefined;
  const own = text(member, "avatar");
  if (own !== undefined) return cdn.guildMemberAvatar(guildId, memberId, own, picture);
  const general = text(user, "avatar");
  if (general !== undefined) return cdn.avatar(memberId, general, picture);
  return cdn.defaultAvatar(Number((BigInt(memberId) >> 22n) % 6n));
}

type Json = Readonly<Record<string, unknown>>;

function json(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(json) : [];
}

function text(from: Json, name: string): string | undefined {
  const value = from[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
