import type { Store } from "../../store/store.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import type { GuildPlaces } from "../discord/gateway-events.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import { type FoundNote, type MissedMessages, readMissed } from "./missed-notes.ts";
import { errorCodes, isRefusal } from "../discord/refusals.ts";
import { createSeenMessages, type SeenMessages } from "./seen-messages.ts";
import { firstIdAt } from "../discord/snowflakes.ts";

/** Finds the voice notes that came while the bot was away, and hands them over, the oldest first. */
export interface CatchUp {
  /** Reads how far the bot had come. Call it before the first message can come. */
  load(): Promise<void>;
  /**
   * What is due is read from now on. Call it when the bot knows its servers. Resolves once places that were never watched have
   * their first mark: what comes from then on is found again, whatever happens.
   */
  start(): Promise<void>;
  /** Deals with a message that came by itself: where that fails, its channel is read again after a while. Rejects as `handle` does. */
  watch(message: ReceivedMessage, handle: () => Promise<void>): Promise<void>;
  /** A new session has begun: whatever came before it was not told to us. */
  sessionBegan(ready: { readonly guildIds: readonly string[]; readonly hasDirectMessages: boolean }): void;
  /** A server can be read (again). */
  guildAvailable(guild: GuildPlaces): void;
  /** Ends what is under way; it is done again after the next start. Never rejects. */
  close(): Promise<void>;
}

export interface CatchUpOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "seen" | "recovery">;
  readonly log: BotLog;
  /** How far back notes are answered; 0 answers none. */
  readonly maxAgeMs: number;
  /** How long the marks of what was seen may be behind, in ms. */
  readonly writeAfterMs: number;
  /** Pauses before what could not be read is tried again, one after the other. After the last it is left alone. */
  readonly pausesMs: readonly number[];
  /** The bot's own user; known once `start` was called. */
  readonly selfId: () => string;
  /** Whether the bot may read a channel's messages, as far as the gateway knows; null where it does not. */
  readonly canRead: (channelId: string) => boolean | null;
  /** Takes a note on. Rejects where that failed; the place is then read again. */
  readonly take: (note: FoundNote) => Promise<void>;
}

/** Channels are read one after the other, in this many places at once. */
const placesAtOnce = 3;
/** A place that refuses this often is not asked any further: refused calls count against the bot. */
const mostRefusals = 25;
/** Direct messages have no list: of those we know, so many are looked at. */
const mostDirectChannels = 200;

interface ReadingOptions extends CatchUpOptions {
  readonly seen: SeenMessages;
}

interface Task {
  readonly placeId: string;
  /** null for direct messages. */
  readonly guildId: string | null;
  /** By id, with the last message Discord names. */
  readonly channels: Map<string, string | null>;
  tries: number;
}

/** Reads nothing before `start`, and nothing at all where `maxAgeMs` is 0. */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { log, pausesMs } = options;
  const seen = createSeenMessages({ ...options, seen: options.store.seen });
  const due = new Map<string, Task>();
  const running = new Map<string, Promise<void>>();
  const delayed = new Map<string, { readonly task: Task; readonly timer: NodeJS.Timeout }>();
  const closing = new AbortController();
  let started = false;

  const request = (task: Task): void => {
    if (options.maxAgeMs === 0 || closing.signal.aborted) return;
    addChannels(task, due.get(task.placeId));
    due.set(task.placeId, task);
    pump();
  };

  const requestLater = (task: Task): void => {
    if (closing.signal.aborted) return;
    const waiting = delayed.get(task.placeId);
    if (waiting) return addChannels(waiting.task, task);
    const timer = setTimeout(
      () => {
        delayed.delete(task.placeId);
        request(task);
      },
      pausesMs[Math.min(task.tries, pausesMs.length - 1)] ?? 0,
    );
    delayed.set(task.placeId, { task, timer });
  };

  const pump = (): void => {
    if (!started || closing.signal.aborted) return;
    for (const task of due.values()) {
      if (running.size >= placesAtOnce) return;
      if (running.has(task.placeId)) continue;
      due.delete(task.placeId);
      const run = readPlace({ ...options, seen }, task, closing.signal)
        .then(
          (failed) => again(task, failed),
          (error: unknown) => {
            if (closing.signal.aborted) return;
            log.warn({ placeId: task.placeId, ...errorCodes(error) }, "catching up failed");
            again(task, task.channels);
          },
        )
        .finally(() => {
          running.delete(task.placeId);
          pump();
        });
      running.set(task.placeId, run);
    }
  };

  const again = (task: Task, failed: ReadonlyMap<string, string | null>): void => {
    if (failed.size === 0) return;
    if (task.tries >= pausesMs.length) {
      log.error({ placeId: task.placeId, channels: failed.size }, "channels could not be caught up on");
      return;
    }
    requestLater({ ...task, channels: new Map(failed), tries: task.tries + 1 });
  };

  return {
    // Work may have been lost with a damaged database: all that is not too old is looked at again.
    load: () => seen.load(options.store.recovery && firstIdAt(Date.now() - options.maxAgeMs)),
    async watch(message, handle) {
      try {
        await seen.watch(message, handle);
      } catch (error) {
        const { guildId, channelId } = message;
        const channels = new Map([[channelId, null]]);
        requestLater({ placeId: guildId ?? channelId, guildId, channels, tries: 0 });
        throw error;
      }
    },
    async start() {
      started = true;
      const fresh = [...due.keys()].filter((placeId) => seen.markOf(placeId) === undefined);
      pump();
      while (fresh.some((placeId) => due.has(placeId) || running.has(placeId))) {
        await Promise.race(running.values());
      }
    },
    sessionBegan({ guildIds, hasDirectMessages }) {
      seen.gap(guildIds);
      if (!hasDirectMessages) return;
      const channelIds = seen.directChannels().slice(0, mostDirectChannels);
      seen.gap(channelIds);
      for (const id of channelIds) {
        request({ placeId: id, guildId: null, channels: new Map([[id, null]]), tries: 0 });
      }
    },
    guildAvailable({ guildId, channels }) {
      seen.gap([guildId]);
      const byId = new Map(channels.map(({ id, lastMessageId }) => [id, lastMessageId]));
      request({ placeId: guildId, guildId, channels: byId, tries: 0 });
    },
    async close() {
      closing.abort();
      for (const { timer } of delayed.values()) clearTimeout(timer);
      due.clear();
      await Promise.all(running.values());
      await seen.close();
    },
  };
}

function addChannels(task: Task, other: Task | undefined): void {
  for (const [id, last] of other?.channels ?? []) if (!task.channels.has(id)) task.channels.set(id, last);
}

/** Reads a place to its end and takes its notes on. Gives the channels that have to be read again. */
async function readPlace(
  options: ReadingOptions,
  task: Task,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | null>> {
  const { seen, log, take } = options;
  const { placeId } = task;
  const reading = seen.reading(placeId);
  const mark = seen.markOf(placeId);
  if (mark === undefined) {
    // Never watched before: its history is nobody's outage.
    await reading.close(await newestId(options, task, signal));
    return new Map();
  }
  const places = await readChannels(options, task, { afterId: BigInt(mark), signal });
  const notes = places.notes.toSorted((one, other) =>
    BigInt(one.message.id) < BigInt(other.message.id) ? -1 : 1,
  );
  for (const note of notes) {
    signal.throwIfAborted();
    // REST does not say which server a message is in.
    await take({ ...note, message: { ...note.message, guildId: task.guildId } });
  }
  if (places.failed.size === 0 || task.tries >= options.pausesMs.length) await reading.close(places.upToId);
  const { read, refused, failed } = places;
  const fields = { placeId, channels: read, refused, failed: failed.size, notes: notes.length };
  log[notes.length > 0 || failed.size > 0 ? "info" : "debug"](fields, "caught up on what was missed");
  return failed;
}

interface ReadChannels {
  readonly notes: FoundNote[];
  readonly failed: Map<string, string | null>;
  upToId: bigint;
  read: number;
  refused: number;
}

async function readChannels(
  options: CatchUpOptions,
  task: Task,
  { afterId, signal }: { readonly afterId: bigint; readonly signal: AbortSignal },
): Promise<ReadChannels> {
  const { api, log, canRead } = options;
  const result: ReadChannels = { notes: [], failed: new Map(), upToId: afterId, read: 0, refused: 0 };
  // What is surely readable comes first: refusals are counted.
  const channels = [...task.channels]
    .filter(([, last]) => last === null || BigInt(last) > afterId)
    .toSorted(([one], [other]) => Number(canRead(one) === false) - Number(canRead(other) === false));
  for (const [channelId, last] of channels) {
    if (result.refused >= mostRefusals) break;
    const missed = await readOne(channelId);
    if (missed === "refused") result.refused++;
    else if (missed === "failed") result.failed.set(channelId, last);
    else {
      result.read++;
      result.notes.push(...missed.notes);
      if (missed.upToId > result.upToId) result.upToId = missed.upToId;
      if (missed.cutShort) log.warn({ channelId }, "so much was missed that only its beginning is read");
    }
  }
  return result;

  async function readOne(channelId: string): Promise<MissedMessages | "refused" | "failed"> {
    try {
      const sinceMs = Date.now() - options.maxAgeMs;
      return await readMissed(api, { channelId, afterId, sinceMs, selfId: options.selfId(), signal });
    } catch (error) {
      signal.throwIfAborted();
      if (isRefusal(error)) return "refused";
      log.debug({ channelId, ...errorCodes(error) }, "channel could not be read");
      return "failed";
    }
  }
}

/** The newest message of a place, or the place's own id where there is none: every message in it is newer. */
async function newestId(options: CatchUpOptions, task: Task, signal: AbortSignal): Promise<bigint> {
  let newest = BigInt(task.placeId);
  let refused = 0;
  for (const [channelId, last] of task.channels) {
    signal.throwIfAborted();
    // Where Discord names none the channel is mostly empty; asking makes sure.
    const ids = last === null && refused < mostRefusals ? await lastIds(channelId) : [last ?? "0"];
    for (const id of ids) if (BigInt(id) > newest) newest = BigInt(id);
  }
  return newest;

  async function lastIds(channelId: string): Promise<readonly string[]> {
    if (options.canRead(channelId) === false) return [];
    try {
      return (await options.api.messages(channelId, { limit: 1 })).map(({ id }) => id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused++;
      return [];
    }
  }
}
