import { once } from "node:events";

import { Redis } from "ioredis";

export interface RestGate {
  /** Resolves when a request may leave. Never rejects: without Redis each process keeps its own pace, and Discord's answers rule. */
  readonly pass: () => Promise<void>;
  /** Resolves when Redis is there. */
  connected(): Promise<void>;
  close(): void;
}

/** Discord lets a bot make 50 requests a second (API docs, "Global Rate Limit"): these and the burst stay below it in any second. */
const perSecond = 38;
const burst = 10;
const answerWithinMs = 500;
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

/** One limit for all processes that talk to Discord with one token. */
export function openRestGate(url: string): RestGate {
  const client = new Redis(url, {
    connectionName: "earshot-rest",
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
  });
  client.on("error", () => undefined);
  return {
    async pass() {
      const waitMs = await client.eval(reserve, 1, "earshot:rest").catch(() => 0);
      if (typeof waitMs === "number" && waitMs > 0) {
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
      }
    },
    async connected() {
      if (client.status !== "ready") await once(client, "ready");
    },
    close: () => client.disconnect(),
  };
}
