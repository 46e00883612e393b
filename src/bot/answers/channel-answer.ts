import { RESTJSONErrorCodes as Code } from "discord.js";

import { type Destination, messageBody, nonceOf, type Page } from "./answer.ts";
import type { DiscordApi, MessageExtra } from "../discord/discord-api.ts";
import { NoLongerWanted } from "../errors.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import {
  isMessageGone,
  isNoAccess,
  isPlaceGone,
  isReferenceGone,
  isRefusal,
  refusalCode,
} from "../discord/refusals.ts";
import { isOwn, type NotePlace, type ThreadRequest, type Threads } from "../discord/threads.ts";

export interface ChannelAnswerOptions {
  readonly api: DiscordApi;
  readonly threads: Threads;
  /** The work item's key: repeated sends carry the same nonce. */
  readonly key: string;
  readonly note: ThreadRequest;
  /** Where earlier messages of this answer are, or null while there is none. */
  readonly place: NotePlace | null;
  /** Told once the place is known. It is noted down together with the first message. */
  readonly onPlace: (place: NotePlace) => void;
}

/** Ways a thread that is there can still not be written to. */
const threadClosed: ReadonlySet<number> = new Set([
  Code.MissingPermissions,
  Code.MissingAccess,
  Code.ThreadLocked,
  Code.InvalidActionOnArchivedThread,
]);

/** The answer to a note, in its thread or as replies to it. The thread is opened by the first message, not before. */
export function createChannelAnswer(options: ChannelAnswerOptions): Destination {
  const { api, threads, note, key } = options;
  let place = options.place;

  const settle = (found: NotePlace): NotePlace => {
    place = found;
    options.onPlace(found);
    return found;
  };
  const opened = async (): Promise<NotePlace> => place ?? settle(await threads.open(note));
  const existing = async (at: NotePlace): Promise<readonly string[]> =>
    await ownMessages(api, at, note.messageId);

  const send = async (
    page: Page,
    index: number,
    { channelId }: NotePlace,
    extra: MessageExtra,
  ): Promise<string> =>
    await api.postMessage(channelId, messageBody(page), {
      ...extra,
      nonce: nonceOf(key, index),
      enforce_nonce: true,
    });

  const reply = async (page: Page, index: number, at: NotePlace): Promise<string> => {
    try {
      return await send(page, index, at, { message_reference: { message_id: note.messageId } });
    } catch (error) {
      if (refusalCode(error) !== Code.CannotReplyWithoutPermissionToReadMessageHistory) throw error;
      return await send(page, index, at, {});
    }
  };

  const edit = async (messageId: string, page: Page): Promise<void> => {
    const { channelId } = await opened();
    await api.editMessage(channelId, messageId, messageBody(page));
  };

  /** Replies where the thread is closed to us, unless a run that was cut off had done that already. */
  const replyInstead = async (page: Page): Promise<string> => {
    threads.refused(note.channelId);
    const at = settle({ type: "reply", channelId: note.channelId });
    const [earlier] = await existing(at);
    if (earlier === undefined) return await reply(page, 0, at);
    await edit(earlier, page);
    return earlier;
  };

  /** Where the answer is; beside the note, for now, where Discord cannot open the thread: whether it can do that, posting tells. */
  const openedOrBeside = async (): Promise<NotePlace> => {
    try {
      return await opened();
    } catch (error) {
      if (!threads.isHopeless(note.messageId)) throw error;
      return { type: "reply", channelId: note.channelId };
    }
  };

  const post = async (page: Page, index: number): Promise<string> => {
    const at = await openedOrBeside();
    if (!place) {
      const messageId = await reply(page, index, at);
      threads.refused(note.channelId);
      settle(at);
      return messageId;
    }
    if (at.type === "reply") return await reply(page, index, at);
    try {
      return await send(page, index, at, {});
    } catch (error) {
      // A thread that is said to be there and cannot be found (somebody deleted it) is closed too.
      const isForeign = at.type === "thread" && !at.own;
      const closed = threadClosed.has(refusalCode(error) ?? 0) || (isForeign && isPlaceGone(error));
      // A page with a file may be refused for the file alone: whoever posts it tries without.
      if (index > 0 || page.file || !closed) throw error;
      return await replyInstead(page);
    }
  };

  return {
    post: (page, index) => post(page, index).catch(rethrowTranslated),
    edit: (messageId, page) => edit(messageId, page).catch(rethrowTranslated),
    async remove(messageId) {
      const { channelId } = await opened();
      await removeMessage(api, channelId, messageId);
    },
    existing: async () => await existing(await openedOrBeside()),
  };
}

/** Deletes a message of ours; that it is gone already, or out of reach, is fine too. */
export async function removeMessage(api: DiscordApi, channelId: string, messageId: string): Promise<void> {
  try {
    await api.deleteMessage(channelId, messageId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** What a refusal means for the work: whatever somebody deleted or closed to us is not to be written again. */
export function rethrowTranslated(error: unknown): never {
  if (isMessageGone(error) || isPlaceGone(error) || isReferenceGone(error)) {
    throw new NoLongerWanted("deleted", error);
  }
  throw isNoAccess(error) ? new NoLongerWanted("no-access", error) : error;
}

const pageSize = 100;
const mostPages = 5;

/** Our own messages about a note, oldest first, answers to commands left out. Reads at most 500 messages after the note. */
async function ownMessages(api: DiscordApi, place: NotePlace, noteId: string): Promise<readonly string[]> {
  const self = await api.selfId();
  const found: string[] = [];
  let after = noteId;
  for (let page = 0; page < mostPages; page++) {
    const messages = await readMessages(api, place.channelId, after);
    for (const message of messages) {
      if (message.authorId === self && isAbout(message, place, noteId)) found.push(message.id);
    }
    if (messages.length < pageSize) break;
    after = messages.at(-1)?.id ?? after;
  }
  return found;
}

/** An answer of a run that was cut off before it noted down where it is. Opens nothing. */
export async function findAnswer(
  api: DiscordApi,
  {
    channelId,
    messageId,
    place,
  }: Pick<ThreadRequest, "channelId" | "messageId"> & { readonly place: NotePlace | null },
): Promise<{ readonly place: NotePlace; readonly messageIds: readonly string[] } | undefined> {
  const places: readonly NotePlace[] = place
    ? [place]
    : [
        { type: "thread", channelId: messageId, own: await isOwn(api, messageId) },
        { type: "reply", channelId },
      ];
  for (const candidate of places) {
    const messageIds = await ownMessages(api, candidate, messageId);
    if (messageIds.length > 0) return { place: candidate, messageIds };
  }
  return undefined;
}

async function readMessages(
  api: DiscordApi,
  channelId: string,
  after: string,
): Promise<readonly ReceivedMessage[]> {
  try {
    const messages = await api.messages(channelId, { after, limit: pageSize });
    return messages.toSorted((one, other) => byAge(one.id, other.id));
  } catch (error) {
    // Without the right to read, the nonce alone keeps a message from being doubled.
    if (isRefusal(error)) return [];
    throw error;
  }
}

/** Ids are numbers that grow with time, written out: a longer one is younger. */
function byAge(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function isAbout(message: ReceivedMessage, place: NotePlace, noteId: string): boolean {
  if (message.answersCommand || !message.ordinary || place.type === "log") return false;
  return place.type === "reply" ? message.reference?.messageId === noteId : message.reference === null;
}
