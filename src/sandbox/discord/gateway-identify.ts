import type { Id } from "./entities.ts";
import { createSession, type Session } from "./gateway-session.ts";
import { hears, intent, knownIntents } from "./intents.ts";
import { applicationFlags } from "./rest/apps.ts";
import { userPayload } from "./wire.ts";
import { permissionsIn, userNamed, type Viewer, type World, type WorldEvent } from "./world.ts";

interface Identify {
  readonly token?: unknown;
  readonly intents?: unknown;
  readonly properties?: unknown;
  readonly shard?: unknown;
}

/** Why an IDENTIFY is not accepted, as a close code. */
export type Denial = readonly [number, string];

/** The shard a guild belongs to (Discord API, "Sharding"). */
function shardOf(guildId: Id | undefined, count: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count));
}

function readShard(value: unknown): readonly [number, number] | undefined {
  if (value === undefined) return [0, 1];
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [id, count] = value as [unknown, unknown];
  const fits =
    Number.isInteger(id) && Number.isInteger(count) && Number(id) >= 0 && Number(id) < Number(count);
  return fits ? [Number(id), Number(count)] : undefined;
}

/** The session an IDENTIFY asks for. */
export function identified(world: World, value: unknown): Session | Denial {
  const { token, intents, properties, shard } = (value ?? {}) as Identify;
  if (typeof token !== "string" || typeof properties !== "object" || properties === null) {
    return [4002, "Error while decoding payload."];
  }
  const bare = token.replace(/^Bot /, "");
  const application = [...world.applications.values()].find((one) => one.token === bare);
  if (!application) return [4004, "Authentication failed."];
  if (typeof intents !== "number" || !Number.isInteger(intents) || intents & ~knownIntents || intents < 0) {
    return [4013, "Invalid intent(s)."];
  }
  const { privileged } = application;
  const disallowed =
    (privileged.messageContent ? 0 : intent.messageContent) |
    (privileged.guildMembers ? 0 : intent.guildMembers) |
    (privileged.presences ? 0 : intent.guildPresences);
  if (intents & disallowed) return [4014, "Disallowed intent(s)."];
  const own = readShard(shard);
  if (!own) return [4010, "Invalid shard."];
  return createSession({ application, intents, shard: own });
}

/** The guilds of a session's bot that belong to its shard. */
export function guildsOf(world: World, { application, shard }: Session): readonly Id[] {
  return [...world.guilds.values()]
    .filter(({ id, members }) => members.has(application.botId) && shardOf(id, shard[1]) === shard[0])
    .map(({ id }) => id);
}

interface MemberEvent {
  readonly user?: { readonly id: Id };
  readonly added_members?: readonly { readonly user_id: Id }[];
  readonly removed_member_ids?: readonly Id[];
}

/** Whether an event about members is about the bot's own membership: those need no intent. */
function isAbout(botId: Id, session: Session, event: WorldEvent): boolean {
  if (event.type !== "GUILD_MEMBER_UPDATE" && event.type !== "THREAD_MEMBERS_UPDATE") return false;
  const payload: MemberEvent = event.payloadFor(viewerOf(session)) ?? {};
  const { user, added_members: added = [], removed_member_ids: removed = [] } = payload;
  return user?.id === botId || added.some((one) => one.user_id === botId) || removed.includes(botId);
}

/** Whether a session is told of an event: its shard, its guilds, what its bot may see, its intents. */
export function concerns(world: World, session: Session, event: WorldEvent): boolean {
  const { application, intents, shard } = session;
  const { guildId, channelId, onlyFor, type } = event;
  if (onlyFor !== undefined && onlyFor !== application.botId) return false;
  if (shardOf(guildId, shard[1]) !== shard[0]) return false;
  if (
    guildId !== undefined &&
    onlyFor === undefined &&
    !world.guilds.get(guildId)?.members.has(application.botId)
  ) {
    return false;
  }
  const channel = channelId === undefined ? undefined : world.channels.get(channelId);
  if (channel && onlyFor === undefined && permissionsIn(world, application.botId, channel) === 0n)
    return false;
  return hears(intents, type, guildId === undefined, isAbout(application.botId, session, event));
}

/** The session's bot, and whether it reads other people's words. */
export function viewerOf({ application, intents }: Session): Viewer {
  return { userId: application.botId, readsContent: (intents & intent.messageContent) !== 0 };
}

/** What READY says. */
export function ready(world: World, session: Session): object {
  const { application, shard } = session;
  return {
    v: 10,
    user: {
      ...userPayload(userNamed(world, application.botId)),
      verified: true,
      mfa_enabled: false,
      email: null,
    },
    user_settings: {},
    session_type: "normal",
    session_id: session.id,
    resume_gateway_url: `${world.cdn.origin.replace(/^http/, "ws")}/gateway`,
    relationships: [],
    private_channels: [],
    presences: [],
    guilds: guildsOf(world, session).map((id) => ({ id, unavailable: true })),
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    application: { id: application.id, flags: applicationFlags(application) },
    shard,
    _trace: [],
  };
}
