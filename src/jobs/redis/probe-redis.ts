import { Redis } from "ioredis";

import { fromRedis } from "./errors.ts";

/** What a Redis server says of itself. */
export interface RedisProbe {
  readonly version: string;
  /** Whether it writes down every change: without, work of the last minutes is lost with it. */
  readonly appendsToDisk: boolean;
  /** What it does when its memory is full; anything but "noeviction" throws work away. */
  readonly evictionPolicy: string;
}

const patienceMs = 4000;

/** Connects once and asks; changes nothing. Throws StoreError. */
export async function probeRedis(url: string): Promise<RedisProbe> {
  const client = new Redis(url, {
    connectionName: "earshot-doctor",
    lazyConnect: true,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What breaks the connection also fails the call under way.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const told = await client.info();
    const read = (field: string): string =>
      new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(told)?.[1]?.trim() ?? "";
    return {
      version: read("redis_version") || "of an unknown version",
      appendsToDisk: read("aof_enabled") === "1",
      evictionPolicy: read("maxmemory_policy") || "noeviction",
    };
  } catch (error) {
    throw fromRedis(error);
  } finally {
    client.disconnect();
  }
}
