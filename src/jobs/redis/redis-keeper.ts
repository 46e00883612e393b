import { randomUUID } from "node:crypto";

import type { JobKeeper } from "../keeper.ts";
import { fromRedis } from "./errors.ts";
import { takeTurn } from "./redis-claim.ts";
import { entryOf, keysOf, lockOf, openPlace, type RedisKeeperOptions, runOf } from "./redis-place.ts";
import { cancel, endRun, insert } from "./redis-runs.ts";
import { createWatch } from "./redis-takeover.ts";

/** Keeps jobs in BullMQ's queues, one for each kind, with the book of turns and accounts beside them (scripts.ts). */
export function createRedisKeeper(options: RedisKeeperOptions): JobKeeper & { close(): Promise<void> } {
  const place = openPlace(options);
  const { link, prefix, running } = place;
  const watch = createWatch(place);
  const subscriber = link.client.duplicate({ connectionName: "earshot-news" });
  subscriber.on("error", () => undefined);
  return {
    beginWork: guarded(async () => {
      const workerId = randomUUID();
      await watch.begin(workerId);
      return workerId;
    }),
    endWork: guarded(async (workerId) => watch.end(workerId)),
    insert: guarded(async (job) => insert(place, job)),
    claim: guarded(async (claim) => takeTurn(place, claim)),
    nextDueInMs: guarded(async () => {
      const [, dueMs] = await link.client.zrange(`${prefix}later`, "0", "0", "WITHSCORES");
      return dueMs === undefined ? Infinity : Number(dueMs) - options.clock.wallMs();
    }),
    saveProgress: guarded(
      async (token, progress) =>
        (await link.run("save", keysOf(place, token), [lockOf(token), progress])) === 1,
    ),
    beginGivingUp: guarded(async (token) => {
      const times = Number(await link.run("giveUp", keysOf(place, token), [lockOf(token)]));
      if (times === -1) return "lost";
      return times === -2 ? "cancelled" : times;
    }),
    endRun: guarded(async (token, ending) => endRun(place, token, ending)),
    renewLeases: guarded(async (_workerId, runs, leaseMs) => {
      const held = runs.flatMap((token) => {
        const job = running.get(runOf(token));
        return job ? [job.extendLock(lockOf(token), leaseMs)] : [];
      });
      await Promise.all(held);
    }),
    ownRuns: guarded(async (_workerId, runs) => {
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
    }),
    takeOverLostRuns: guarded(async (workerId) => watch.takeOver(workerId)),
    cancel: guarded(async (job) => cancel(place, job)),
    isCancelling: guarded(async (entry) => {
      const [mark, over] = await link.client.hmget(place.jobKey(entry), "e:cancel", "finishedOn");
      return mark != null && over == null;
    }),
    wake: guarded(
      async (job) => (await link.run("wake", [prefix], [entryOf(job), options.clock.wallMs()])) === 1,
    ),
    wakeAll: guarded(async (kind) => {
      const entries = await link.list("unfailed", [prefix], [kind]);
      const woken = await Promise.all(
        entries.map(async (entry) => link.run("wake", [prefix], [entry ?? "", options.clock.wallMs()])),
      );
      return woken.filter((one) => one === 1).length;
    }),
    depth: guarded(async () => {
      const [waiting = 0, running = 0, later = 0, oldestWaitingMs = 0] = (
        await link.list("depth", [prefix], [options.clock.wallMs()])
      ).map(Number);
      return { waiting, running, later, oldestWaitingMs };
    }),
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
}

/** The same call, with every failure as a StoreError. */
function guarded<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw fromRedis(error);
    }
  };
}
