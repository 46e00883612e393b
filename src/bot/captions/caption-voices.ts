import { MessageFlags, RESTJSONErrorCodes } from "discord.js";

import { messageBody } from "../answers/answer.ts";
import type { CaptionMessage } from "./caption-lines.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { isNoAccess, isRefusal, refusalCode, unlessRefused } from "../discord/refusals.ts";
import { plainText } from "../answers/safe-text.ts";
import type { OwnWebhook } from "./webhook-calls.ts";

/** A channel that has webhooks, and the thread of it that is written in. */
export interface VoicesPlace {
  readonly channelId: string;
  readonly threadId: string | undefined;
  /** What is written comes after this message. */
  readonly afterId: string;
}

/** Posts captions under the names and with the pictures of those who spoke. */
export interface CaptionVoices {
  /** False when no webhook can be had any more. */
  readonly usable: boolean;
  /**
   * True when it is posted; false where no webhook can be had, now or any more: the plain form is to be used, and nothing
   * is tried again. Throws what passes, as outages, and what the place itself refuses. Whoever tries a message again after that
   * tries it before any other: it may be there already, and is then not posted twice.
   */
  post(message: CaptionMessage): Promise<boolean>;
}

export interface CaptionVoicesOptions {
  readonly api: DiscordApi;
  readonly place: VoicesPlace;
  readonly avatarOf: (memberId: string) => string | undefined;
  /** Why captions are written plainly from now on: said once. */
  readonly onNone: () => void;
}

const webhookName = "Earshot captions";

export function createCaptionVoices(options: CaptionVoicesOptions): CaptionVoices {
  const { api } = options;
  const { channelId, threadId } = options.place;
  let webhook: OwnWebhook | undefined;
  let usable = true;
  let lastId = options.place.afterId;
  /** Whether the last message may be there, though its answer was lost. */
  let doubtful = false;
  const obtain = async (): Promise<OwnWebhook> =>
    (await api.ownWebhook(channelId)) ?? (await api.createWebhook(channelId, webhookName));

  const post = async ({ content, speaker }: CaptionMessage): Promise<void> => {
    webhook ??= await obtain();
    const body = messageBody({ content }, MessageFlags.SuppressNotifications);
    const avatarUrl = speaker && options.avatarOf(speaker.id);
    const username = webhookUsername(speaker?.name ?? "");
    const send = async (through: OwnWebhook): Promise<void> => {
      doubtful = true;
      try {
        lastId = (await api.postAs(through, body, { username, avatarUrl, threadId })) || lastId;
        doubtful = false;
      } catch (error) {
        doubtful = !isRefusal(error);
        throw error;
      }
    };
    if (doubtful && (await isThere(webhook))) return;
    try {
      await send(webhook);
    } catch (error) {
      if (!isWebhookGone(error)) throw error;
      // Somebody deleted it: there may be another one, and if not, one more is made.
      webhook = await obtain();
      await send(webhook);
    }
  };

  /** A message of the webhook's after the last one that is known. Where the history is closed to us, nobody can tell. */
  const isThere = async ({ id }: OwnWebhook): Promise<boolean> => {
    const query = { after: lastId, limit: 100 };
    const since = await unlessRefused(api.messages(threadId ?? channelId, query));
    const found = since?.find(({ authorId }) => authorId === id);
    doubtful = false;
    if (found) lastId = found.id;
    return found !== undefined;
  };

  return {
    get usable() {
      return usable;
    },
    async post(message) {
      if (!usable) return false;
      try {
        await post(message);
        return true;
      } catch (error) {
        // A name that Discord does not take is the trouble of one message; the others are that of all.
        if (isMisnamed(error)) return false;
        if (!(isNoAccess(error) || isWebhookGone(error) || isFull(error))) throw error;
        usable = false;
        options.onNone();
        return false;
      }
    },
  };
}

function isWebhookGone(error: unknown): boolean {
  const code = refusalCode(error);
  return code === RESTJSONErrorCodes.UnknownWebhook || code === RESTJSONErrorCodes.InvalidWebhookToken;
}

function isFull(error: unknown): boolean {
  return refusalCode(error) === RESTJSONErrorCodes.MaximumNumberOfWebhooksReached;
}

function isMisnamed(error: unknown): boolean {
  return refusalCode(error) === RESTJSONErrorCodes.InvalidFormBodyOrContentType;
}

const longestUsername = 80;

/** A member's name as a webhook may bear it: Discord refuses "clyde" and "discord" in any case (Webhook resource, "Create Webhook"). */
export function webhookUsername(name: string): string {
  const allowed = plainText(name).replaceAll(/(?<=cly)(?=de)|(?<=dis)(?=cord)/giu, "·");
  return allowed.slice(0, longestUsername).toWellFormed().trim() || "?";
}
