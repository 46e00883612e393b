import { z } from "zod";

import { positive, serverUrl } from "./fields.ts";

/** How much of the bot this process is, and what it shares with others. */
export interface ScaleConfig {
  /** `gateway`: events, commands and live captions; `worker`: everything that takes time; `all`: both. */
  readonly role: "all" | "gateway" | "worker";
  /** PostgreSQL's address; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Redis' address; undefined: work and quota are shared with processes of this host alone, over the data folder. */
  readonly redisUrl: string | undefined;
  /** The part of Discord's servers this process listens to; undefined: all of them, in as many shards as Discord says. */
  readonly shards: ShardsConfig | undefined;
}

export interface ShardsConfig {
  readonly count: number;
  readonly ids: readonly number[];
}

/** More than Discord itself recommends to anybody; a mistyped number must not fill the memory before it is refused. */
const mostShards = 10_000;

const wholeNumbers = z
  .string()
  .regex(/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/, "must be numbers from 0, as in 0,1 or 0-3")
  .transform((text) => text.split(",").flatMap(rangeOf));

function rangeOf(text: string): number[] {
  const [first = 0, last = first] = text.split("-").map(Number);
  return Array.from(
    { length: Math.min(Math.max(0, last - first + 1), mostShards) },
    (_, index) => first + index,
  );
}

/** The variables of this part. */
export const scaleFields = {
  EARSHOT_ROLE: z.enum(["all", "gateway", "worker"], "must be all, gateway or worker"),
  DATABASE_URL: serverUrl("postgres", "postgresql"),
  REDIS_URL: serverUrl("redis", "rediss"),
  SHARD_COUNT: positive
    .refine(Number.isInteger, "must be a whole number")
    .refine((count) => count <= mostShards, `must be ${mostShards} at most`)
    .optional(),
  SHARD_IDS: wholeNumbers.optional(),
};

interface ScaleValues {
  readonly EARSHOT_ROLE: ScaleConfig["role"];
  readonly DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly SHARD_COUNT?: number | undefined;
  readonly SHARD_IDS?: readonly number[] | undefined;
}

/** What does not go together goes into `problems`. */
export function checkScale(values: ScaleValues, problems: string[]): void {
  const { SHARD_COUNT: count, SHARD_IDS: ids } = values;
  if (ids === undefined) return;
  if (count === undefined) problems.push("SHARD_IDS: needs SHARD_COUNT, the number of all shards");
  else if (ids.some((id) => id >= count))
    problems.push(`SHARD_IDS: with SHARD_COUNT ${count} the shards are 0 to ${count - 1}`);
}

export function scaleConfig(values: ScaleValues): ScaleConfig {
  const { SHARD_COUNT: count, SHARD_IDS: ids } = values;
  return {
    role: values.EARSHOT_ROLE,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    shards:
      count === undefined
        ? undefined
        : { count, ids: ids ?? Array.from({ length: count }, (_, index) => index) },
  };
}
