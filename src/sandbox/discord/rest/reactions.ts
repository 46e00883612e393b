import { refused } from "../api-error.ts";
import type { Channel, Message } from "../entities.ts";
import { addReaction, dropReaction } from "../reactions.ts";
import { userPayload } from "../wire.ts";
import { demand, may } from "../world.ts";
import { messageOf, textChannel } from "./message-places.ts";
import { botOf, noContent, ok, param, type RestAnswer, type RestRequest, type Route } from "./route.ts";

interface Target {
  readonly channel: Channel;
  readonly message: Message;
  readonly emoji: string;
}

function targetOf(request: RestRequest): Target {
  const channel = textChannel(request);
  const message = messageOf(request, channel);
  const emoji = param(request, "emoji");
  // This server has no custom emoji: anything that is not one Unicode emoji is unknown.
  if (!/^\p{RGI_Emoji}$/v.test(emoji)) throw refused("unknownEmoji");
  return { channel, message, emoji };
}

function add(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const { channel, message, emoji } = targetOf(request);
  if (channel.thread?.archived === true) throw refused("archivedThread");
  demand(world, userId, channel, "readMessageHistory");
  if (!message.reactions.has(emoji)) demand(world, userId, channel, "addReactions");
  addReaction(world, message, emoji, userId);
  return noContent;
}

function removeOwn(request: RestRequest): RestAnswer {
  const { message, emoji } = targetOf(request);
  dropReaction(request.world, message, emoji, botOf(request).userId);
  return noContent;
}

function removeOther(request: RestRequest): RestAnswer {
  const { channel, message, emoji } = targetOf(request);
  demand(request.world, botOf(request).userId, channel, "manageMessages");
  dropReaction(request.world, message, emoji, param(request, "user"));
  return noContent;
}

function list(request: RestRequest): RestAnswer {
  const { world } = request;
  const { channel, message, emoji } = targetOf(request);
  if (!may(world, botOf(request).userId, channel, "readMessageHistory")) throw refused("missingPermissions");
  const users = [...(message.reactions.get(emoji) ?? [])].flatMap((id) => world.users.get(id) ?? []);
  return ok(users.map(userPayload));
}

const path = "/channels/:channel/messages/:message/reactions/:emoji";

export const reactionRoutes: readonly Route[] = [
  { method: "GET", path, answer: list },
  { method: "PUT", path: `${path}/@me`, answer: add },
  { method: "DELETE", path: `${path}/@me`, answer: removeOwn },
  { method: "DELETE", path: `${path}/:user`, answer: removeOther },
];
