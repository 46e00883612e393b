import { z } from "zod";

import type { PaceState } from "./pace.ts";

/** The record of a quota as a process sees it. */
export interface SharedPace {
  /** On the clock of Redis. */
  readonly nowMs: number;
  /** What to add to this process's monotonic clock to get that of Redis. */
  readonly offsetMs: number;
  /** As it is stored; "" where there is none. */
  readonly stored: string;
  readonly state: PaceState | undefined;
  /** This process among those that share the quota, from 0, and how many they are. */
  readonly rank: number;
  readonly processes: number;
  /** Whether another process waits with a more urgent lane. */
  readonly isMoreUrgentElsewhere: boolean;
}

/** Who was not heard of for so long shares no more. */
const goneAfterMs = 15_000;
/** A process that waits asks again within this time. */
const waitsForMs = 1000;
const forgottenAfterMs = 3_600_000;

/** All take the prefix of the keys. Clusters are not supported: the keys are made from it. */
export const sharedPaceScripts = {
  /** ARGV: process, how urgent its lane is (0: most; more than any lane: it waits for nothing). */
  look: `
local P, id, urgency = KEYS[1], ARGV[1], tonumber(ARGV[2])
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZADD", P .. "processes", now, id)
redis.call("ZREMRANGEBYSCORE", P .. "processes", "-inf", now - ${goneAfterMs})
local all = redis.call("ZRANGE", P .. "processes", 0, -1)
table.sort(all)
local rank = 0
for index, one in ipairs(all) do if one == id then rank = index - 1 end end
if urgency < 4 then
  redis.call("HSET", P .. "waiting", id, urgency .. " " .. now)
else
  redis.call("HDEL", P .. "waiting", id)
end
local urgent = 0
local waiting = redis.call("HGETALL", P .. "waiting")
for index = 1, #waiting, 2 do
  local lane, since = string.match(waiting[index + 1], "^(%d+) (%d+)$")
  if tonumber(since) < now - ${waitsForMs} then
    redis.call("HDEL", P .. "waiting", waiting[index])
  elseif waiting[index] ~= id and tonumber(lane) < urgency then
    urgent = 1
  end
end
return { time[1], time[2], redis.call("GET", P .. "pace") or "", rank, #all, urgent }`,
  /** ARGV: the record as it was seen, and as it is to be. */
  replace: `
if (redis.call("GET", KEYS[1] .. "pace") or "") ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1] .. "pace", ARGV[2], "PX", ${forgottenAfterMs})
return 1`,
  /** ARGV: process. */
  leave: `
redis.call("ZREM", KEYS[1] .. "processes", ARGV[1])
return redis.call("HDEL", KEYS[1] .. "waiting", ARGV[1])`,
} as const;

const answerSchema = z.tuple([
  z.coerce.number(),
  z.coerce.number(),
  z.string(),
  z.number(),
  z.number().positive(),
  z.number(),
]);

const stateSchema = z.object({
  nextMs: z.number(),
  allowanceMs: z.number(),
  heldUntilMs: z.number(),
  holdMs: z.number(),
});

/** Reads the answer of `look`, asked around `atMs` of this process's monotonic clock. A record that makes no sense counts as none. */
export function readPace(answer: unknown, atMs: number): SharedPace {
  const [seconds, microseconds, stored, rank, processes, urgent] = answerSchema.parse(answer);
  const nowMs = seconds * 1000 + microseconds / 1000;
  return {
    nowMs,
    offsetMs: nowMs - atMs,
    stored,
    state: stateOf(stored),
    rank,
    processes,
    isMoreUrgentElsewhere: urgent === 1,
  };
}

function stateOf(stored: string): PaceState | undefined {
  if (stored === "") return undefined;
  try {
    return stateSchema.safeParse(JSON.parse(stored)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
