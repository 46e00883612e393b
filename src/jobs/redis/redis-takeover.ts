import { randomUUID } from "node:crypto";

import { Job as BullJob } from "bullmq";

import { type BullData, type RedisPlace, splitEntry } from "./redis-place.ts";
import { finish, wipe } from "./redis-runs.ts";

/** Looks after what dead processes left. */
export interface Watch {
  /** From now on this process shows, by a connection of its own, that it lives. */
  begin(workerId: string): Promise<void>;
  end(workerId: string): Promise<void>;
  /** Takes back lost runs; returns how many. */
  takeOver(workerId: string): Promise<number>;
}

const namePrefix = "earshot-worker:";
/** Jobs that are in no book of turns are looked for this often: where a process died between the two. */
const reconcileEveryMs = 60_000;

/**
 * A worker lives as long as Redis sees its connection; the system closes it with the process, whatever killed it. One that was not
 * seen for four looks is dead, unless Redis itself was away. Where connections may not be listed, the lease alone tells.
 */
export function createWatch(place: RedisPlace): Watch {
  const { link, prefix, options } = place;
  const graceMs = 4 * options.pollMs;
  const alive = new Map<string, ReturnType<typeof link.client.duplicate>>();
  /** Since when a worker is missing, monotonic. */
  const missing = new Map<string, number>();
  let reconciledMs = -Infinity;
  // After an outage everybody comes back at their own pace.
  link.client.on("ready", () => missing.clear());

  const isDead = (workerId: string, present: ReadonlySet<string> | undefined): boolean => {
    if (present === undefined || present.has(workerId)) {
      missing.delete(workerId);
      return false;
    }
    const sinceMs = missing.get(workerId) ?? performance.now();
    missing.set(workerId, sinceMs);
    return performance.now() - sinceMs >= graceMs;
  };

  const takeBack = async (entry: string, seen: string | null): Promise<boolean> => {
    const { kind, id } = splitEntry(entry);
    const token = `taken-over/${randomUUID()}`;
    const keys = [place.jobKey(entry), place.lockKey(entry)];
    const taken = await link.run("takeOver", keys, [seen ?? "", token]);
    const job = taken === 0 ? undefined : await BullJob.fromId<BullData>(place.of(kind).queue, id);
    if (!job) return false;
    if (taken === 2) {
      await link.client.sadd(`${prefix}wipe`, entry);
      await finish(place, entry, job, { lock: token, state: "cancelled" });
    } else {
      await job.moveToWait(token);
      await place.note(entry, job.data, 0);
    }
    return true;
  };

  return {
    begin: async (workerId) => {
      const connection = link.client.duplicate({ connectionName: namePrefix + workerId });
      connection.on("error", () => undefined);
      alive.set(workerId, connection);
      await connection.ping();
      reconciledMs = -Infinity;
    },
    end: async (workerId) => {
      alive.get(workerId)?.disconnect();
      alive.delete(workerId);
    },
    takeOver: async (workerId) => {
      if (performance.now() - reconciledMs >= reconcileEveryMs) {
        await reconcile(place);
        reconciledMs = performance.now();
      }
      const runs = await foreignRuns(place, workerId);
      if (runs.length === 0) {
        missing.clear();
        return 0;
      }
      const present = await presentWorkers(place);
      let taken = 0;
      for (const { entry, lock } of runs) {
        const owner = lock?.split("/", 1)[0] ?? "";
        const isLost = lock === null || (owner !== "taken-over" && isDead(owner, present));
        if (isLost && (await takeBack(entry, lock))) taken++;
      }
      return taken;
    },
  };
}

interface ForeignRun {
  readonly entry: string;
  /** Null where the lease has run out. */
  readonly lock: string | null;
}

async function foreignRuns({ link, prefix, lockKey }: RedisPlace, workerId: string): Promise<ForeignRun[]> {
  const kinds = await link.client.smembers(`${prefix}kinds`);
  const active = await Promise.all(
    kinds.map(async (kind) => {
      const ids = await link.client.lrange(`${prefix}${kind}:active`, 0, -1);
      return ids.map((id) => `${kind}/${id}`);
    }),
  );
  const runs = await Promise.all(
    active.flat().map(async (entry) => ({ entry, lock: await link.client.get(lockKey(entry)) })),
  );
  return runs.filter(({ lock }) => !lock?.startsWith(`${workerId}/`));
}

async function presentWorkers({ link }: RedisPlace): Promise<ReadonlySet<string> | undefined> {
  try {
    const list = String(await link.client.client("LIST"));
    return new Set([...list.matchAll(/ name=earshot-worker:(\S+)/g)].map(([, id = ""]) => id));
  } catch {
    // Some providers do not allow it (BullMQ's getWorkers says the same): leases run out all the same.
    return undefined;
  }
}

/** Enters jobs that wait and are in no book, and wipes the words of finished ones. */
async function reconcile(place: RedisPlace): Promise<void> {
  const { link, prefix } = place;
  const forgotten = await link.list("forgotten", [prefix], []);
  for (let index = 0; index < forgotten.length; index += 2) {
    const entry = String(forgotten[index]);
    const job = await jobOf(place, entry);
    if (job) await place.note(entry, job.data, Number(forgotten[index + 1]));
  }
  for (const entry of await link.client.smembers(`${prefix}wipe`)) {
    const job = await jobOf(place, entry);
    if (job) await wipe(place, entry, job.data);
    else await link.client.srem(`${prefix}wipe`, entry);
  }
}

async function jobOf(place: RedisPlace, entry: string): Promise<BullJob<BullData> | undefined> {
  const { kind, id } = splitEntry(entry);
  return await BullJob.fromId<BullData>(place.of(kind).queue, id);
}
