import { type Destination, messageBody, nonceOf, type Page } from "../answers/answer.ts";
import { removeMessage, rethrowTranslated } from "../answers/channel-answer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { isNoAccess, isPlaceGone } from "../discord/refusals.ts";
import type { NotePlace } from "../discord/threads.ts";

export interface LogAnswerOptions {
  readonly api: DiscordApi;
  /** The work item's key: repeated sends carry the same nonce. */
  readonly key: string;
  readonly logChannelId: string;
  /** Where earlier messages of this answer are, or null while there is none. */
  readonly place: NotePlace | null;
  readonly onPlace: (place: NotePlace) => void;
  /** The answer where the note is. */
  readonly beside: Destination;
}

/** The answer to a note in its server's log channel, or where the note is if nothing can be written there. */
export function createLogAnswer(options: LogAnswerOptions): Destination {
  const { api, key, logChannelId, beside } = options;
  let at: "log" | "beside" | undefined = options.place
    ? options.place.type === "log"
      ? "log"
      : "beside"
    : undefined;
  const channelId = options.place?.type === "log" ? options.place.channelId : logChannelId;

  const send = async (page: Page, index: number): Promise<string> =>
    await api.postMessage(channelId, messageBody(page), { nonce: nonceOf(key, index), enforce_nonce: true });

  const first = async (page: Page): Promise<string> => {
    try {
      const messageId = await send(page, 0);
      at = "log";
      options.onPlace({ type: "log", channelId });
      return messageId;
    } catch (error) {
      // A page with a file may be refused for the file alone: whoever posts it tries without.
      if (page.file || !(isNoAccess(error) || isPlaceGone(error))) throw error;
      at = "beside";
      return await beside.post(page, 0);
    }
  };

  return {
    async post(page, index) {
      if (at === "beside") return await beside.post(page, index);
      return await (at === undefined ? first(page) : send(page, index)).catch(rethrowTranslated);
    },
    async edit(messageId, page) {
      if (at === "beside") return await beside.edit(messageId, page);
      await api.editMessage(channelId, messageId, messageBody(page)).catch(rethrowTranslated);
    },
    remove: (messageId) =>
      at === "beside" ? beside.remove(messageId) : removeMessage(api, channelId, messageId),
    // In a log channel nothing tells one note's answer from another's; the nonce keeps a message from being doubled.
    existing: () => (at === "beside" ? beside.existing() : Promise.resolve([])),
  };
}
