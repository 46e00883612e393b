import { type Client, OverwriteType, PermissionFlagsBits } from "discord.js";

import type { ChannelAccess, GuildRoles, Overwrite } from "../captions/audience.ts";

/** What the gateway knows of servers and their channels, as plain facts. Undefined where it knows nothing. */
export interface GuildFacts {
  /** Without the roles that only bots have. */
  roles(guildId: string): GuildRoles | undefined;
  /** A thread's is that of its channel. */
  access(channelId: string): ChannelAccess | undefined;
  name(channelId: string): string | undefined;
  ownerOf(guildId: string): string | undefined;
  /** The channel a thread belongs to. */
  parentOf(channelId: string): string | undefined;
  /** Whether the bot may see and enter a voice channel. */
  mayEnter(channelId: string): boolean;
  /** Gives a payload to the shard of a server. */
  send(guildId: string, payload: unknown): boolean;
}

const entering = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.Connect];

export function createGuildFacts(client: () => Client | undefined): GuildFacts {
  return {
    roles(guildId) {
      const guild = client()?.guilds.cache.get(guildId);
      if (!guild) return undefined;
      const roles = [...guild.roles.cache.values()].filter(({ tags }) => tags?.botId === undefined);
      return {
        guildId,
        permissions: new Map(roles.map(({ id, permissions }) => [id, permissions.bitfield])),
      };
    },
    access(channelId) {
      const found = client()?.channels.cache.get(channelId);
      const channel = found?.isThread() ? found.parent : found;
      if (!channel || !("permissionOverwrites" in channel)) return undefined;
      const [roles, members] = [new Map<string, Overwrite>(), new Map<string, Overwrite>()];
      for (const { id, type, allow, deny } of channel.permissionOverwrites.cache.values())
        (type === OverwriteType.Role ? roles : members).set(id, {
          allow: allow.bitfield,
          deny: deny.bitfield,
        });
      return { roles, members };
    },
    name(channelId) {
      const channel = client()?.channels.cache.get(channelId);
      return channel && "name" in channel ? (channel.name ?? undefined) : undefined;
    },
    ownerOf: (guildId) => client()?.guilds.cache.get(guildId)?.ownerId,
    parentOf(channelId) {
      const channel = client()?.channels.cache.get(channelId);
      return channel?.isThread() ? (channel.parentId ?? undefined) : undefined;
    },
    mayEnter(channelId) {
      const channel = client()?.channels.cache.get(channelId);
      if (!channel || channel.isDMBased()) return false;
      const self = channel.guild.members.me;
      return self !== null && (channel.permissionsFor(self)?.has(entering) ?? false);
    },
    send(guildId, payload) {
      const guild = client()?.guilds.cache.get(guildId);
      if (!guild) return false;
      guild.shard.send(payload);
      return true;
    },
  };
}
