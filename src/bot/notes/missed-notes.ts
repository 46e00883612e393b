import { MessageFlags } from "discord.js";

import { voiceNoteIn } from "../discord/attachments.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import { isRefusal } from "../discord/refusals.ts";
import { firstIdAt, isId } from "../discord/snowflakes.ts";

/** A voice note, and whether Discord shows an answer of ours to it; that is asked when it is needed. */
export interface FoundNote {
  readonly message: ReceivedMessage;
  isAnswered(): Promise<boolean>;
}

/** What was written in a channel while nobody listened. */
export interface MissedMessages {
  /** Voice notes, the oldest first. */
  readonly notes: readonly FoundNote[];
  /** The newest message that was read; 0 where there was none. */
  readonly upToId: bigint;
  /** Whether there were more than are read in one go. */
  readonly cutShort: boolean;
}

export interface ReadMissed {
  readonly channelId: string;
  /** Messages after this one are read. */
  readonly afterId: bigint;
  /** Older ones are left alone, in ms since 1970. */
  readonly sinceMs: number;
  /** The bot's own user. */
  readonly selfId: string;
  readonly signal: AbortSignal;
}

const pageSize = 100;
/** 20,000 messages: nobody reads more of a channel in one go. */
const mostPages = 200;

/** Reads a channel from a message on, page by page. Throws what Discord refuses with, and what keeps it from being asked. */
export async function readMissed(api: DiscordApi, options: ReadMissed): Promise<MissedMessages> {
  const { sinceMs, selfId } = options;
  const found: ReceivedMessage[] = [];
  const repliedTo = new Set<string>();
  let upToId = 0n;
  let pages = 0;
  for await (const messages of pagesOf(api, options)) {
    pages++;
    for (const message of messages) {
      upToId = BigInt(message.id);
      if (message.authorId === selfId && message.reference) repliedTo.add(message.reference.messageId);
      if (isMissed(message, sinceMs)) found.push(message);
    }
  }
  const notes = found.map((message): FoundNote => ({
    message,
    isAnswered: async () => repliedTo.has(message.id) || (await isAnsweredInThread(api, message, selfId)),
  }));
  return { notes, upToId, cutShort: pages > mostPages };
}

function isMissed(message: ReceivedMessage, sinceMs: number): boolean {
  return message.fromPerson && message.sentAtMs >= sinceMs && voiceNoteIn(message).type !== "none";
}

/** The messages of a channel, the oldest first, a page at a time; ends after one page too many. */
async function* pagesOf(api: DiscordApi, options: ReadMissed): AsyncGenerator<readonly ReceivedMessage[]> {
  let { afterId } = options;
  for (let page = 0; page <= mostPages; page++) {
    options.signal.throwIfAborted();
    const listed = await api.messages(options.channelId, { after: afterId.toString(), limit: pageSize });
    const messages = listed
      .filter(({ id }) => isId(id) && BigInt(id) > afterId)
      .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
    yield messages;
    const newest = messages.at(-1);
    if (!newest || listed.length < pageSize) return;
    afterId = BigInt(newest.id);
    // A long outage is skipped at once, not page by page.
    if (newest.sentAtMs < options.sinceMs) afterId = larger(afterId, firstIdAt(options.sinceMs) - 1n);
  }
}

/** Whether the thread on a note holds something of ours already. Where Discord won't tell, the note's record decides. */
async function isAnsweredInThread(api: DiscordApi, note: ReceivedMessage, selfId: string): Promise<boolean> {
  if ((note.flags & MessageFlags.HasThread) === 0) return false;
  try {
    const messages = await api.messages(note.id, { after: note.id, limit: pageSize });
    return messages.some(({ authorId, ordinary }) => ordinary && authorId === selfId);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
