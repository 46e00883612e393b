import { MessageFlags, RESTJSONErrorCodes } from "discord.js";

import { messageBody } from "../answers/answer.ts";
import type { CaptionMessage } from "./caption-lines.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { isNoAccess, refusalCode } from "../discord/refusals.ts";
import { plainText } from "../answers/safe-text.ts";
import type { OwnWebhook } from "./webhook-calls.ts";

/** A channel that has webhooks, and the thread of it that is written in. */
export interface VoicesPlace {
  readonly channelId: string;
  readonly threadId: string | undefined;
}

/** Posts captions under the names and with the pictures of those who spoke. */
export interface CaptionVoices {
  /** False when no webhook can be had any more. */
  readonly usable: boolean;
  /**
   * True when it is posted; false where no webhook can be had, now or any more: the plain form is to be used, and nothing
   * is tried again. Throws what passes, as outages, and what the place itself refuses.
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
  const obtain = async (): Promise<OwnWebhook> =>
    (await api.ownWebhook(channelId)) ?? (await api.createWebhook(channelId, webhookName));

  const post = async ({ content, speaker }: CaptionMessage): Promise<void> => {
    webhook ??= await obtain();
    const body = messageBody({ content }, MessageFlags.SuppressNotifications);
    const avatarUrl = speaker && options.avatarOf(speaker.id);
    const username = webhookUsername(speaker?.name ?? "");
    try {
      await api.postAs(webhook, body, { username, avatarUrl, threadId });
    } catch (error) {
      if (!isWebhookGone(error)) throw error;
      // Somebody deleted it: there may be another one, and if not, one more is made.
      webhook = await obtain();
      await api.postAs(webhook, body, { username, avatarUrl, threadId });
    }
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
