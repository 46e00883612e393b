import { refused } from "../api-error.ts";
import type { Channel, Message } from "../entities.ts";
import { invalidForm } from "../form.ts";
import { post } from "../messages.ts";
import { timestamp } from "../wire.ts";
import { messagePayload } from "../wire-messages.ts";
import { demand, may, messagesIn, type World } from "../world.ts";
import { messageOf, textChannel } from "./message-places.ts";
import { botOf, noContent, ok, type RestAnswer, type RestRequest, type Route } from "./route.ts";

const maxPins = 250;
/** The system message that says that something was pinned. */
const pinnedNotice = 6;

function pinnedIn(world: World, channel: Channel): readonly Message[] {
  return [...messagesIn(world, channel.id).values()].filter(({ pinned }) => pinned).toReversed();
}

function tell(world: World, channel: Channel): void {
  const newest = pinnedIn(world, channel)[0];
  const payload = {
    channel_id: channel.id,
    ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
    last_pin_timestamp: newest ? timestamp(world.clock.nowMs()) : null,
  };
  world.dispatch({
    type: "CHANNEL_PINS_UPDATE",
    guildId: channel.guildId,
    channelId: channel.id,
    payloadFor: () => payload,
  });
}

function pin(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const channel = textChannel(request);
  const message = messageOf(request, channel);
  demand(world, userId, channel, "pinMessages");
  if (message.pinned) return noContent;
  if (pinnedIn(world, channel).length >= maxPins) throw refused("tooManyPins");
  message.pinned = true;
  tell(world, channel);
  const reference = {
    type: "reply",
    channelId: channel.id,
    guildId: channel.guildId,
    messageId: message.id,
  } as const;
  post(world, { channel, authorId: userId, content: "", type: pinnedNotice, reference });
  return noContent;
}

function unpin(request: RestRequest): RestAnswer {
  const { world } = request;
  const channel = textChannel(request);
  const message = messageOf(request, channel);
  demand(world, botOf(request).userId, channel, "pinMessages");
  if (!message.pinned) return noContent;
  message.pinned = false;
  tell(world, channel);
  return noContent;
}

function list(request: RestRequest): RestAnswer {
  const { world, query } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  const limit = Number(query.get("limit") ?? "50");
  if (!Number.isInteger(limit) || limit < 1 || limit > 50) {
    throw invalidForm(["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 50.");
  }
  const all = may(world, bot.userId, channel, "readMessageHistory") ? pinnedIn(world, channel) : [];
  return ok({
    items: all.slice(0, limit).map((message) => ({
      pinned_at: timestamp(world.clock.nowMs()),
      message: messagePayload(world, message, bot),
    })),
    has_more: all.length > limit,
  });
}

export const pinRoutes: readonly Route[] = [
  { method: "GET", path: "/channels/:channel/messages/pins", answer: list },
  { method: "PUT", path: "/channels/:channel/messages/pins/:message", answer: pin },
  { method: "DELETE", path: "/channels/:channel/messages/pins/:message", answer: unpin },
];
