import type { Answer } from "../../store/store.ts";
import { removeMessage } from "../answers/channel-answer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import { isRefusal } from "../discord/refusals.ts";

/** Where an answer is and which messages it has; what the store keeps of it. */
export type PostedAnswer = Pick<Answer, "place" | "messageIds">;

/**
 * Takes an answer away: our own messages about the note, and the thread we started for them unless people have written in it.
 * Deleting the thread takes Manage Threads; without it the thread stays, empty.
 */
export async function removeAnswer(api: DiscordApi, { place, messageIds }: PostedAnswer): Promise<void> {
  if (!place) return;
  for (const id of messageIds.toReversed()) await removeMessage(api, place.channelId, id);
  if (place.ownThread && !(await hasOthers(api, place.channelId))) await removeThread(api, place.channelId);
}

/** Whether anybody else has written there. Where Discord won't tell, it is taken for granted. */
async function hasOthers(api: DiscordApi, channelId: string): Promise<boolean> {
  try {
    const self = await api.selfId();
    const messages = await api.messages(channelId, { limit: 100 });
    return messages.some((message) => isOfPeople(message, self));
  } catch (error) {
    if (isRefusal(error)) return true;
    throw error;
  }
}

function isOfPeople({ authorId, ordinary, answersCommand }: ReceivedMessage, self: string): boolean {
  // What we answered to somebody's command there belongs to them.
  return ordinary && (authorId !== self || answersCommand);
}

async function removeThread(api: DiscordApi, channelId: string): Promise<void> {
  try {
    await api.deleteThread(channelId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
