import { randomUUID } from "node:crypto";

import { Job as BullJob, Queue, Worker } from "bullmq";

import type { JobClock } from "../clock.ts";
import { boundedWaitMs } from "../job-wait.ts";
import type { Json, NewJob } from "../jobs.ts";
import type { Ending, JobKeeper, JobName, KeptJob, RunToken } from "../keeper.ts";
import { openRedis, type RedisLink } from "./connection.ts";
import { fromRedis } from "./errors.ts";
import { takeTurn } from "./redis-claim.ts";
import { createWatch } from "./redis-takeover.ts";
import { waitingPriority } from "./scripts.ts";

export interface RedisKeeperOptions {
  readonly url: string;
  readonly prefix: string;
  readonly clock: Pick<JobClock, "wallMs">;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly retentionDays: number;
}

/** What BullMQ keeps as the data of a job. */
export interface BullData {
  /** Who enqueued it: tells "added" from "known". */
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
  /** Runs of this process, by id and number. */
  readonly running: Map<string, BullJob<BullData>>;
  jobKey(entry: string): string;
  lockKey(entry: string): string;
  /** Enters a job that waits into the book of turns, for now or for later. */
  note(entry: string, job: Pick<BullData, "lane" | "guildId" | "memberId">, dueMs: number): Promise<void>;
}

const dayMs = 24 * 3_600_000;
/** Finished jobs are marks: they keep their keys known at least this long, twice as far as the bot looks back. */
const leastDays = 2;

/** Keeps jobs in BullMQ's queues, one for each kind, with the book of turns and accounts beside them (scripts.ts). */
export function createRedisKeeper(options: RedisKeeperOptions): JobKeeper & { close(): Promise<void> } {
  const place = openPlace(options);
  const { link, prefix, running } = place;
  const watch = createWatch(place);
  const subscriber = link.client.duplicate({ connectionName: "earshot-news" });
  subscriber.on("error", () => undefined);
  const keeper: JobKeeper & { close(): Promise<void> } = {
    beginWork: async () => {
      const workerId = randomUUID();
      await watch.begin(workerId);
      return workerId;
    },
    endWork: async (workerId) => watch.end(workerId),
    insert: async (job) => insert(place, job),
    claim: async (claim) => takeTurn(place, claim),
    nextDueInMs: async () => {
      const [, dueMs] = await link.client.zrange(`${prefix}later`, "0", "0", "WITHSCORES");
      return dueMs === undefined ? Infinity : Number(dueMs) - options.clock.wallMs();
    },
    saveProgress: async (token, progress) =>
      (await link.run("save", keysOf(place, token), [lockOf(token), progress])) === 1,
    beginGivingUp: async (token) => {
      const times = Number(await link.run("giveUp", keysOf(place, token), [lockOf(token)]));
      if (times === -1) return "lost";
      return times === -2 ? "cancelled" : times;
    },
    endRun: async (token, ending) => endRun(place, token, ending),
    renewLeases: async (_workerId, runs, leaseMs) => {
      const held = runs.flatMap((token) => {
        const job = running.get(runOf(token));
        return job ? [job.extendLock(lockOf(token), leaseMs)] : [];
      });
      await Promise.all(held);
    },
    ownRuns: async (_workerId, runs) => {
      const states = await Promise.all(
        runs.map(async (token) => ({
          token,
          lock: await link.client.get(place.lockKey(token.id)),
          cancelled: await link.client.hget(place.jobKey(token.id), "e:cancel"),
        })),
      );
      return states
        .filter(({ token, lock }) => lock === lockOf(token))
        .map(({ token: { id, runs: run }, cancelled }) => ({
          id,
          runs: run,
          isCancelled: cancelled !== null,
        }));
    },
    takeOverLostRuns: async (workerId) => watch.takeOver(workerId),
    cancel: async (job) => cancel(place, job),
    isCancelling: async (entry) => {
      const [mark, over] = await link.client.hmget(place.jobKey(entry), "e:cancel", "finishedOn");
      return mark != null && over == null;
    },
    wake: async (job) => (await link.run("wake", [prefix], [entryOf(job), options.clock.wallMs()])) === 1,
    wakeAll: async (kind) => {
      const entries = (await link.run("unfailed", [prefix], [kind])) as readonly string[];
      const woken = await Promise.all(
        entries.map(async (entry) => link.run("wake", [prefix], [entry, options.clock.wallMs()])),
      );
      return woken.filter((one) => one === 1).length;
    },
    depth: async () => {
      const [waiting = 0, running = 0, later = 0, oldestWaitingMs = 0] = (
        (await link.run("depth", [prefix], [options.clock.wallMs()])) as readonly unknown[]
      ).map(Number);
      return { waiting, running, later, oldestWaitingMs };
    },
    onNews: (wake) => {
      subscriber.on("message", wake);
      // Where this fails, looking every so often finds the same.
      subscriber.subscribe(`${prefix}news`).catch(() => undefined);
    },
    close: async () => {
      subscriber.disconnect();
      await place.close();
    },
  };
  return translated(keeper);
}

/** Every failure comes out as a StoreError. */
function translated<Keeper extends object>(keeper: Keeper): Keeper {
  return Object.fromEntries(
    Object.entries(keeper).map(([name, method]) => [
      name,
      (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(method as (...args: unknown[]) => unknown, keeper, args);
        return result instanceof Promise
          ? result.catch((error: unknown) => {
              throw fromRedis(error);
            })
          : result;
      },
    ]),
  ) as Keeper;
}

function openPlace(options: RedisKeeperOptions): RedisPlace & { close(): Promise<void> } {
  const link = openRedis(options.url, "earshot-jobs");
  const prefix = `${options.prefix}:`;
  const queues = new Map<string, KindQueue>();
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

export function splitEntry(entry: string): { readonly kind: string; readonly id: string } {
  const slash = entry.indexOf("/");
  return { kind: entry.slice(0, slash), id: entry.slice(slash + 1) };
}

/** The token of BullMQ's lock: whose run, and which. */
export function lockOf({ workerId, runs }: Pick<RunToken, "workerId" | "runs">): string {
  return `${workerId}/${runs}`;
}

export function runOf({ id, runs }: Pick<RunToken, "id" | "runs">): string {
  return `${id}#${runs}`;
}

function keysOf(place: RedisPlace, { id }: Pick<RunToken, "id">): [string, string] {
  return [place.jobKey(id), place.lockKey(id)];
}

function keptFor({ retentionDays }: RedisKeeperOptions): number {
  return Math.round((Math.max(retentionDays, leastDays) * dayMs) / 1000);
}

async function insert(place: RedisPlace, job: NewJob<Json>): Promise<boolean> {
  const { options, link, prefix } = place;
  const entry = entryOf(job);
  const { kind, id } = splitEntry(entry);
  if ((await link.client.exists(`${prefix}known:${entry}`)) === 1) return false;
  const nonce = randomUUID();
  const enqueuedAtMs = options.clock.wallMs();
  const delay = Math.ceil(boundedWaitMs((job.runAtMs ?? enqueuedAtMs) - enqueuedAtMs));
  const { queue } = place.of(kind);
  const data: BullData = { nonce, data: JSON.stringify(job.data), key: job.key, ...job.turn, enqueuedAtMs };
  await queue.add(kind, data, {
    jobId: id,
    priority: waitingPriority,
    delay,
    attempts: Number.MAX_SAFE_INTEGER,
    removeOnComplete: { age: keptFor(options) },
  });
  const [kept, finished] = await link.client.hmget(place.jobKey(entry), "data", "finishedOn");
  const isOurs = kept != null && (JSON.parse(kept) as BullData).nonce === nonce;
  // Whoever added it may have died before it was in the book.
  if (finished == null) await place.note(entry, data, delay > 0 ? enqueuedAtMs + delay : 0);
  return isOurs;
}

async function endRun(
  place: RedisPlace,
  token: RunToken,
  ending: Ending,
): Promise<"ended" | "cancelled" | "lost"> {
  const { link, prefix, options } = place;
  const run = runOf(token);
  const job = place.running.get(run);
  if (!job) return "lost";
  const lock = lockOf(token);
  const charge = ending.type === "finished" ? "nothing" : ending.charge;
  const written = Number(
    await link.run(
      "end",
      [...keysOf(place, token), `${prefix}wipe`],
      [
        lock,
        token.id,
        ending.type === "finished" ? 1 : 0,
        charge === "refund" ? -1 : 0,
        charge === "failure" ? 1 : 0,
      ],
    ),
  );
  if (written === -1) {
    place.running.delete(run);
    return "lost";
  }
  if (ending.type === "finished" || written === -2) {
    await finish(
      place,
      token.id,
      job,
      lock,
      written === -2 || ending.type !== "finished" ? "cancelled" : ending.state,
    );
    place.running.delete(run);
    return written === -2 ? "cancelled" : "ended";
  }
  if (ending.type === "later") {
    const dueMs = options.clock.wallMs() + Math.ceil(ending.afterMs);
    await job.moveToDelayed(dueMs, lock);
    await place.note(token.id, job.data, dueMs);
  } else {
    await job.moveToWait(lock);
    await place.note(token.id, job.data, 0);
  }
  place.running.delete(run);
  return "ended";
}

/** From active to finished; its words go with it, and are wiped later where this process dies in between. */
export async function finish(
  place: RedisPlace,
  entry: string,
  job: BullJob<BullData>,
  lock: string,
  state: string,
): Promise<void> {
  await job.moveToCompleted(state, lock, false);
  await wipe(place, entry, job.data);
  await place.link.run("strikeOut", [place.prefix], [entry, 1]);
}

/** What remains of a finished job is its key. */
export async function wipe(
  place: RedisPlace,
  entry: string,
  { data: _words, ...rest }: BullData,
): Promise<void> {
  await place.link.run("wipe", [place.jobKey(entry), `${place.prefix}wipe`], [entry, JSON.stringify(rest)]);
}

async function cancel(
  place: RedisPlace,
  name: JobName,
): Promise<"unknown" | "cancelled" | { readonly runningId: string }> {
  const { link, prefix, options } = place;
  const entry = entryOf(name);
  const { kind, id } = splitEntry(entry);
  const mark = async (): Promise<unknown> =>
    link.run("cancel", [place.jobKey(entry), `${prefix}${kind}:active`], [id]);
  for (;;) {
    const state = await mark();
    if (state === "unknown") return "unknown";
    if (state === "running") return { runningId: entry };
    // A job that waits is removed; the mark keeps its key known.
    await link.client.set(`${prefix}known:${entry}`, "cancelled", "EX", keptFor(options));
    const job = await BullJob.fromId<BullData>(place.of(kind).queue, id);
    try {
      await job?.remove();
    } catch (error) {
      // It has just begun: the next round sees that. Anything else is no better then.
      if ((await mark()) !== "running") throw error;
      continue;
    }
    await link.run("strikeOut", [prefix], [entry, 1]);
    return "cancelled";
  }
}
