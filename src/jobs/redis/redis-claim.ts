import type { ClaimOptions, KeptJob } from "../keeper.ts";
import { lanes, wheel } from "../turns.ts";
import { entryOf, lockOf, type RedisPlace, runOf } from "./redis-place.ts";

const mostTries = 20;

/**
 * Lets the book of turns put the job whose turn it is before all others, and fetches what is first in its queue. Between the two
 * another process may be quicker: it then gets ours and we get the one it put first, or none.
 */
export async function takeTurn(place: RedisPlace, options: ClaimOptions): Promise<KeptJob | undefined> {
  const { link, prefix } = place;
  // A queue somebody paused gives nothing, however often it is asked.
  for (let tries = 0; tries < mostTries; tries++) {
    const kinds = Object.fromEntries(lanes.map((lane) => [lane, options.kindsOf(lane)]));
    const [kind] = await link.list(
      "nextTurn",
      [prefix],
      [
        place.options.clock.wallMs(),
        options.lossesBelow === undefined ? 0 : 1,
        JSON.stringify(wheel),
        JSON.stringify(kinds),
      ],
    );
    if (kind == null) return undefined;
    const taken = await fetchFirst(place, kind, options);
    if (taken) return taken;
  }
  return undefined;
}

/** Undefined where another process was quicker, or left a job that must not run here now: that goes back. */
async function fetchFirst(
  place: RedisPlace,
  kind: string,
  options: ClaimOptions,
): Promise<KeptJob | undefined> {
  const token = { workerId: options.workerId, runs: place.nextRun() };
  const job = await place.of(kind).fetcher.getNextJob(lockOf(token), { block: false });
  if (!job) return undefined;
  const { data } = job;
  const id = entryOf({ kind, key: data.key });
  const keys = [place.jobKey(id), place.lockKey(id)];
  const [progress, ...counts] = await place.link.list("begin", keys, [lockOf(token)]);
  // Lost within a moment: whoever took it over looks after it.
  if (progress === undefined) return undefined;
  const [begun = 0, failures = 0, losses = 0, giveUps = 0] = counts.map(Number);
  const suits = options.kindsOf(data.lane).includes(kind) && losses < (options.lossesBelow ?? Infinity);
  if (!suits) {
    await job.moveToWait(lockOf(token));
    await place.note(id, data, 0);
    return undefined;
  }
  const counted = options.isExhausted({ kind, failures, losses, giveUps }) ? 0 : 1;
  await place.link.client.hincrby(place.jobKey(id), "e:attempt", counted);
  place.running.set(runOf({ id, runs: token.runs }), job);
  const { key, lane, guildId, memberId, enqueuedAtMs } = data;
  return {
    id,
    kind,
    key,
    lane,
    guildId,
    memberId,
    enqueuedAtMs,
    progress,
    failures,
    losses,
    giveUps,
    data: data.data ?? "null",
    runs: token.runs,
    attempt: begun + counted,
  };
}
