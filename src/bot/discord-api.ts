import { makeURLSearchParams, REST, Routes, ThreadAutoArchiveDuration } from "discord.js";

import type { MessageBody } from "./answer.ts";
import { isRefusal } from "./refusals.ts";
import type { RestTransport } from "./rest-transport.ts";
import { readId, readMessage, readMessages, readOwnerId, type ReceivedMessage } from "./message.ts";

/**
 * Everything the bot asks of Discord over REST, and nothing else: answers are made from work items, without the gateway and its caches.
 * Every call throws discord.js's DiscordAPIError (4xx) or HTTPError (5xx); rate limits are waited for.
 */
export interface DiscordApi {
  postMessage(channelId: string, message: MessageBody, extra?: MessageExtra): Promise<string>;
  editMessage(channelId: string, messageId: string, message: MessageBody): Promise<void>;
  deleteMessage(channelId: string, messageId: string): Promise<void>;
  message(channelId: string, messageId: string): Promise<ReceivedMessage>;
  /** Up to 100 messages, the newest first, as Discord lists them. */
  messages(
    channelId: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<readonly ReceivedMessage[]>;
  /** Starts a thread on a message and gives its id, which is that of the message. */
  startThread(channelId: string, messageId: string, name: string): Promise<string>;
  /** The owner of a thread; "" for other channels. */
  threadOwner(channelId: string): Promise<string>;
  deleteThread(channelId: string): Promise<void>;
  /** The direct messages with somebody. */
  openDirectMessages(userId: string): Promise<string>;
  /** Changes the first answer to an interaction. */
  editOriginal(interaction: InteractionToken, message: MessageBody): Promise<void>;
  followUp(interaction: InteractionToken, message: MessageBody): Promise<string>;
  editFollowUp(interaction: InteractionToken, messageId: string, message: MessageBody): Promise<void>;
  deleteFollowUp(interaction: InteractionToken, messageId: string): Promise<void>;
  /** The bot's own user. */
  selfId(): Promise<string>;
  /** The application the token belongs to. */
  applicationId(): Promise<string>;
  /** Replaces all global commands. */
  putCommands(applicationId: string, commands: readonly unknown[]): Promise<void>;
  /** Ends the timers that keep its tables small. */
  close(): void;
}

/** What a message to a channel has beside its body. */
export interface MessageExtra {
  readonly nonce?: string;
  readonly enforce_nonce?: true;
  readonly message_reference?: { readonly message_id: string };
}

/** What lets us answer an interaction, for 15 minutes. */
export type InteractionToken = { readonly applicationId: string; readonly token: string };

export interface DiscordApiOptions {
  readonly token: string;
  /** REST base, without the version. */
  readonly apiUrl: string;
  /** One request's deadline, in ms. */
  readonly timeoutMs: number;
  readonly makeRequest: RestTransport["makeRequest"];
}

/** One REST client for all answers, apart from the gateway's: it goes on while the gateway is down or leaving. */
export function createDiscordApi({ token, apiUrl, timeoutMs, makeRequest }: DiscordApiOptions): DiscordApi {
  const rest = new REST({
    api: apiUrl,
    version: "10",
    timeout: timeoutMs,
    makeRequest,
  });
  // discord.js forgets its token after any 401, be it a proxy's. Whether the token is really over, the gateway tells.
  const authorized = (): REST => rest.setToken(token);
  let self: string | undefined;

  return {
    async postMessage(channelId, { body, files }, extra) {
      return readId(
        await authorized().post(Routes.channelMessages(channelId), { body: { ...body, ...extra }, files }),
      );
    },
    async editMessage(channelId, messageId, message) {
      await authorized().patch(Routes.channelMessage(channelId, messageId), message);
    },
    async deleteMessage(channelId, messageId) {
      await authorized().delete(Routes.channelMessage(channelId, messageId));
    },
    message: async (channelId, messageId) =>
      readMessage(await authorized().get(Routes.channelMessage(channelId, messageId))),
    messages: async (channelId, query) =>
      readMessages(
        await authorized().get(Routes.channelMessages(channelId), { query: makeURLSearchParams(query) }),
      ),
    startThread: async (channelId, messageId, name) =>
      readId(
        await authorized().post(Routes.threads(channelId, messageId), {
          body: { name, auto_archive_duration: ThreadAutoArchiveDuration.OneHour },
        }),
      ) || messageId,
    threadOwner: async (channelId) => readOwnerId(await authorized().get(Routes.channel(channelId))),
    async deleteThread(channelId) {
      await authorized().delete(Routes.channel(channelId));
    },
    openDirectMessages: async (userId) =>
      readId(await authorized().post(Routes.userChannels(), { body: { recipient_id: userId } })),
    async editOriginal({ applicationId, token }, message) {
      await authorized().patch(Routes.webhookMessage(applicationId, token), { ...message, auth: false });
    },
    followUp: async ({ applicationId, token }, message) =>
      readId(await authorized().post(Routes.webhook(applicationId, token), { ...message, auth: false })),
    async editFollowUp({ applicationId, token }, messageId, message) {
      await authorized().patch(Routes.webhookMessage(applicationId, token, messageId), {
        ...message,
        auth: false,
      });
    },
    async deleteFollowUp({ applicationId, token }, messageId) {
      await authorized().delete(Routes.webhookMessage(applicationId, token, messageId), { auth: false });
    },
    async selfId() {
      self ??= readId(await authorized().get(Routes.user()));
      return self;
    },
    async applicationId() {
      try {
        return readId(await authorized().get(Routes.currentApplication()));
      } catch (error) {
        // A bot's user has its application's id, but for some of the oldest.
        if (!isRefusal(error) || error.status === 401) throw error;
        return readId(await authorized().get(Routes.user()));
      }
    },
    async putCommands(applicationId, commands) {
      await authorized().put(Routes.applicationCommands(applicationId), { body: commands });
    },
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}
