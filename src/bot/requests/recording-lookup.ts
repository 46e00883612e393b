import type { MessageContextMenuCommandInteraction } from "discord.js";

import { recordingsIn } from "../discord/attachments.ts";
import type { NamedRecordings, TranscribeInteraction } from "../command.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { mayRead } from "../discord/may-read.ts";
import { type ReceivedMessage, targetMessage } from "../discord/message.ts";
import { isMessageGone, isNoAccess, isPlaceGone } from "../discord/refusals.ts";

const link =
  /^<?https?:\/\/(?:[a-z]+\.)?discord(?:app)?\.com\/channels\/(?:@me|\d{1,20})\/(?<channelId>\d{1,20})\/(?<messageId>\d{1,20})\/?>?$/i;
const ids = /^(?:(?<channelId>\d{15,20})-)?(?<messageId>\d{15,20})$/;

const noAccess: NamedRecordings = { type: "problem", problem: { reason: "no-access" } };

/**
 * The recordings of a message by link, by id in the same channel, or by "channel-message". The caller must be able to read it,
 * not just the bot.
 */
export async function recordingAt(
  api: DiscordApi,
  interaction: TranscribeInteraction,
  reference: string,
): Promise<NamedRecordings> {
  const named = (link.exec(reference.trim()) ?? ids.exec(reference.trim()))?.groups;
  const messageId = named?.["messageId"];
  if (messageId === undefined) return { type: "not-a-message" };
  const channelId = named?.["channelId"] ?? interaction.channelId;
  if (!(await mayRead(interaction, channelId))) return noAccess;
  try {
    return recordingIn(await api.message(channelId, messageId));
  } catch (error) {
    if (isMessageGone(error) || isPlaceGone(error)) return { type: "not-found" };
    if (isNoAccess(error)) return noAccess;
    throw error;
  }
}

/** The recordings of the message whose menu was opened. Discord shows it to us whatever our intents. */
export function recordingOf(interaction: MessageContextMenuCommandInteraction): NamedRecordings {
  return recordingIn(targetMessage(interaction.targetMessage));
}

function recordingIn(message: ReceivedMessage): NamedRecordings {
  const found = recordingsIn(message);
  if (found.type === "audio") return found;
  return { type: "problem", problem: { reason: found.type === "hidden" ? "content-hidden" : "no-audio" } };
}
