import type { Id, Message } from "./entities.ts";
import { memberPayload } from "./wire.ts";
import type { World } from "./world.ts";

function tell(
  world: World,
  type: string,
  message: Message,
  { emoji, userId }: { readonly emoji: string; readonly userId: Id },
): void {
  const guildId = world.channels.get(message.channelId)?.guildId;
  const member = world.guilds.get(guildId ?? "")?.members.get(userId);
  const payload = {
    user_id: userId,
    channel_id: message.channelId,
    message_id: message.id,
    message_author_id: message.authorId,
    ...(guildId !== undefined && { guild_id: guildId }),
    ...(member && type === "MESSAGE_REACTION_ADD" && { member: memberPayload(world, member) }),
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
  };
  world.dispatch({ type, guildId, channelId: message.channelId, payloadFor: () => payload });
}

/** Somebody reacts; once is enough. */
export function addReaction(world: World, message: Message, emoji: string, userId: Id): void {
  const users = message.reactions.get(emoji) ?? new Set<Id>();
  message.reactions.set(emoji, users);
  if (users.has(userId)) return;
  users.add(userId);
  tell(world, "MESSAGE_REACTION_ADD", message, { emoji, userId });
}

/** Takes a reaction back; nothing happens when there is none. */
export function dropReaction(world: World, message: Message, emoji: string, userId: Id): void {
  const users = message.reactions.get(emoji);
  if (!users?.delete(userId)) return;
  if (users.size === 0) message.reactions.delete(emoji);
  tell(world, "MESSAGE_REACTION_REMOVE", message, { emoji, userId });
}
