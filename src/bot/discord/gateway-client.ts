import { Client, GatewayIntentBits, Options, Partials, type WebSocketOptions } from "discord.js";

import type { RestTransport } from "./rest-transport.ts";

/** Resolves when a shard of a bucket may identify; rejects with the signal's reason. */
export type IdentifyGate = (bucket: number, signal: AbortSignal) => Promise<void>;

/** Discord's servers are spread over `count` shards; these are ours. */
export interface ShardsOptions {
  readonly count: number;
  readonly ids: readonly number[];
}

export interface GatewayClientOptions {
  readonly apiUrl: string;
  readonly makeRequest: RestTransport["makeRequest"];
  /** The shards of this process; all of them, in as many as Discord says, unless given. */
  readonly shards?: ShardsOptions | undefined;
  readonly identifyGate?: IdentifyGate | undefined;
}

const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.DirectMessages,
];

/** discord.js' client, told to keep no more than we read: servers, channels and roles. It logs in when it is told to. */
export function createClient(
  { apiUrl, makeRequest, shards, identifyGate }: GatewayClientOptions,
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
