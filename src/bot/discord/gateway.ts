import { setTimeout as delay } from "node:timers/promises";

import {
  type Client,
  Events as ClientEvent,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  type Interaction,
  PermissionFlagsBits,
  Status,
} from "discord.js";

import { BotError } from "../errors.ts";
import { createEvents } from "./events.ts";
import { createClient, type GatewayClientOptions } from "./gateway-client.ts";
import { narrow } from "./gateway-packets.ts";
import { createGuildFacts, type GuildFacts } from "./guild-facts.ts";
import type { BotLog } from "../log.ts";
import { closeError, IntentsRefused, leave, login } from "./login.ts";
import { errorCodes } from "./refusals.ts";
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
  guildAvailable(payload: unknown): Promise<void>;
}

export interface GatewayOptions extends GatewayClientOptions {
  readonly token: string;
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

const readingTakes = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory];

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
    // Read raw: discord.js counts by a session that may be over again by then, and throws.
    events.onDispatch(next, GatewayDispatchEvents.Resumed, () => log.info({}, "gateway resumed"));
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
