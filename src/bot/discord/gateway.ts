import { setTimeout as delay } from "node:timers/promises";

import {
  Client,
  Events as ClientEvent,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type Interaction,
  Options,
  Partials,
  PermissionFlagsBits,
  type WebSocketOptions,
  Status,
} from "discord.js";

import { BotError } from "../errors.ts";
import { createEvents } from "./events.ts";
import { createGuildFacts, type GuildFacts } from "./guild-facts.ts";
import type { BotLog } from "../log.ts";
import { errorCodes } from "./refusals.ts";
import type { RestTransport } from "./rest-transport.ts";
import type { ChannelFacts } from "../notes/voice-notes.ts";

/** What the bot does about what happens on Discord. Payloads are Discord's own, unread. */
export interface GatewayHandlers {
  message(payload: unknown): Promise<void>;
  messageDeleted(payload: unknown): Promise<void>;
  interaction(interaction: Interaction): Promise<void>;
  /** Somebody joined, left or moved between voice channels, or was muted or deafened. */
  voiceState(payload: unknown): Promise<void>;
  /** Where the bot is to connect for voice. */
  voiceServer(payload: unknown): void;
  /** A new session has begun: what happened before it is not told. */
  ready(payload: unknown): void;
  /** A server with all its channels: at the beginning of a session, after an outage of Discord's, and when the bot joins. */
  guildAvailable(payload: unknown): void;
}

/** Resolves when a shard of a bucket may identify; rejects with the signal's reason. */
export type IdentifyGate = (bucket: number, signal: AbortSignal) => Promise<void>;

/** Discord's servers are spread over `count` shards; these are ours. */
export interface ShardsOptions {
  readonly count: number;
  readonly ids: readonly number[];
}

export interface GatewayOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly makeRequest: RestTransport["makeRequest"];
  /** The shards of this process; all of them, in as many as Discord says, unless given. */
  readonly shards?: ShardsOptions | undefined;
  readonly identifyGate?: IdentifyGate | undefined;
  readonly handlers: GatewayHandlers;
  readonly log: BotLog;
  /** For one login, in ms. */
  readonly loginTimeoutMs: number;
  /** Pauses between logins while Discord is out of reach, in ms. */
  readonly loginPausesMs: readonly number[];
  /** The connection is over for good, after it once was there. */
  readonly onLost: (error: BotError) => void;
}

/** Who the token is. */
export interface Identity {
  readonly userId: string;
  readonly applicationId: string;
}

/** The connection over which Discord tells what happens. */
export interface Gateway {
  /** Throws BotError. */
  connect(): Promise<Identity>;
  /** What is known of a channel; everything may be null. */
  channelFacts(channelId: string, guildId: string | null): ChannelFacts;
  /** Whether the bot may read what was written in a channel; null where that is not known. */
  canRead(channelId: string): boolean | null;
  /** Servers and their channels as far as they are known. */
  readonly facts: GuildFacts;
  /** Whether every connection to Discord is up now, and in how many servers the bot is. */
  state(): { readonly connected: boolean; readonly servers: number };
  /** The bot's own user; "" before the first login. */
  selfId(): string;
  /** Takes no more events and waits for those in work. */
  close(): Promise<void>;
}

const leaveTimeoutMs = 2000;
const readingTakes = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory];

const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.DirectMessages,
];

/** Logs in once `connect` is called; without the Message Content intent where Discord refuses it. */
export function createGateway(options: GatewayOptions): Gateway {
  const { handlers, log } = options;
  const events = createEvents(log);
  let client: Client | undefined;

  const open = async (withContent: boolean): Promise<Client> => {
    const next = createClient(options, withContent);
    listen(next);
    try {
      await login(next, options);
      return next;
    } catch (error) {
      await leave(next);
      throw error;
    }
  };

  const listen = (next: Client): void => {
    events.onDispatch(next, GatewayDispatchEvents.Ready, (data) => handlers.ready(data));
    events.onDispatch(next, GatewayDispatchEvents.GuildCreate, (data) => handlers.guildAvailable(data));
    events.onDispatch(next, GatewayDispatchEvents.MessageCreate, (data) => handlers.message(data));
    events.onDispatch(next, GatewayDispatchEvents.MessageDelete, (data) => handlers.messageDeleted(data));
    events.onDispatch(next, GatewayDispatchEvents.MessageDeleteBulk, (data) => handlers.messageDeleted(data));
    events.onDispatch(next, GatewayDispatchEvents.VoiceStateUpdate, (data) => handlers.voiceState(data));
    events.onDispatch(next, GatewayDispatchEvents.VoiceServerUpdate, (data) => handlers.voiceServer(data));
    events.on(next, ClientEvent.InteractionCreate, (interaction) => handlers.interaction(interaction));
    events.on(next, ClientEvent.Error, (error) => log.error(errorCodes(error), "gateway client error"));
    events.on(next, ClientEvent.ShardError, (error) =>
      log.warn(errorCodes(error), "gateway connection error"),
    );
    events.on(next, ClientEvent.ShardReconnecting, (shard) => log.info({ shard }, "gateway reconnecting"));
    events.on(next, ClientEvent.ShardResume, (shard, replayed) =>
      log.info({ shard, replayed }, "gateway resumed"),
    );
    events.on(next, ClientEvent.ShardDisconnect, ({ code }) => {
      if (client === next) options.onLost(closeError(code));
    });
    // The last to see a packet before discord.js does.
    next.on("raw", narrow);
  };

  return {
    async connect() {
      for (const pauseMs of [...options.loginPausesMs, undefined]) {
        try {
          client = await openWithFallback(open, log);
          const userId = client.user?.id ?? "";
          return { userId, applicationId: client.application?.id ?? userId };
        } catch (error) {
          if (pauseMs === undefined || !(error instanceof BotError) || error.code !== "discord-unreachable")
            throw error;
          log.warn(errorCodes(error.cause), "Discord is out of reach, trying again");
          await delay(pauseMs);
        }
      }
      throw new BotError("discord-unreachable", "Discord could not be reached.");
    },
    channelFacts(channelId, guildId) {
      const channel = client?.channels.cache.get(channelId);
      const guild = guildId === null ? undefined : client?.guilds.cache.get(guildId);
      return {
        type: channel?.type ?? null,
        parentId: channel?.isThread() ? channel.parentId : null,
        locale: guild?.preferredLocale ?? null,
      };
    },
    canRead(channelId) {
      const channel = client?.channels.cache.get(channelId);
      if (!channel || channel.isDMBased()) return null;
      const self = channel.guild.members.me;
      return self && channel.permissionsFor(self).has(readingTakes);
    },
    facts: createGuildFacts(() => client),
    state() {
      const shards = client?.ws.shards;
      const connected = shards?.every(({ status }) => status === Status.Ready) === true && shards.size > 0;
      return { connected, servers: client?.guilds.cache.size ?? 0 };
    },
    selfId: () => client?.user?.id ?? "",
    async close() {
      const closing = client;
      client = undefined;
      if (closing) await leave(closing);
      await events.settled();
    },
  };
}

/** Logs out. A gateway that no longer answers is not waited for: discord.js would for half a minute. */
async function leave(client: Client): Promise<void> {
  const patience = new AbortController();
  const waited = delay(leaveTimeoutMs, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([client.destroy(), waited]);
  patience.abort();
}

async function openWithFallback(
  open: (withContent: boolean) => Promise<Client>,
  log: BotLog,
): Promise<Client> {
  try {
    return await open(true);
  } catch (error) {
    if (!(error instanceof IntentsRefused)) throw error;
    log.warn(
      { closeCode: GatewayCloseCodes.DisallowedIntents },
      "Discord refuses the Message Content intent: voice notes are not seen; switch it on in the developer portal",
    );
    return await open(false);
  }
}

function createClient(
  { apiUrl, makeRequest, shards, identifyGate }: GatewayOptions,
  withContent: boolean,
): Client {
  return new Client({
    ...(identifyGate ? { ws: { buildIdentifyThrottler: throttlerOf(identifyGate) } } : {}),
    ...(shards ? { shardCount: shards.count, shards: [...shards.ids] } : {}),
    intents: withContent ? [...intents, GatewayIntentBits.MessageContent] : intents,
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl, version: "10", makeRequest },
    // An unavailable server must not keep the others waiting: interactions have 3 s.
    waitGuildTimeout: 1000,
    // Every note leaves a thread: the ones that sleep are forgotten, and told anew when they wake.
    sweepers: { threads: { interval: 300, lifetime: 300 } },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user?.id },
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
      GuildInviteManager: 0,
      GuildBanManager: 0,
    }),
  });
}

/** A shard's bucket is its number modulo what Discord allows at once. */
function throttlerOf(gate: IdentifyGate): NonNullable<WebSocketOptions["buildIdentifyThrottler"]> {
  return async (manager) => {
    const { session_start_limit: limit } = await manager.fetchGatewayInformation();
    return {
      waitForIdentify: async (shardId, signal) =>
        await gate(shardId % Math.max(1, limit.max_concurrency), signal),
    };
  };
}

/** What discord.js keeps servers, channels and permissions by, and makes interactions from. */
const forClient: ReadonlySet<unknown> = new Set<GatewayDispatchEvents>([
  GatewayDispatchEvents.Ready,
  GatewayDispatchEvents.Resumed,
  GatewayDispatchEvents.InteractionCreate,
  GatewayDispatchEvents.GuildCreate,
  GatewayDispatchEvents.GuildUpdate,
  GatewayDispatchEvents.GuildDelete,
  GatewayDispatchEvents.GuildRoleCreate,
  GatewayDispatchEvents.GuildRoleUpdate,
  GatewayDispatchEvents.GuildRoleDelete,
  GatewayDispatchEvents.ChannelCreate,
  GatewayDispatchEvents.ChannelUpdate,
  GatewayDispatchEvents.ChannelDelete,
  GatewayDispatchEvents.ThreadCreate,
  GatewayDispatchEvents.ThreadUpdate,
  GatewayDispatchEvents.ThreadDelete,
  GatewayDispatchEvents.ThreadListSync,
]);

/**
 * discord.js builds objects from every packet, and what it does not expect in one throws where no handler of ours can catch it and
 * ends the process. So it gets only what we use it for (messages are read raw), and interactions with the fields it never checks for.
 */
function narrow(packet: { t?: unknown; d?: Record<string, unknown> }): void {
  if (!forClient.has(packet.t)) packet.t = "";
  if (packet.t === GatewayDispatchEvents.ThreadListSync && packet.d) {
    packet.d["threads"] ??= [];
    packet.d["members"] ??= [];
  }
  if (packet.t !== GatewayDispatchEvents.InteractionCreate) return;
  if (!packet.d || !isWhole(packet.d)) {
    packet.t = "";
    return;
  }
  packet.d["entitlements"] ??= [];
  packet.d["authorizing_integration_owners"] ??= {};
  packet.d["channel"] ??= { id: packet.d["channel_id"] };
}

/** An interaction that somebody is behind, and that says what it is about. */
function isWhole({ member, user, data }: Record<string, unknown>): boolean {
  const caller: unknown = user ?? (isObject(member) ? member["user"] : undefined);
  return isObject(caller) && typeof caller["id"] === "string" && isObject(data);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Close code 4014: the portal's switch is off. */
class IntentsRefused extends Error {
  override readonly name = "IntentsRefused";
}

/** Resolves when the client is ready. discord.js itself waits for ever where the gateway does not answer. */
async function login(client: Client, { token, loginTimeoutMs }: GatewayOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    reject(new BotError("discord-unreachable", "Discord's gateway does not answer."));
  }, loginTimeoutMs);
  client.once(ClientEvent.ClientReady, () => resolve());
  client.once(ClientEvent.ShardDisconnect, ({ code }) => {
    const refused: number = GatewayCloseCodes.DisallowedIntents;
    reject(code === refused ? new IntentsRefused("disallowed intents") : closeError(code));
  });
  client.login(token).catch((error: unknown) => reject(loginError(error)));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

function loginError(error: unknown): BotError {
  const { code, status } = errorCodes(error);
  if (code === "TokenInvalid" || status === 401) return tokenRefused(error);
  return new BotError("discord-unreachable", "Discord could not be reached.", { cause: error });
}

function closeError(code: number): BotError {
  const authentication: number = GatewayCloseCodes.AuthenticationFailed;
  return code === authentication
    ? tokenRefused(undefined)
    : new BotError("gateway-refused", `Discord closed the connection for good (${code}).`);
}

/** One line for the operator. */
export function tokenRefused(cause: unknown): BotError {
  return new BotError("token-refused", "Discord refuses the token: check DISCORD_TOKEN.", { cause });
}
