import {
  messageFlag,
  type Attachment,
  type Channel,
  type Id,
  type Message,
  type MessageBody,
  type MessageReference,
  type Payload,
} from "./entities.ts";
import { mentionsOf, type AllowedMentions } from "./mentions.ts";
import { timeOfSnowflake } from "./snowflakes.ts";
import { joinThread, reviveThread } from "./threads.ts";
import { messageEventFields, messagePayload } from "./wire-messages.ts";
import { messagesIn, type World } from "./world.ts";

/** A message about to be posted; everything checked already. */
export interface Draft {
  /** A forum post's first message has its thread's id. */
  readonly id?: Id;
  readonly channel: Channel;
  readonly authorId: Id;
  readonly content: string;
  readonly type?: number;
  readonly flags?: number;
  readonly embeds?: readonly Payload[];
  readonly components?: readonly Payload[];
  readonly attachments?: readonly Attachment[];
  readonly allowedMentions?: AllowedMentions | undefined;
  readonly nonce?: string | number | undefined;
  readonly tts?: boolean;
  readonly reference?: MessageReference | undefined;
  readonly snapshotOf?: Message | undefined;
  readonly interaction?: Payload | undefined;
  readonly applicationId?: Id | undefined;
  readonly webhook?: Message["webhook"];
  readonly onlyFor?: Id | undefined;
}

/** What changes in an edit; what is undefined stays. */
export interface Revision {
  readonly content?: string | undefined;
  readonly flags?: number | undefined;
  readonly embeds?: readonly Payload[] | undefined;
  readonly components?: readonly Payload[] | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly allowedMentions?: AllowedMentions | undefined;
}

function hold(world: World, attachments: readonly Attachment[], by: 1 | -1): void {
  for (const { path } of attachments) {
    const file = world.files.get(path);
    if (!file) continue;
    file.holders += by;
    if (file.holders === 0) world.files.delete(path);
  }
}

function snapshotFrom(original: Message): Message["snapshot"] {
  // A forward of a forward shows the same words again: the nesting is one deep.
  const body: MessageBody = original.snapshot ?? original;
  return {
    type: body.type,
    content: body.content,
    flags: body.flags & ~messageFlag.hasThread,
    embeds: body.embeds,
    components: body.components,
    attachments: body.attachments,
    mentions: body.mentions,
    mentionRoles: body.mentionRoles,
    mentionEveryone: body.mentionEveryone,
    editedAtMs: body.editedAtMs,
    createdAtMs: original.snapshot?.createdAtMs ?? timeOfSnowflake(original.id),
  };
}

function messageEvent(world: World, type: string, message: Message): void {
  const guildId = world.channels.get(message.channelId)?.guildId;
  world.dispatch({
    type,
    guildId,
    channelId: message.channelId,
    onlyFor: undefined,
    payloadFor: (viewer) => ({
      ...messagePayload(world, message, viewer),
      ...messageEventFields(world, message),
    }),
  });
}

function repliedTo(world: World, draft: Draft): Id | undefined {
  if (draft.reference?.type !== "reply") return undefined;
  return world.messages.get(draft.reference.channelId)?.get(draft.reference.messageId)?.authorId;
}

/** Posts a message: stores it, moves its thread along and tells the gateway, unless it is ephemeral. */
export function post(world: World, draft: Draft): Message {
  const { channel, authorId, content } = draft;
  const snapshot = draft.snapshotOf && snapshotFrom(draft.snapshotOf);
  const mentions = mentionsOf(world, {
    content,
    channel,
    authorId,
    allowed: draft.allowedMentions,
    repliedTo: repliedTo(world, draft),
  });
  const message: Message = {
    id: draft.id ?? world.nextId(),
    channelId: channel.id,
    authorId,
    type: draft.type ?? (draft.reference?.type === "reply" ? 19 : 0),
    content,
    flags: (draft.flags ?? 0) | (snapshot ? messageFlag.hasSnapshot : 0),
    embeds: draft.embeds ?? [],
    components: draft.components ?? [],
    attachments: draft.attachments ?? [],
    mentions: mentions.users,
    mentionRoles: mentions.roles,
    mentionEveryone: mentions.everyone,
    editedAtMs: undefined,
    nonce: draft.nonce,
    tts: draft.tts ?? false,
    pinned: false,
    reference: draft.reference,
    snapshot,
    reactions: new Map(),
    interaction: draft.interaction,
    applicationId: draft.applicationId,
    webhook: draft.webhook,
    onlyFor: draft.onlyFor,
  };
  hold(world, [...message.attachments, ...(snapshot?.attachments ?? [])], 1);
  messagesIn(world, channel.id).set(message.id, message);
  if (message.onlyFor === undefined) announce(world, channel, message);
  else world.changed();
  return message;
}

function announce(world: World, channel: Channel, message: Message): void {
  channel.lastMessageId = message.id;
  if (channel.thread) {
    reviveThread(world, channel);
    if (message.type !== 21) {
      channel.thread.messageCount += 1;
      channel.thread.totalMessagesSent += 1;
      if (!message.webhook) joinThread(world, channel, message.authorId);
    }
  }
  messageEvent(world, "MESSAGE_CREATE", message);
}

/** Changes a message and tells the gateway. `silent` changes, as a thread appearing on it, do not count as edits. */
export function revise(
  world: World,
  message: Message,
  revision: Revision,
  { silent = false }: { readonly silent?: boolean } = {},
): void {
  if (revision.attachments) {
    hold(world, revision.attachments, 1);
    hold(world, message.attachments, -1);
    message.attachments = revision.attachments;
  }
  const channel = world.channels.get(message.channelId);
  if (revision.content !== undefined && channel) {
    message.content = revision.content;
    const mentions = mentionsOf(world, {
      content: revision.content,
      channel,
      authorId: message.authorId,
      allowed: revision.allowedMentions,
      repliedTo: undefined,
    });
    Object.assign(message, { mentions: mentions.users, mentionRoles: mentions.roles });
    message.mentionEveryone = mentions.everyone;
  }
  message.flags = revision.flags ?? message.flags;
  message.embeds = revision.embeds ?? message.embeds;
  message.components = revision.components ?? message.components;
  if (!silent) message.editedAtMs = world.clock.nowMs();
  if (message.onlyFor === undefined) messageEvent(world, "MESSAGE_UPDATE", message);
  else world.changed();
}

function forget(world: World, message: Message): void {
  messagesIn(world, message.channelId).delete(message.id);
  hold(world, [...message.attachments, ...(message.snapshot?.attachments ?? [])], -1);
}

/** Deletes messages of one channel; several at once are told as MESSAGE_DELETE_BULK. */
export function remove(world: World, channel: Channel, messages: readonly Message[], bulk = false): void {
  for (const message of messages) forget(world, message);
  const visible = messages.filter((message) => message.onlyFor === undefined);
  if (channel.thread) channel.thread.messageCount = Math.max(0, channel.thread.messageCount - visible.length);
  const place = {
    channel_id: channel.id,
    ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
  };
  const tell = (type: string, payload: object): void =>
    world.dispatch({ type, guildId: channel.guildId, channelId: channel.id, payloadFor: () => payload });
  if (bulk) tell("MESSAGE_DELETE_BULK", { ids: visible.map(({ id }) => id), ...place });
  else for (const { id } of visible) tell("MESSAGE_DELETE", { id, ...place });
  world.changed();
}
