import { type Attachment, ChannelType, type Message, MessageReferenceType, MessageType } from "discord.js";

import { Fields } from "./fields.ts";
import { isId, timeOfId } from "./snowflakes.ts";

/** A file that hangs on a message, as work items keep it. */
export type ReceivedFile = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  readonly contentType: string;
  /** As Discord declares it, or null. */
  readonly durationMs: number | null;
};

/** What we need of a message, whichever way it came: gateway, REST or a context menu. Only ids are sure to be meaningful. */
export interface ReceivedMessage {
  readonly id: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly authorId: string;
  /** As shown in this server. Never logged. */
  readonly authorName: string;
  /** The author's roles in this server; null where Discord did not tell. */
  readonly roleIds: readonly string[] | null;
  /** Neither a bot nor a webhook. */
  readonly fromPerson: boolean;
  /** Written as such, and not a notice of Discord's. */
  readonly ordinary: boolean;
  /** The answer to somebody's command. */
  readonly answersCommand: boolean;
  /** Ms since 1970. */
  readonly sentAtMs: number;
  readonly flags: number;
  readonly files: readonly ReceivedFile[];
  /** What it forwards; Discord tells neither author nor id here. */
  readonly forwarded: readonly { readonly flags: number; readonly files: readonly ReceivedFile[] }[];
  /** The message it replies to or forwards. */
  readonly reference: {
    readonly type: "reply" | "forward";
    readonly channelId: string;
    readonly messageId: string;
  } | null;
}

/** The id of anything Discord made; "" where the answer has none. */
export function readId(value: unknown): string {
  return new Fields(value).text("id");
}

/** Who owns a thread; "" for other channels. */
export function readOwnerId(value: unknown): string {
  return new Fields(value).text("owner_id");
}

/** A channel, as far as settings and answers ask for it. */
export interface ReceivedPlace {
  /** Null where Discord does not tell. */
  readonly type: number | null;
  /** Of a thread: the channel it belongs to. */
  readonly parentId: string | null;
}

const threadTypes: ReadonlySet<number | null> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

/** A channel of REST; what other channels have for a parent is their category. */
export function readPlace(value: unknown): ReceivedPlace {
  const channel = new Fields(value);
  const type = channel.number("type");
  return { type, parentId: (threadTypes.has(type) && channel.text("parent_id")) || null };
}

/** Webhooks whose token we are shown: those of our own application. */
export function readWebhooks(value: unknown): readonly { readonly id: string; readonly token: string }[] {
  const found = Array.isArray(value) ? value.map((one) => new Fields(one)) : [];
  return found
    .map((one) => ({ id: one.text("id"), token: one.text("token") }))
    .filter(({ id, token }) => id !== "" && token !== "");
}

/** The roles of a member. */
export function readRoleIds(value: unknown): readonly string[] {
  return new Fields(value).texts("roles");
}

const ordinaryTypes: ReadonlySet<number> = new Set<number>([MessageType.Default, MessageType.Reply]);
const forwardType: number = MessageReferenceType.Forward;

function sentAtMs(message: Fields): number {
  const id = message.text("id");
  return Date.parse(message.text("timestamp")) || (isId(id) ? timeOfId(id) : 0);
}

/** A message of the gateway or of REST. */
export function readMessage(value: unknown): ReceivedMessage {
  const message = new Fields(value);
  const author = message.fields("author");
  const name = message.fields("member").text("nick") || author.text("global_name") || author.text("username");
  return {
    id: message.text("id"),
    channelId: message.text("channel_id"),
    guildId: message.text("guild_id") || null,
    authorId: author.text("id"),
    authorName: name,
    roleIds: message.has("member") ? message.fields("member").texts("roles") : null,
    fromPerson: author.text("id") !== "" && !author.has("bot") && !message.has("webhook_id"),
    ordinary: ordinaryTypes.has(message.count("type")),
    answersCommand: message.has("interaction_metadata") || message.has("interaction"),
    sentAtMs: sentAtMs(message),
    flags: message.count("flags"),
    files: message.list("attachments").map(readFile),
    forwarded: message
      .list("message_snapshots")
      .map((snapshot) => snapshot.fields("message"))
      .map((inner) => ({ flags: inner.count("flags"), files: inner.list("attachments").map(readFile) })),
    reference: readReference(message.fields("message_reference")),
  };
}

/** A page of messages, as REST lists them. */
export function readMessages(value: unknown): readonly ReceivedMessage[] {
  return Array.isArray(value) ? value.map(readMessage) : [];
}

function readReference(reference: Fields): ReceivedMessage["reference"] {
  const messageId = reference.text("message_id");
  if (messageId === "") return null;
  const type = reference.count("type") === forwardType ? "forward" : "reply";
  return { type, channelId: reference.text("channel_id"), messageId };
}

function readFile(file: Fields): ReceivedFile {
  return {
    id: file.text("id"),
    name: file.text("filename"),
    url: file.text("url"),
    bytes: file.count("size"),
    contentType: file.text("content_type"),
    durationMs: msOf(file.count("duration_secs")),
  };
}

function msOf(seconds: number): number | null {
  return seconds > 0 ? Math.round(seconds * 1000) : null;
}

/** A slash command's upload. */
export function uploadedFile(file: Attachment): ReceivedFile {
  return {
    id: file.id,
    name: file.name,
    url: file.url,
    bytes: file.size,
    contentType: file.contentType ?? "",
    durationMs: msOf(file.duration ?? 0),
  };
}

/** The target of a context menu. */
export function targetMessage(message: Message): ReceivedMessage {
  const { author, member, reference } = message;
  return {
    id: message.id,
    channelId: message.channelId,
    guildId: message.guildId,
    authorId: author.id,
    authorName: member?.nickname ?? author.displayName,
    roleIds: member === null ? null : [...member.roles.cache.keys()],
    fromPerson: !author.bot && message.webhookId === null,
    ordinary: !message.system,
    answersCommand: message.interactionMetadata !== null,
    sentAtMs: message.createdTimestamp,
    flags: message.flags.bitfield,
    files: message.attachments.map(uploadedFile),
    forwarded: message.messageSnapshots.map((inner) => ({
      flags: inner.flags.bitfield,
      files: inner.attachments.map(uploadedFile),
    })),
    reference:
      reference?.messageId === undefined
        ? null
        : {
            type: reference.type === MessageReferenceType.Forward ? "forward" : "reply",
            channelId: reference.channelId,
            messageId: reference.messageId,
          },
  };
}
