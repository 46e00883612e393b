import { Redis } from "ioredis";

import { type ScriptName, scripts } from "./scripts.ts";

/** A connection to Redis with our scripts. */
export interface RedisLink {
  readonly client: Redis;
  run(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** The same, for scripts that give a list; empty where they give none. */
  list(
    script: ScriptName,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

/**
 * A connection that says nothing for so many times as long as an answer may take is none: a host that vanishes without a word
 * leaves it open, and the system gives it up after a quarter of an hour.
 */
const silentTimes = 2;
/** Short, so that nobody takes us for dead because Redis was started anew. */
const longestPauseMs = 300;

export interface OpenRedisOptions {
  readonly url: string;
  /** By which Redis lists the connection. */
  readonly name: string;
  /** A command that had no answer for so long counts as failed; it may be done all the same. */
  readonly answerWithinMs: number;
}

/** Connects in the background and again for ever; calls wait for the connection, as long as for an answer. */
export function openRedis({ url, name, answerWithinMs }: OpenRedisOptions): RedisLink {
  const client = new Redis(url, {
    connectionName: name,
    commandTimeout: answerWithinMs,
    socketTimeout: silentTimes * answerWithinMs,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
    // A server that is loading or a replica is tried again as one that is away.
    reconnectOnError: (error) => /^(?:READONLY|LOADING)/.test(error.message),
  });
  // Whoever waits for an answer is told; without a listener the process would end.
  client.on("error", () => undefined);
  for (const [script, { lua, keys }] of Object.entries(scripts)) {
    client.defineCommand(commandOf(script), { lua, numberOfKeys: keys });
  }
  const run: RedisLink["run"] = async (script, keys, args) => {
    const command: unknown = Reflect.get(client, commandOf(script));
    if (typeof command !== "function") throw new TypeError(`${script} is no script`);
    const answer: unknown = await Reflect.apply(command, client, [...keys, ...args]);
    return answer;
  };
  return {
    client,
    run,
    list: async (...call) => {
      const answer = await run(...call);
      return Array.isArray(answer) ? answer.map(textOf) : [];
    },
    close: async () => {
      client.disconnect();
    },
  };
}

/** Replies of Redis are texts, numbers or nothing. */
function textOf(reply: unknown): string | null {
  return typeof reply === "string" || typeof reply === "number" ? `${reply}` : null;
}

function commandOf(script: string): string {
  return `earshot:${script}`;
}
