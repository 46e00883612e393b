import { type REST, Routes } from "discord.js";

import type { MessageBody } from "../answers/answer.ts";
import { readId, readWebhooks } from "../discord/message.ts";

/** A webhook of ours, by which messages are posted under other names. The token is a secret. */
export interface OwnWebhook {
  readonly id: string;
  readonly token: string;
}

/** Under which name a message is posted, and where. */
export interface WebhookSender {
  /** Discord's rules for names hold: 1 to 80 characters, without "clyde" and "discord". */
  readonly username: string;
  readonly avatarUrl: string | undefined;
  /** A thread of the webhook's channel. */
  readonly threadId: string | undefined;
}

/** What the bot asks of Discord about webhooks; throws as the rest of DiscordApi. */
export interface WebhookCalls {
  /** The first webhook of a channel that is ours, or undefined. Takes MANAGE_WEBHOOKS, as making one does. */
  ownWebhook(channelId: string): Promise<OwnWebhook | undefined>;
  createWebhook(channelId: string, name: string): Promise<OwnWebhook>;
  /** Gives the message's id. Sent once: where the answer is lost, nobody but the channel's history knows whether it is there. */
  postAs(webhook: OwnWebhook, message: MessageBody, sender: WebhookSender): Promise<string>;
}

/** `once` tries nothing again by itself: a webhook's messages bear no nonce by which Discord would know them. */
export function webhookCalls(authorized: () => REST, once: REST): WebhookCalls {
  return {
    ownWebhook: async (channelId) =>
      readWebhooks(await authorized().get(Routes.channelWebhooks(channelId))).find(({ token }) => token),
    async createWebhook(channelId, name) {
      const [made] = readWebhooks([
        await authorized().post(Routes.channelWebhooks(channelId), { body: { name } }),
      ]);
      if (!made) throw new TypeError("Discord made a webhook without a token");
      return made;
    },
    async postAs({ id, token }, { body, files }, { username, avatarUrl, threadId }) {
      const query = new URLSearchParams({ wait: "true", ...(threadId && { thread_id: threadId }) });
      const whole = { ...body, username, ...(avatarUrl && { avatar_url: avatarUrl }) };
      // The token in the address stands for the bot's.
      const options = { body: whole, files, query, auth: false };
      return readId(await once.post(Routes.webhook(id, token), options));
    },
  };
}
