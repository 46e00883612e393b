import { z } from "zod";

import { type QuotaRecord, readFront, readRecord } from "./quota-record.ts";
import type { ShownFront } from "./shared-turns.ts";

/** The record of a quota as a process sees it. */
export interface SharedPace extends QuotaRecord {
  /** On the clock of Redis. */
  readonly nowMs: number;
  /** What to add to this process's monotonic clock to get that of Redis. */
  readonly offsetMs: number;
  /** How long the question and its answer took together. */
  readonly tripMs: number;
  /** As it is stored; "" where there is none. */
  readonly stored: string;
  /** This process among those that share the quota, from 0, and how many they are. */
  readonly rank: number;
  readonly processes: number;
  /** Whose turn it is in each process that waits. */
  readonly fronts: readonly ShownFront[];
}

/** Who was not heard of for so long shares no more. */
const goneAfterMs = 15_000;
/** A process that waits asks again when the next slot is due, and is not waited for if it comes so much later. */
const waitsForMs = 1000;
/** Nobody who uses the quota is silent for so long. */
export const forgottenAfterMs = 3_600_000;

/** All take the prefix of the keys. Clusters are not supported: the keys are made from it. */
export const sharedPaceScripts = {
  /** ARGV: process, and its front as JSON; "" where it only looks. */
  look: `
local P, id, front = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZADD", P .. "processes", now, id)
redis.call("ZREMRANGEBYSCORE", P .. "processes", "-inf", now - ${goneAfterMs})
local all = redis.call("ZRANGE", P .. "processes", 0, -1)
table.sort(all)
local rank = 0
for index, one in ipairs(all) do if one == id then rank = index - 1 end end
local stored = redis.call("GET", P .. "pace") or ""
local known, pace = pcall(cjson.decode, stored)
local next = known and type(pace) == "table" and tonumber(pace.nextMs) or now
if front ~= "" then
  local untilMs = math.max(now, math.min(next, now + ${forgottenAfterMs})) + ${waitsForMs}
  redis.call("HSET", P .. "fronts", id, string.format("%.0f %s", untilMs, front))
end
local fronts = {}
local shown = redis.call("HGETALL", P .. "fronts")
for index = 1, #shown, 2 do
  local untilMs, of = string.match(shown[index + 1], "^(%d+) (.*)$")
  if tonumber(untilMs) < now then
    redis.call("HDEL", P .. "fronts", shown[index])
  else
    fronts[#fronts + 1] = shown[index]
    fronts[#fronts + 1] = of
  end
end
redis.call("PEXPIRE", P .. "processes", ${2 * forgottenAfterMs})
redis.call("PEXPIRE", P .. "fronts", ${2 * forgottenAfterMs})
return { time[1], time[2], stored, rank, #all, fronts }`,
  /**
   * ARGV: the record as it was seen, and as it is to be; the process that takes a place by it, or ""; how long it is kept,
   * in ms; and before when, by this clock, it is not to be.
   */
  change: `
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
if (redis.call("GET", KEYS[1] .. "pace") or "") ~= ARGV[1] or now < tonumber(ARGV[5]) then
  return { time[1], time[2], 0 }
end
redis.call("SET", KEYS[1] .. "pace", ARGV[2], "PX", ARGV[4])
if ARGV[3] ~= "" then redis.call("HDEL", KEYS[1] .. "fronts", ARGV[3]) end
return { time[1], time[2], 1 }`,
  /** ARGV: process. */
  leave: `
redis.call("ZREM", KEYS[1] .. "processes", ARGV[1])
return redis.call("HDEL", KEYS[1] .. "fronts", ARGV[1])`,
} as const;

const answerSchema = z.tuple([
  z.coerce.number(),
  z.coerce.number(),
  z.string(),
  z.number(),
  z.number().positive(),
  z.array(z.string()),
]);

const changedSchema = z.tuple([z.coerce.number(), z.coerce.number(), z.number()]);

/** Reads the answer of `change`. */
export function readChanged(answer: unknown): { readonly done: boolean; readonly atMs: number } {
  const [seconds, microseconds, done] = changedSchema.parse(answer);
  return { done: done === 1, atMs: inMs(seconds, microseconds) };
}

/** Reads the answer of `look`, asked at `askedMs` of this process's monotonic clock and answered at `answeredMs`. A record that makes no sense counts as none. */
export function readPace(answer: unknown, askedMs: number, answeredMs: number): SharedPace {
  const [seconds, microseconds, stored, rank, processes, fronts] = answerSchema.parse(answer);
  const nowMs = inMs(seconds, microseconds);
  return {
    nowMs,
    offsetMs: nowMs - (askedMs + answeredMs) / 2,
    tripMs: answeredMs - askedMs,
    stored,
    ...readRecord(stored),
    rank,
    processes,
    fronts: fronts.flatMap((text, index) =>
      index % 2 === 1 ? readFront(fronts[index - 1] ?? "", text) : [],
    ),
  };
}

function inMs(seconds: number, microseconds: number): number {
  return seconds * 1000 + microseconds / 1000;
}
