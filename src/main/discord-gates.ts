import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { Redis } from "ioredis";

/** Discord's limits, which hold for all processes of a bot together. */
export interface DiscordGates {
  /** Resolves when a request may leave. Never rejects: without Redis each process keeps its own pace, and Discord's answers rule. */
  readonly pass: () => Promise<void>;
  /**
   * Resolves when a shard of this bucket (API docs, "Rate Limits for Identify") may identify: once in five seconds. Rejects with the
   * signal's reason.
   */
  readonly identify: (bucket: number, signal: AbortSignal) => Promise<void>;
  /** Resolves when Redis is there. */
  connected(): Promise<void>;
  close(): void;
}

/** Discord lets a bot make 50 requests a second (API docs, "Global Rate Limit"): these and the burst stay below it in any second. */
const perSecond = 38;
const burst = 10;
const answerWithinMs = 500;
/** A host that vanishes without a word leaves its connection open: one that says nothing for so long is none. */
const silentMs = 3000;
const longestPauseMs = 300;

/** KEYS: the gate. Reserves the next place and says in how many ms it is: a bucket that refills on the clock of Redis. */
const reserve = `
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local spacing = 1000 / ${perSecond}
local free = tonumber(redis.call("GET", KEYS[1]) or "0")
local at = math.max(free, now - ${burst} * spacing)
redis.call("SET", KEYS[1], string.format("%.3f", at + spacing), "PX", 60000)
return math.ceil(math.max(0, at - now))`;

/** KEYS: the bucket; ARGV: how long it is closed then. 0: go, otherwise how many ms to wait. */
const mayIdentify = `
if redis.call("SET", KEYS[1], "1", "PX", ARGV[1], "NX") then return 0 end
return math.max(1, redis.call("PTTL", KEYS[1]))`;

export interface DiscordGatesOptions {
  readonly url: string;
  /** Between two shards of a bucket; 5.5 s unless told. */
  readonly identifyEveryMs?: number;
}

/** One line for all processes that talk to Discord with one token. */
export function openDiscordGates({ url, identifyEveryMs = 5500 }: DiscordGatesOptions): DiscordGates {
  const client = new Redis(url, {
    connectionName: "earshot-discord",
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    socketTimeout: silentMs,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
  });
  client.on("error", () => undefined);
  return {
    async pass() {
      const waitMs = await client.eval(reserve, 1, "earshot:rest").catch(() => 0);
      if (typeof waitMs === "number" && waitMs > 0) {
        await sleep(waitMs);
      }
    },
    async identify(bucket, signal) {
      const key = `earshot:identify:${bucket}`;
      for (;;) {
        signal.throwIfAborted();
        // Without Redis nobody can be asked: one's own shards come one after the other all the same.
        const waitMs = await client.eval(mayIdentify, 1, key, identifyEveryMs).catch(() => identifyEveryMs);
        if (waitMs === 0) return;
        await sleep(Number(waitMs), undefined, { signal });
        if (client.status !== "ready") return;
      }
    },
    async connected() {
      if (client.status !== "ready") await once(client, "ready");
    },
    close: () => client.disconnect(),
  };
}
