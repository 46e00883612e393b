import { linkTo } from "./cdn-links.ts";
import {
  messageFlag,
  type Attachment,
  type Id,
  type Message,
  type MessageBody,
  type Payload,
} from "./entities.ts";
import { timeOfSnowflake } from "./snowflakes.ts";
import type { WireAttachment, WireMessage, WireMessageBody, WireUser } from "./wire-types.ts";
import { channelPayload, memberPayload, timestamp, userPayload } from "./wire.ts";
import type { Viewer, World } from "./world.ts";

/** Sees everything: for the human side, and for what Discord never strips. */
export const omniscient: Viewer = { userId: "0", readsContent: true };

/** An attachment with a link that works from now on for as long as links live. */
export function attachmentPayload(world: World, attachment: Attachment): WireAttachment {
  const url = linkTo(world, attachment.path);
  return {
    id: attachment.id,
    filename: attachment.filename,
    ...(attachment.title !== undefined && { title: attachment.title }),
    ...(attachment.description !== undefined && { description: attachment.description }),
    ...(attachment.contentType !== undefined && { content_type: attachment.contentType }),
    size: attachment.size,
    url,
    proxy_url: url,
    content_scan_version: 0,
    flags: 0,
    ...(attachment.ephemeral && { ephemeral: true }),
    ...(attachment.durationSecs !== undefined && { duration_secs: attachment.durationSecs }),
    ...(attachment.waveform !== undefined && { waveform: attachment.waveform }),
  };
}

function usersPayload(world: World, ids: readonly Id[]): readonly WireUser[] {
  return ids.flatMap((id) => {
    const user = world.users.get(id);
    return user ? [userPayload(user)] : [];
  });
}

function bodyPayload(
  world: World,
  body: MessageBody,
  { readable, createdAtMs }: { readonly readable: boolean; readonly createdAtMs: number },
): WireMessageBody {
  return {
    type: body.type,
    content: readable ? body.content : "",
    embeds: readable ? body.embeds : [],
    attachments: readable ? body.attachments.map((one) => attachmentPayload(world, one)) : [],
    components: readable ? body.components : [],
    timestamp: timestamp(createdAtMs),
    edited_timestamp: body.editedAtMs === undefined ? null : timestamp(body.editedAtMs),
    flags: body.flags,
    mentions: usersPayload(world, body.mentions),
    mention_roles: body.mentionRoles,
  };
}

/** Content is always readable to its author, in DMs, and to whom it mentions (Discord API, "Message Content Intent"). */
export function isReadable(world: World, message: Message, viewer: Viewer): boolean {
  if (viewer.readsContent || message.authorId === viewer.userId) return true;
  const isDm = world.channels.get(message.channelId)?.guildId === undefined;
  return isDm || message.mentions.includes(viewer.userId);
}

function authorPayload(world: World, message: Message): WireUser {
  const unknown = { id: message.authorId, globalName: null, locale: "en-US" };
  const webhook = message.webhook && { ...unknown, username: message.webhook.name, bot: true };
  const deleted = { ...unknown, username: "Deleted User", bot: false };
  return userPayload(world.users.get(message.authorId) ?? webhook ?? deleted);
}

function referencePayload(world: World, message: Message, viewer: Viewer): Partial<WireMessage> {
  const { reference } = message;
  if (!reference) return {};
  const isForward = reference.type === "forward";
  const referred = world.messages.get(reference.channelId)?.get(reference.messageId);
  return {
    message_reference: {
      type: isForward ? 1 : 0,
      message_id: reference.messageId,
      channel_id: reference.channelId,
      ...(reference.guildId !== undefined && { guild_id: reference.guildId }),
    },
    ...(!isForward && {
      referenced_message: referred ? messagePayload(world, referred, viewer, { nested: true }) : null,
    }),
  };
}

function snapshotPayload(world: World, { snapshot }: Message, readable: boolean): Partial<WireMessage> {
  if (!snapshot) return {};
  const { createdAtMs } = snapshot;
  return { message_snapshots: [{ message: bodyPayload(world, snapshot, { readable, createdAtMs }) }] };
}

function reactionsPayload(message: Message, viewerId: Id): Payload {
  if (message.reactions.size === 0) return {};
  return {
    reactions: [...message.reactions].map(([name, users]) => ({
      emoji: { id: null, name },
      count: users.size,
      count_details: { normal: users.size, burst: 0 },
      me: users.has(viewerId),
      me_burst: false,
      burst_colors: [],
    })),
  };
}

/** A message as REST and the gateway show it. A referenced message inside another one carries no reference of its own. */
export function messagePayload(
  world: World,
  message: Message,
  viewer: Viewer,
  { nested = false }: { readonly nested?: boolean } = {},
): WireMessage {
  const readable = isReadable(world, message, viewer);
  const thread = message.flags & messageFlag.hasThread ? world.channels.get(message.id) : undefined;
  return {
    id: message.id,
    channel_id: message.channelId,
    author: authorPayload(world, message),
    ...bodyPayload(world, message, { readable, createdAtMs: timeOfSnowflake(message.id) }),
    mention_everyone: message.mentionEveryone,
    pinned: message.pinned,
    tts: message.tts,
    ...(message.nonce !== undefined && message.authorId === viewer.userId && { nonce: message.nonce }),
    ...(message.webhook && { webhook_id: message.webhook.id }),
    ...(message.applicationId !== undefined && { application_id: message.applicationId }),
    ...(message.interaction && { interaction_metadata: message.interaction }),
    ...(thread && { thread: channelPayload(world, thread, viewer.userId) }),
    ...reactionsPayload(message, viewer.userId),
    ...snapshotPayload(world, message, readable),
    ...(!nested && referencePayload(world, message, viewer)),
  };
}

/** What message events carry besides the message: what kind of channel, which guild, who the author is there. */
export function messageEventFields(world: World, message: Message): Payload {
  const channel = world.channels.get(message.channelId);
  const guildId = channel?.guildId;
  const members = world.guilds.get(guildId ?? "")?.members;
  const member = members?.get(message.authorId);
  const mentions = usersPayload(world, message.mentions).map((user) => {
    const named = members?.get(user.id);
    return { ...user, ...(named && { member: memberPayload(world, named, false) }) };
  });
  return {
    channel_type: channel?.type,
    mentions,
    ...(guildId !== undefined && { guild_id: guildId }),
    ...(member && !message.webhook && { member: memberPayload(world, member, false) }),
  };
}
