import { randomUUID } from "node:crypto";

import { Job as BullJob } from "bullmq";

import { boundedWaitMs } from "../job-wait.ts";
import type { Json, NewJob } from "../jobs.ts";
import type { Ending, JobName, RunToken } from "../keeper.ts";
import {
  type BullData,
  entryOf,
  keptFor,
  keysOf,
  lockOf,
  type RedisPlace,
  runOf,
  splitEntry,
} from "./redis-place.ts";
import { waitingPriority } from "./scripts.ts";

/** Adds a job to its queue and to the book. False when its key is known. */
export async function insert(place: RedisPlace, job: NewJob<Json>): Promise<boolean> {
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
  const isOurs = kept?.includes(`"nonce":"${nonce}"`) === true;
  // Whoever added it may have died before it was in the book.
  if (finished == null) await place.note(entry, data, delay > 0 ? enqueuedAtMs + delay : 0);
  return isOurs;
}

/** From active to wherever the run says. */
export async function endRun(
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
    const state = written === -2 || ending.type !== "finished" ? "cancelled" : ending.state;
    await finish(place, token.id, job, { lock, state });
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
  { lock, state }: { readonly lock: string; readonly state: string },
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

/** Removes a job that waits; one that runs is marked, for its worker to see. */
export async function cancel(
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
