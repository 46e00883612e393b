import { refused } from "../api-error.ts";
import { channelType, type Channel, type Message } from "../entities.ts";
import { may, messageIn, visibleChannel } from "../world.ts";
import { botOf, param, type RestRequest } from "./route.ts";

const withoutMessages: readonly number[] = [channelType.category, channelType.forum, channelType.media];

/** The channel of the request, as one that holds messages. Refuses with 10003, 50001 and 50008. */
export function textChannel(request: RestRequest): Channel {
  const { world } = request;
  const bot = botOf(request);
  const channel = visibleChannel(world, bot.userId, param(request, "channel"));
  if (withoutMessages.includes(channel.type)) throw refused("nonTextChannel");
  // Text in voice is for those who may connect (Discord API, "Get Channel Messages").
  const isVoice = channel.type === channelType.voice || channel.type === channelType.stage;
  if (isVoice && !may(world, bot.userId, channel, "connect")) throw refused("missingAccess");
  return channel;
}

/** The message of the request. Refuses with 10008. */
export function messageOf(request: RestRequest, channel: Channel): Message {
  return messageIn(request.world, channel.id, param(request, "message"));
}
