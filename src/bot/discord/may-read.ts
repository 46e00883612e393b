import { type AnyThreadChannel, ChannelType, type GuildMember, PermissionFlagsBits } from "discord.js";

import type { TranscribeInteraction } from "../command.ts";
import { unlessRefused } from "./refusals.ts";

const reading = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** Whether whoever called may read what was written in a channel of any server. What we cannot tell counts as no. */
export async function mayRead(interaction: TranscribeInteraction, channelId: string): Promise<boolean> {
  const { client, user, memberPermissions } = interaction;
  // Discord tells the permissions where the command was used; where it tells none, there are none to be had.
  if (channelId === interaction.channelId) return memberPermissions?.has(reading) ?? true;
  const channel = await unlessRefused(client.channels.fetch(channelId));
  if (!channel) return false;
  if (channel.isDMBased()) return channel.type === ChannelType.DM && channel.recipientId === user.id;
  const member = await unlessRefused(channel.guild.members.fetch({ user: user.id, force: true }));
  if (!member || !channel.permissionsFor(member).has(reading)) return false;
  return channel.type !== ChannelType.PrivateThread || (await isIn(channel, member));
}

/** Private threads are for who was added to them, and for moderators. */
async function isIn(thread: AnyThreadChannel, member: GuildMember): Promise<boolean> {
  if (thread.permissionsFor(member).has(PermissionFlagsBits.ManageThreads)) return true;
  return (await unlessRefused(thread.members.fetch({ member: member.id, force: true }))) !== undefined;
}
