import { MessageFlags } from "discord.js";

import { type Destination, messageBody, nonceOf, type Page } from "../answers/answer.ts";
import { removeMessage } from "../answers/channel-answer.ts";
import type { DiscordApi, InteractionToken } from "../discord/discord-api.ts";
import { NoLongerWanted } from "../errors.ts";
import { longestMessage } from "../answers/pages.ts";
import { isMessageGone, isNoAccess, isTokenOver } from "../discord/refusals.ts";

/** Stands for the first answer of an interaction, which is there from its acknowledgement on. */
export const originalMessage = "@original";

/** An interaction can no longer be answered: its 15 minutes are over, or nearly. */
export class TokenOver extends Error {
  override readonly name = "TokenOver";
}

export interface InteractionAnswerOptions {
  readonly token: InteractionToken;
  readonly isPrivate: boolean;
  /** Told the id of the deferred message, by which it is known in its channel. */
  readonly onOriginal: (messageId: string) => void;
}

/** An answer within an interaction: its first message is the deferred one, more are follow-ups, as private as that. */
export function createInteractionAnswer(
  api: DiscordApi,
  { token, isPrivate, onOriginal }: InteractionAnswerOptions,
): Destination {
  return {
    post: (page) =>
      api.followUp(token, messageBody(page, isPrivate ? MessageFlags.Ephemeral : 0)).catch(rethrowTranslated),
    async edit(messageId, page) {
      if (messageId === originalMessage) {
        onOriginal(await api.editOriginal(token, messageBody(page)).catch(rethrowTranslated));
      } else await api.editFollowUp(token, messageId, messageBody(page)).catch(rethrowTranslated);
    },
    remove: (messageId) => api.deleteFollowUp(token, messageId).catch(rethrowTranslated),
    // Follow-ups cannot be listed. At worst a crash between two messages repeats one of them.
    existing: () => Promise.resolve([]),
  };
}

function rethrowTranslated(error: unknown): never {
  if (isMessageGone(error)) throw new NoLongerWanted("deleted", error);
  if (isTokenOver(error)) throw new TokenOver("the interaction is over", { cause: error });
  throw isNoAccess(error) ? new NoLongerWanted("no-access", error) : error;
}

export interface PlainAnswerOptions {
  readonly channelId: string;
  /** The work item's key: repeated sends carry the same nonce. */
  readonly key: string;
  /** The answer's first message. */
  readonly firstId: string | undefined;
  /** A line above the answer that says whose it is; "" where that is plain. */
  readonly call: string;
}

/** An answer in a channel or in direct messages, on its own: where an interaction's answer goes on after its time. */
export function createPlainAnswer(api: DiscordApi, options: PlainAnswerOptions): Destination {
  const { channelId, key, firstId, call } = options;
  const called = (page: Page, isFirst: boolean): Page => {
    const content = `${call}\n${page.content}`;
    return isFirst && call !== "" && content.length <= longestMessage ? { ...page, content } : page;
  };
  return {
    post: (page, index) =>
      api
        .postMessage(channelId, messageBody(called(page, index === 0)), {
          nonce: nonceOf(key, index),
          enforce_nonce: true,
        })
        .catch(rethrowTranslated),
    edit: (messageId, page) =>
      api
        .editMessage(channelId, messageId, messageBody(called(page, messageId === firstId)))
        .catch(rethrowTranslated),
    remove: (messageId) => removeMessage(api, channelId, messageId),
    existing: () => Promise.resolve([]),
  };
}
