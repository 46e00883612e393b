import { type Job as BullJob, Queue, Worker } from "bullmq";

import type { JobClock } from "../clock.ts";
import type { JobName, KeptJob, RunToken } from "../keeper.ts";
import { openRedis, type RedisLink } from "./connection.ts";

export interface RedisKeeperOptions {
  readonly url: string;
  readonly prefix: string;
  readonly clock: Pick<JobClock, "wallMs">;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly retentionDays: number;
  readonly answerWithinMs: number;
}

/** What BullMQ keeps as the data of a job. */
export interface BullData {
  /** Which call enqueued it: that one added it, to all others its key was known. */
  readonly nonce: string;
  /** JSON; gone when the job is finished. */
  readonly data?: string;
  readonly key: string;
  readonly lane: KeptJob["lane"];
  readonly guildId: string;
  readonly memberId: string;
  readonly enqueuedAtMs: number;
}

/** One BullMQ queue of a kind of jobs. */
export interface KindQueue {
  readonly queue: Queue<BullData>;
  /** Fetches jobs, one at a time, when it is asked. */
  readonly fetcher: Worker<BullData>;
}

/** What the parts of the keeper share. */
export interface RedisPlace {
  readonly options: RedisKeeperOptions;
  readonly link: RedisLink;
  /** With the colon. */
  readonly prefix: string;
  of(kind: string): KindQueue;
  /** Another number each time: with the worker's name it names a run. */
  nextRun(): number;
  /** Runs of this process, by id and number. */
  readonly running: Map<string, BullJob<BullData>>;
  readonly jobKey: (entry: string) => string;
  readonly lockKey: (entry: string) => string;
  /** Enters a job that waits into the book of turns, for now or for later. */
  note(entry: string, job: Pick<BullData, "lane" | "guildId" | "memberId">, dueMs: number): Promise<void>;
}

const dayMs = 24 * 3_600_000;
/** Finished jobs are marks: they keep their keys known at least this long, twice as far as the bot looks back. */
const leastDays = 2;

/** Connects, and makes BullMQ's queues as they are asked for. */
export function openPlace(options: RedisKeeperOptions): RedisPlace & { close(): Promise<void> } {
  const { url, answerWithinMs } = options;
  const link = openRedis({ url, name: "earshot-jobs", answerWithinMs });
  const prefix = `${options.prefix}:`;
  const queues = new Map<string, KindQueue>();
  let runs = 0;
  const of = (kind: string): KindQueue => {
    const known = queues.get(kind);
    if (known) return known;
    const shared = { connection: link.client, prefix: options.prefix };
    const queue = new Queue<BullData>(kind, shared);
    const fetcher = new Worker<BullData>(kind, undefined, {
      ...shared,
      autorun: false,
      lockDuration: options.leaseMs,
    });
    queue.on("error", () => undefined);
    fetcher.on("error", () => undefined);
    const opened = { queue, fetcher };
    queues.set(kind, opened);
    return opened;
  };
  const jobKey = (entry: string): string => prefix + entry.replace("/", ":");
  return {
    options,
    link,
    prefix,
    of,
    nextRun: () => ++runs,
    running: new Map(),
    jobKey,
    lockKey: (entry) => `${jobKey(entry)}:lock`,
    note: async (entry, { lane, guildId, memberId }, dueMs) => {
      await link.run("note", [prefix], [entry, lane, guildId, memberId, dueMs, options.clock.wallMs()]);
    },
    close: async () => {
      await Promise.all(
        [...queues.values()].flatMap(({ queue, fetcher }) => [
          queue.close().catch(() => undefined),
          fetcher.close(true).catch(() => undefined),
        ]),
      );
      await link.close();
    },
  };
}

/** BullMQ wants no colons in ids, and no numbers. */
export function entryOf({ kind, key }: JobName): string {
  return `${kind}/k${encodeURIComponent(key)}`;
}

/** The other way round: BullMQ's queue and id. */
export function splitEntry(entry: string): { readonly kind: string; readonly id: string } {
  const slash = entry.indexOf("/");
  return { kind: entry.slice(0, slash), id: entry.slice(slash + 1) };
}

/** The token of BullMQ's lock: whose run, and which. */
export function lockOf({ workerId, runs }: Pick<RunToken, "workerId" | "runs">): string {
  return `${workerId}/${runs}`;
}

/** A run's name in this process. */
export function runOf({ id, runs }: Pick<RunToken, "id" | "runs">): string {
  return `${id}#${runs}`;
}

/** KEYS of the scripts about a run. */
export function keysOf(place: RedisPlace, { id }: Pick<RunToken, "id">): [string, string] {
  return [place.jobKey(id), place.lockKey(id)];
}

/** How long a finished job's key stays known, in seconds. */
export function keptFor({ retentionDays }: RedisKeeperOptions): number {
  return Math.round((Math.max(retentionDays, leastDays) * dayMs) / 1000);
}
