import { ChannelType, RESTJSONErrorCodes } from "discord.js";

import type { DiscordApi } from "./discord-api.ts";
import { NoLongerWanted } from "../errors.ts";
import { isDiscordAway, isMessageGone, isRefusal, refusalCode } from "./refusals.ts";

/** Where the answer to a note is: in the thread of the note, or as a reply beside it. */
export type NotePlace =
  | { readonly type: "thread"; readonly channelId: string; readonly own: boolean }
  | { readonly type: "reply"; readonly channelId: string }
  /** The server's log channel. */
  | { readonly type: "log"; readonly channelId: string };

/** A note as its place sees it. `channelType` is what the gateway knew, or null. */
export interface ThreadRequest {
  readonly guildId: string | null;
  readonly channelId: string;
  readonly messageId: string;
  readonly channelType: number | null;
  readonly threadName: string;
  /** Whether the server would rather have a reply. */
  readonly wantsReply?: boolean;
}

/** Opens threads for answers and remembers for a while where Discord refused one: refused calls count against the bot. */
export interface Threads {
  /** A new thread, the one that is there, or a reply where no thread can be. Throws NoLongerWanted if the message is gone. */
  open(request: ThreadRequest): Promise<NotePlace>;
  /** Posting in a thread of this channel was refused: answers are replies for a while. */
  refused(channelId: string): void;
  /** Whether Discord itself has failed at this message's thread for so long that a reply is the better answer, if that works. */
  isHopeless(messageId: string): boolean;
}

const parents: ReadonlySet<number> = new Set([ChannelType.GuildText, ChannelType.GuildAnnouncement]);
const mostRefusals = 1000;
/** A thread that could not be opened in this many runs, each with tries of its own, is done without. */
const mostFailures = 3;

/** Threads over REST alone. A refusal is remembered for `refusalMs`; the memory is bounded. */
export function createThreads(api: DiscordApi, refusalMs: number): Threads {
  const refusedUntil = new Map<string, number>();
  /** By message: how often Discord was out of order when its thread was asked for. */
  const failures = new Map<string, number>();

  const refused = (channelId: string): void => {
    refusedUntil.delete(channelId);
    const oldest = refusedUntil.size >= mostRefusals ? refusedUntil.keys().next().value : undefined;
    if (oldest !== undefined) refusedUntil.delete(oldest);
    refusedUntil.set(channelId, performance.now() + refusalMs);
  };

  const canHaveThread = ({ guildId, channelId, channelType, wantsReply }: ThreadRequest): boolean =>
    guildId !== null &&
    wantsReply !== true &&
    (channelType === null || parents.has(channelType)) &&
    (refusedUntil.get(channelId) ?? 0) < performance.now();

  const failed = (messageId: string): void => {
    const times = (failures.get(messageId) ?? 0) + 1;
    failures.delete(messageId);
    const oldest = failures.size >= mostRefusals ? failures.keys().next().value : undefined;
    if (oldest !== undefined) failures.delete(oldest);
    failures.set(messageId, times);
  };

  return {
    refused,
    isHopeless: (messageId) => (failures.get(messageId) ?? 0) >= mostFailures,
    async open(request) {
      const { channelId, messageId, threadName } = request;
      if (!canHaveThread(request)) return { type: "reply", channelId };
      try {
        const thread = await api.startThread(channelId, messageId, threadName);
        failures.delete(messageId);
        return { type: "thread", channelId: thread, own: true };
      } catch (error) {
        if (isMessageGone(error)) throw new NoLongerWanted("deleted", error);
        if (refusalCode(error) === RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage) {
          // A thread has the id of the message it hangs on.
          return { type: "thread", channelId: messageId, own: await isOwn(api, messageId) };
        }
        if (isDiscordAway(error)) failed(messageId);
        if (!isRefusal(error) || error.status === 401) throw error;
        refused(channelId);
        return { type: "reply", channelId };
      }
    },
  };
}

/** Whether we started this thread, in a run that was cut off. Where Discord won't tell, it is taken for somebody else's. */
export async function isOwn(api: DiscordApi, threadId: string): Promise<boolean> {
  try {
    return (await api.threadOwner(threadId)) === (await api.selfId());
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
