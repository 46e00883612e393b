import type { SeenMark, Store } from "../../store/store.ts";
import type { BotLog } from "../log.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import { errorCodes } from "../discord/refusals.ts";
import { idsWithin, isId } from "../discord/snowflakes.ts";

/**
 * How far each place was read, so that an outage can be caught up on. A place is a guild, or a channel of direct messages. Its mark
 * moves on with the messages that were dealt with, and stands still from the moment some may have been missed until they were read.
 */
export interface SeenMessages {
  /** Reads what was kept; call it before the first message comes. No mark is later than the one given. */
  load(latest?: bigint): Promise<void>;
  /** The last message up to which nothing was missed; undefined for a place that was never watched. */
  markOf(placeId: string): string | undefined;
  /** Channels of direct messages that were ever written in, the ones written in last first. */
  directChannels(): readonly string[];
  /** Deals with a message; its place's mark passes it only when that went well. Rejects as `handle` does. */
  watch(message: ReceivedMessage, handle: () => Promise<void>): Promise<void>;
  /** Something of these places may have been missed. */
  gap(placeIds: readonly string[]): void;
  /** To be called before a place's messages are read again; `close` it when they were, up to the id given. */
  reading(placeId: string): Reading;
  /** Writes down what is not written yet. Never rejects. */
  close(): Promise<void>;
}

/** One reading of a place. Closing it changes nothing but the mark where more may have been missed meanwhile. */
export interface Reading {
  close(upToId: bigint): Promise<void>;
}

export interface SeenMessagesOptions {
  readonly seen: Store["seen"];
  readonly log: BotLog;
  /** Marks are written down so long after they moved, all in one. */
  readonly writeAfterMs: number;
}

/** Messages of one place come in nearly the order of their ids, but not quite: marks stay a minute behind. */
const disorder = idsWithin(60_000);

interface Place {
  readonly placeId: string;
  readonly isDirect: boolean;
  /** Written down or on its way there. */
  mark: bigint | undefined;
  /** The newest message that came. */
  newest: bigint;
  /** Messages in work. */
  readonly open: Set<bigint>;
  /** The oldest message that could not be dealt with. */
  failed: bigint | undefined;
  /** Counts the times something may have been missed; 0 when nothing is missing. */
  gaps: number;
}

/** Marks in memory, written down together. Nothing is read before `load`. */
export function createSeenMessages({ seen, log, writeAfterMs }: SeenMessagesOptions): SeenMessages {
  const places = new Map<string, Place>();
  const moved = new Set<Place>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failing = false;

  const placeOf = (placeId: string, isDirect: boolean): Place => {
    const known = places.get(placeId);
    if (known) return known;
    const place: Place = {
      placeId,
      isDirect,
      mark: undefined,
      newest: 0n,
      open: new Set(),
      failed: undefined,
      gaps: 0,
    };
    places.set(placeId, place);
    return place;
  };

  /** Where the mark may stand now, or undefined where it must not move. */
  const nextMark = ({ mark, newest, open, gaps }: Place): bigint | undefined => {
    if (gaps > 0 || mark === undefined) return undefined;
    const next = below(newest - disorder, open);
    return next > mark ? next : undefined;
  };

  const write = async (changed: readonly Place[]): Promise<void> => {
    const marks: SeenMark[] = changed.flatMap(({ placeId, isDirect, mark }) =>
      mark === undefined ? [] : [{ placeId, isDirect, messageId: mark.toString() }],
    );
    if (marks.length > 0) await seen.put(marks);
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const changed = [...moved].filter((place) => {
      const next = nextMark(place);
      if (next !== undefined) place.mark = next;
      return next !== undefined;
    });
    moved.clear();
    try {
      await write(changed);
      failing = false;
    } catch (error) {
      // Nothing is lost by it: what was seen since is only read once more after an outage.
      if (!failing) log.warn(errorCodes(error), "marks of seen messages could not be written");
      failing = true;
    }
  };

  const later = (place: Place): void => {
    moved.add(place);
    timer ??= setTimeout(() => {
      writing = writing.then(flush);
    }, writeAfterMs);
  };

  return {
    async load(latest) {
      for (const { placeId, isDirect, messageId } of await seen.all()) {
        if (!isId(messageId)) continue;
        const mark = BigInt(messageId);
        placeOf(placeId, isDirect).mark = latest !== undefined && latest < mark ? latest : mark;
      }
    },
    markOf: (placeId) => places.get(placeId)?.mark?.toString(),
    directChannels: () =>
      [...places.values()]
        .filter(({ isDirect, mark }) => isDirect && mark !== undefined)
        .toSorted((one, other) => ((one.mark ?? 0n) > (other.mark ?? 0n) ? -1 : 1))
        .map(({ placeId }) => placeId),
    async watch({ id, guildId, channelId }, handle) {
      if (!isId(id)) return await handle();
      const place = placeOf(guildId ?? channelId, guildId === null);
      const messageId = BigInt(id);
      place.open.add(messageId);
      if (messageId > place.newest) place.newest = messageId;
      try {
        if (place.isDirect && place.mark === undefined) {
          // Discord lists no direct messages: a channel that is not known before its first note is lost with a crash.
          place.mark = messageId - 1n;
          await write([place]);
        }
        await handle();
      } catch (error) {
        place.gaps += 1;
        if (place.failed === undefined || messageId < place.failed) place.failed = messageId;
        throw error;
      } finally {
        place.open.delete(messageId);
        later(place);
      }
    },
    gap(placeIds) {
      for (const placeId of placeIds) placeOf(placeId, false).gaps += 1;
    },
    reading(placeId) {
      const place = placeOf(placeId, false);
      const { gaps } = place;
      return {
        async close(upToId) {
          if (place.gaps !== gaps) return;
          const { mark, open, failed } = place;
          const upTo =
            mark === undefined
              ? below(upToId, [...open, failed ?? upToId + 1n])
              : below(upToId - disorder, open);
          place.gaps = 0;
          place.failed = undefined;
          if (mark === undefined || upTo > mark) place.mark = upTo;
          await write([place]);
          later(place);
        },
      };
    },
    async close() {
      writing = writing.then(flush);
      await writing;
    },
  };
}

/** The id, or the last one before all of those. */
function below(id: bigint, others: Iterable<bigint>): bigint {
  let smallest = id + 1n;
  for (const other of others) if (other < smallest) smallest = other;
  return smallest - 1n;
}
