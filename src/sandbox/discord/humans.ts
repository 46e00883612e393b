import { channelType, messageFlag, type Channel, type Id, type Message } from "./entities.ts";
import { previewsOf } from "./mentions.ts";
import { post, remove, revise } from "./messages.ts";
import type { Permission } from "./permissions.ts";
import { addReaction } from "./reactions.ts";
import { createThread, joinThread, setArchived, tellOfThread } from "./threads.ts";
import { storeUpload, type Upload } from "./uploads.ts";
import type { WireMessage } from "./wire-types.ts";
import { messagePayload, omniscient } from "./wire-messages.ts";
import { may, messagesIn, type World } from "./world.ts";

export interface NewPost {
  readonly channelId: Id;
  readonly authorId: Id;
  readonly content?: string;
  readonly attachments?: readonly Upload[];
  readonly flags?: number;
  /** The message replied to. */
  readonly replyTo?: Id;
}

export interface NewVoiceNote {
  readonly channelId: Id;
  readonly authorId: Id;
  readonly bytes: Uint8Array;
  readonly durationSecs: number;
  readonly filename?: string;
  readonly contentType?: string;
  /** Base64, one byte a point; a flat line unless given. */
  readonly waveform?: string;
}

export interface NewForward {
  readonly channelId: Id;
  readonly authorId: Id;
  /** The message forwarded. */
  readonly fromChannelId: Id;
  readonly messageId: Id;
}

export interface NewForumPost {
  readonly forumId: Id;
  readonly authorId: Id;
  readonly title: string;
  readonly content?: string;
  readonly attachments?: readonly Upload[];
}

export interface NewMessageThread {
  readonly channelId: Id;
  readonly messageId: Id;
  readonly authorId: Id;
  readonly name: string;
}

/** A message as somebody would see it, with what a reader does not see: who was pinged and which links are previewed. */
export interface SeenMessage extends WireMessage {
  readonly pings: {
    readonly users: readonly Id[];
    readonly roles: readonly Id[];
    readonly everyone: boolean;
  };
  readonly previews: readonly string[];
}

/** What people do in the client. All throw plain errors where the client would not let them. */
export interface Humans {
  postMessage(fresh: NewPost): WireMessage;
  /** A voice message as the mobile clients send it: flag 8192, one file, its length and waveform, no words. */
  postVoiceNote(fresh: NewVoiceNote): WireMessage;
  forward(fresh: NewForward): WireMessage;
  createForumPost(fresh: NewForumPost): Channel;
  startThread(fresh: NewMessageThread): Channel;
  /** What a moderator does with a thread. */
  changeThread(threadId: Id, change: { readonly archived?: boolean; readonly locked?: boolean }): void;
  react(reaction: {
    readonly channelId: Id;
    readonly messageId: Id;
    readonly userId: Id;
    readonly emoji: string;
  }): void;
  editMessage(channelId: Id, messageId: Id, content: string): void;
  deleteMessage(channelId: Id, messageId: Id): void;
  /** The messages of a channel, the oldest first, without ephemeral ones. */
  messages(channelId: Id): readonly SeenMessage[];
  /** The threads on a channel, the oldest first. */
  threadsOf(channelId: Id): readonly Channel[];
}

function present(world: World, message: Message): WireMessage {
  return messagePayload(world, message, omniscient);
}

/** A message with its pings and previews. */
export function seen(world: World, message: Message): SeenMessage {
  const suppressed = (message.flags & messageFlag.suppressEmbeds) !== 0;
  return {
    ...present(world, message),
    pings: { users: message.mentions, roles: message.mentionRoles, everyone: message.mentionEveryone },
    previews: suppressed ? [] : previewsOf(message.content),
  };
}

function channelNamed(world: World, channelId: Id): Channel {
  const channel = world.channels.get(channelId);
  if (!channel) throw new Error(`no channel ${channelId}`);
  return channel;
}

function messageNamed(world: World, channelId: Id, messageId: Id): Message {
  const message = world.messages.get(channelId)?.get(messageId);
  if (!message) throw new Error(`no message ${messageId} in ${channelId}`);
  return message;
}

function permit(world: World, userId: Id, channel: Channel, ...whats: readonly Permission[]): void {
  const missing = whats.filter((what) => !may(world, userId, channel, what));
  if (missing.length > 0)
    throw new Error(`${userId} may not do this in ${channel.id}: ${missing.join(", ")}`);
}

function permitPosting(world: World, userId: Id, channel: Channel): void {
  permit(world, userId, channel, "viewChannel", channel.thread ? "sendMessagesInThreads" : "sendMessages");
}

const flatWaveform = Buffer.alloc(64, 40).toString("base64");

function postMessage(world: World, fresh: NewPost): WireMessage {
  const { channelId, authorId, content = "", attachments = [], flags = 0, replyTo } = fresh;
  const channel = channelNamed(world, channelId);
  permitPosting(world, authorId, channel);
  if (attachments.length > 0) permit(world, authorId, channel, "attachFiles");
  if (flags & messageFlag.voice) permit(world, authorId, channel, "sendVoiceMessages");
  const message = post(world, {
    channel,
    authorId,
    content,
    flags,
    attachments: attachments.map((upload) => storeUpload(world, upload, { channelId })),
    ...(replyTo !== undefined && {
      reference: { type: "reply", channelId, guildId: channel.guildId, messageId: replyTo },
    }),
  });
  return present(world, message);
}

function postVoiceNote(world: World, fresh: NewVoiceNote): WireMessage {
  const { bytes, durationSecs, channelId, authorId } = fresh;
  const file: Upload = {
    filename: fresh.filename ?? "voice-message.ogg",
    contentType: fresh.contentType ?? "audio/ogg",
    bytes,
    durationSecs,
    waveform: fresh.waveform ?? flatWaveform,
  };
  return postMessage(world, { channelId, authorId, attachments: [file], flags: messageFlag.voice });
}

function forward(world: World, { channelId, authorId, fromChannelId, messageId }: NewForward): WireMessage {
  const channel = channelNamed(world, channelId);
  const source = channelNamed(world, fromChannelId);
  const original = messageNamed(world, fromChannelId, messageId);
  permitPosting(world, authorId, channel);
  permit(world, authorId, source, "viewChannel", "readMessageHistory");
  const message = post(world, {
    channel,
    authorId,
    content: "",
    reference: { type: "forward", channelId: fromChannelId, guildId: source.guildId, messageId },
    snapshotOf: original,
  });
  return present(world, message);
}

function createForumPost(world: World, fresh: NewForumPost): Channel {
  const { forumId, authorId, title, content = "", attachments = [] } = fresh;
  const parent = channelNamed(world, forumId);
  permitPosting(world, authorId, parent);
  const id = world.nextId();
  const place = { parent, type: channelType.publicThread, ownerId: authorId, id, autoArchiveMinutes: 4320 };
  const thread = createThread(world, { ...place, name: title });
  const files = attachments.map((upload) => storeUpload(world, upload, { channelId: id }));
  post(world, { id, channel: thread, authorId, content, attachments: files });
  return thread;
}

function startThread(world: World, { channelId, messageId, authorId, name }: NewMessageThread): Channel {
  const parent = channelNamed(world, channelId);
  const message = messageNamed(world, channelId, messageId);
  permit(world, authorId, parent, "viewChannel", "createPublicThreads");
  const type = parent.type === channelType.announcement ? 10 : 11;
  const place = { parent, type, ownerId: authorId, id: messageId, autoArchiveMinutes: 4320 } as const;
  const thread = createThread(world, { ...place, name });
  revise(world, message, { flags: message.flags | messageFlag.hasThread }, { silent: true });
  joinThread(world, thread, message.authorId);
  return thread;
}

function changeThread(
  world: World,
  threadId: Id,
  { archived, locked }: { readonly archived?: boolean; readonly locked?: boolean },
): void {
  const thread = channelNamed(world, threadId);
  if (!thread.thread) throw new Error(`${threadId} is no thread`);
  thread.thread.locked = locked ?? thread.thread.locked;
  setArchived(world, thread, archived ?? thread.thread.archived);
  tellOfThread(world, "THREAD_UPDATE", thread);
}

export function createHumans(world: World): Humans {
  return {
    postMessage: (fresh) => postMessage(world, fresh),
    postVoiceNote: (fresh) => postVoiceNote(world, fresh),
    forward: (fresh) => forward(world, fresh),
    createForumPost: (fresh) => createForumPost(world, fresh),
    startThread: (fresh) => startThread(world, fresh),
    changeThread: (threadId, change) => changeThread(world, threadId, change),
    react: ({ channelId, messageId, userId, emoji }) => {
      permit(world, userId, channelNamed(world, channelId), "viewChannel", "addReactions");
      addReaction(world, messageNamed(world, channelId, messageId), emoji, userId);
    },
    editMessage: (channelId, messageId, content) =>
      revise(world, messageNamed(world, channelId, messageId), { content }),
    deleteMessage: (channelId, messageId) =>
      remove(world, channelNamed(world, channelId), [messageNamed(world, channelId, messageId)]),
    messages: (channelId) =>
      [...messagesIn(world, channelId).values()]
        .filter(({ onlyFor }) => onlyFor === undefined)
        .map((message) => seen(world, message)),
    threadsOf: (channelId) =>
      [...world.channels.values()].filter(({ parentId, thread }) => parentId === channelId && thread),
  };
}
