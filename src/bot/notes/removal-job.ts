import type { JobHandler, Jobs } from "../../jobs/jobs.ts";
import type { Store } from "../../store/store.ts";
import { findAnswer } from "../answers/channel-answer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { errorCodes, isDiscordAway } from "../discord/refusals.ts";
import type { Locks } from "../locks.ts";
import type { BotLog } from "../log.ts";
import type { KeptRequests } from "../requests/kept-requests.ts";
import { removeRequests } from "../requests/request-removal.ts";
import { directTurn } from "./note.ts";
import { removeAnswer } from "./removal.ts";

export interface RemovalOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "answers">;
  readonly jobs: Jobs;
  readonly kept: KeptRequests;
  readonly locks: Locks;
  readonly log: BotLog;
  /** How long it is tried, in ms. */
  readonly patienceMs: number;
  /** Pauses while Discord is out of reach, one after the other; the last is repeated. In ms. */
  readonly awayWaitsMs: readonly number[];
}

/** The kind of the jobs that take away what Discord could not be asked to delete at once. The key is the deleted message's id. */
const removalKind = "removal";
type RemovalData = Readonly<Record<string, never>>;
type RemovalProgress = { readonly outages: number };

/** Takes answers away, sooner or later. */
export interface Removals {
  /** Every answer of ours to a message that is gone: the one in its thread, and those to commands about it. */
  takeAway(messageId: string): Promise<void>;
  /** The same by a job: Discord is out of reach. */
  takeAwayLater(messageId: string): Promise<void>;
  readonly job: JobHandler<RemovalData, RemovalProgress>;
}

/** What Discord cannot be asked to delete at once becomes a job, which knows no more than the message's id. */
export function createRemovals(options: RemovalOptions): Removals {
  const { api, store, jobs, kept, locks, log } = options;

  const removeAll = async (messageId: string, alsoUnnoted: boolean): Promise<void> => {
    await removeRequests({ api, jobs, kept }, messageId);
    const answer = await locks.run(messageId, () => store.answers.get(messageId));
    if (answer?.state !== "deleted") return;
    const { channelId } = answer;
    const unnoted = alsoUnnoted ? await findAnswer(api, { channelId, messageId, place: null }) : undefined;
    const place = unnoted && {
      channelId: unnoted.place.channelId,
      ownThread: unnoted.place.type === "thread" && unnoted.place.own,
    };
    const messageIds = [...new Set([...answer.messageIds, ...(unnoted?.messageIds ?? [])])];
    await removeAnswer(api, { place: answer.place ?? place ?? null, messageIds });
    log.info({ messageId, messages: messageIds.length }, "note deleted, answer removed");
  };

  const takeAwayLater = async (messageId: string): Promise<void> => {
    const answer = await store.answers.get(messageId);
    const data: RemovalData = {};
    const turn = {
      lane: "note",
      guildId: answer?.guildId ?? directTurn,
      memberId: answer?.authorId ?? "",
    } as const;
    await jobs.enqueue({ kind: removalKind, key: messageId, data, turn });
  };

  return {
    takeAwayLater,
    async takeAway(messageId) {
      try {
        await removeAll(messageId, false);
      } catch (error) {
        if (!isDiscordAway(error)) throw error;
        log.warn({ messageId, ...errorCodes(error) }, "answers to a deleted message are removed later");
        await takeAwayLater(messageId);
      }
    },
    job: removalJob(options, async (messageId) => await removeAll(messageId, true)),
  };
}

function removalJob(
  { awayWaitsMs, patienceMs, log }: RemovalOptions,
  removeAll: (messageId: string) => Promise<void>,
): Removals["job"] {
  return {
    kind: removalKind,
    maxAttempts: 6,
    concurrency: 2,
    async run({ key, progress, enqueuedAtMs }, { save }) {
      try {
        await removeAll(key);
        return { type: "done" };
      } catch (error) {
        const leftMs = enqueuedAtMs + patienceMs - Date.now();
        if (leftMs <= 0 || !isDiscordAway(error)) throw error;
        const outages = progress?.outages ?? 0;
        await save({ outages: outages + 1 });
        const afterMs = awayWaitsMs[Math.min(outages, awayWaitsMs.length - 1)] ?? leftMs;
        return { type: "later", afterMs: Math.min(afterMs, leftMs), countsAsAttempt: false };
      }
    },
    giveUp: (job, error) => {
      log.error({ messageId: job.key, ...errorCodes(error) }, "answers to a deleted message stay");
      return Promise.resolve();
    },
  };
}
