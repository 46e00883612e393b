import { makeURLSearchParams, REST, RESTJSONErrorCodes, Routes, ThreadAutoArchiveDuration } from "discord.js";

import type { MessageBody } from "../answers/answer.ts";
import { isRefusal, refusalCode } from "./refusals.ts";
import type { RestTransport } from "./rest-transport.ts";
import {
  readId,
  readMessage,
  readMessages,
  readOwnerId,
  readPlace,
  readRoleIds,
  type ReceivedMessage,
  type ReceivedPlace,
} from "./message.ts";
import { displayName, nickOf } from "../voice/voice-people.ts";
import { type WebhookCalls, webhookCalls } from "../captions/webhook-calls.ts";

/**
 * Everything the bot asks of Discord over REST, and nothing else: answers are made from work items, without the gateway and its caches.
 * Every call throws discord.js's DiscordAPIError (4xx) or HTTPError (5xx); rate limits are waited for.
 */
export interface DiscordApi extends WebhookCalls {
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
  /** What kind of place a channel is, and which channel a thread belongs to. */
  place(channelId: string): Promise<ReceivedPlace>;
  /** The owner of a thread; "" for other channels. */
  threadOwner(channelId: string): Promise<string>;
  deleteThread(channelId: string): Promise<void>;
  /** The direct messages with somebody. */
  openDirectMessages(userId: string): Promise<string>;
  /** Changes the first answer to an interaction and gives its id. */
  editOriginal(interaction: InteractionToken, message: MessageBody): Promise<string>;
  followUp(interaction: InteractionToken, message: MessageBody): Promise<string>;
  editFollowUp(interaction: InteractionToken, messageId: string, message: MessageBody): Promise<void>;
  deleteFollowUp(interaction: InteractionToken, messageId: string): Promise<void>;
  /** A member as Discord shows them. */
  member(guildId: string, memberId: string): Promise<GuildMember>;
  /** Changes the bot's own nickname; null takes it away. */
  setOwnNick(guildId: string, nick: string | null): Promise<void>;
  /** The bot's own user; asked of Discord unless `isSelf` told. */
  selfId(): Promise<string>;
  isSelf(userId: string): void;
  /** The application the token belongs to. */
  applicationId(): Promise<string>;
  /** Replaces all global commands. */
  putCommands(applicationId: string, commands: readonly unknown[]): Promise<void>;
  /** Ends the timers that keep its tables small. */
  close(): void;
}

/** A member's names. */
export interface GuildMember {
  /** As shown in the server. */
  readonly name: string | undefined;
  /** Null where they have none there. */
  readonly nick: string | null;
  readonly roleIds: readonly string[];
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

/** Sends with the token, whatever happened to earlier requests. */
type Authorized = () => REST;

/** One REST client for all answers, apart from the gateway's: it goes on while the gateway is down or leaving. */
export function createDiscordApi({ token, apiUrl, timeoutMs, makeRequest }: DiscordApiOptions): DiscordApi {
  // Every thread has queues of its own; those that nobody uses are dropped while they are few.
  const shared = {
    api: apiUrl,
    version: "10",
    timeout: timeoutMs,
    makeRequest,
    handlerSweepInterval: 300_000,
  };
  const rest = new REST(shared);
  const once = new REST({ ...shared, retries: 0 });
  // discord.js forgets its token after any 401, be it a proxy's. Whether the token is really over, the gateway tells.
  const authorized = (): REST => rest.setToken(token);
  return {
    ...messageCalls(authorized),
    ...threadCalls(authorized),
    ...interactionCalls(rest),
    ...webhookCalls(authorized, once),
    ...applicationCalls(authorized),
    close() {
      for (const client of [rest, once]) {
        client.clearHashSweeper();
        client.clearHandlerSweeper();
      }
    },
  };
}

type MessageCalls = Pick<
  DiscordApi,
  "postMessage" | "editMessage" | "deleteMessage" | "message" | "messages"
>;

function messageCalls(authorized: Authorized): MessageCalls {
  return {
    async postMessage(channelId, { body, files }, extra) {
      const whole = { body: { ...body, ...extra }, files };
      return readId(await authorized().post(Routes.channelMessages(channelId), whole));
    },
    async editMessage(channelId, messageId, message) {
      await awake(authorized, channelId, () =>
        authorized().patch(Routes.channelMessage(channelId, messageId), message),
      );
    },
    async deleteMessage(channelId, messageId) {
      await awake(authorized, channelId, () =>
        authorized().delete(Routes.channelMessage(channelId, messageId)),
      );
    },
    message: async (channelId, messageId) =>
      readMessage(await authorized().get(Routes.channelMessage(channelId, messageId))),
    async messages(channelId, { after, limit }) {
      const query = makeURLSearchParams({ after, limit });
      return readMessages(await authorized().get(Routes.channelMessages(channelId), { query }));
    },
  };
}

/** A thread falls asleep after an hour, and what is in it can then not be changed. New messages wake it by themselves. */
async function awake(authorized: Authorized, channelId: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (refusalCode(error) !== RESTJSONErrorCodes.InvalidActionOnArchivedThread) throw error;
    await authorized().patch(Routes.channel(channelId), { body: { archived: false } });
    await call();
  }
}

type ThreadCalls = Pick<
  DiscordApi,
  "startThread" | "place" | "threadOwner" | "deleteThread" | "openDirectMessages"
>;

function threadCalls(authorized: Authorized): ThreadCalls {
  return {
    async startThread(channelId, messageId, name) {
      const body = { name, auto_archive_duration: ThreadAutoArchiveDuration.OneHour };
      return readId(await authorized().post(Routes.threads(channelId, messageId), { body })) || messageId;
    },
    place: async (channelId) => readPlace(await authorized().get(Routes.channel(channelId))),
    threadOwner: async (channelId) => readOwnerId(await authorized().get(Routes.channel(channelId))),
    async deleteThread(channelId) {
      await authorized().delete(Routes.channel(channelId));
    },
    openDirectMessages: async (userId) =>
      readId(await authorized().post(Routes.userChannels(), { body: { recipient_id: userId } })),
  };
}

type InteractionCalls = Pick<DiscordApi, "editOriginal" | "followUp" | "editFollowUp" | "deleteFollowUp">;

/** The interaction's token stands for the bot's, which must not go along. */
function interactionCalls(rest: REST): InteractionCalls {
  const auth = false;
  return {
    editOriginal: async ({ applicationId, token }, message) =>
      readId(await rest.patch(Routes.webhookMessage(applicationId, token), { ...message, auth })),
    followUp: async ({ applicationId, token }, message) =>
      readId(await rest.post(Routes.webhook(applicationId, token), { ...message, auth })),
    async editFollowUp({ applicationId, token }, messageId, message) {
      await rest.patch(Routes.webhookMessage(applicationId, token, messageId), { ...message, auth });
    },
    async deleteFollowUp({ applicationId, token }, messageId) {
      await rest.delete(Routes.webhookMessage(applicationId, token, messageId), { auth });
    },
  };
}

type ApplicationCalls = Pick<
  DiscordApi,
  "member" | "setOwnNick" | "selfId" | "isSelf" | "applicationId" | "putCommands"
>;

function applicationCalls(authorized: Authorized): ApplicationCalls {
  let self: string | undefined;
  return {
    isSelf(userId) {
      self = userId;
    },
    async member(guildId, memberId) {
      const found: unknown = await authorized().get(Routes.guildMember(guildId, memberId));
      return { name: displayName(found), nick: nickOf(found), roleIds: readRoleIds(found) };
    },
    async setOwnNick(guildId, nick) {
      await authorized().patch(Routes.guildMember(guildId, "@me"), { body: { nick } });
    },
    selfId: async () => (self ??= readId(await authorized().get(Routes.user()))),
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
  };
}
