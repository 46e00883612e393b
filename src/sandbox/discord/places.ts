import {
  channelType,
  type Channel,
  type ChannelType,
  type Guild,
  type Id,
  type Overwrite,
  type Role,
} from "./entities.ts";
import { bits, ordinaryPermissions, type Permission } from "./permissions.ts";
import { guildEvent, knownGuild, newMember } from "./people.ts";
import { channelPayload, rolePayload } from "./wire.ts";
import type { World } from "./world.ts";

export interface NewGuild {
  readonly name: string;
  readonly ownerId: Id;
  readonly locale?: string;
  /** Humans who are in it from the start, besides the owner. */
  readonly memberIds?: readonly Id[];
  /** What everyone may do; Discord's defaults unless given. */
  readonly everyone?: readonly Permission[];
}

export interface NewOverwrite {
  /** A role, a user, or the guild's id for everyone. */
  readonly id: Id;
  readonly allow?: readonly Permission[];
  readonly deny?: readonly Permission[];
}

export interface NewChannel {
  readonly guildId: Id;
  readonly name: string;
  readonly type?: keyof typeof channelType;
  readonly topic?: string;
  readonly parentId?: Id;
  readonly overwrites?: readonly NewOverwrite[];
}

export interface NewRole {
  readonly guildId: Id;
  readonly name: string;
  readonly permissions?: readonly Permission[];
  readonly mentionable?: boolean;
}

function newRole(id: Id, name: string, permissions: bigint, rest: Partial<Role>): Role {
  return { id, name, permissions, position: 0, managed: false, mentionable: false, ...rest };
}

/** A guild with its @everyone role, its owner and the members named. Bots are added by `addMember`. */
export function createGuild(world: World, fresh: NewGuild): Guild {
  const id = world.nextId();
  const everyone = fresh.everyone ? bits(...fresh.everyone) : ordinaryPermissions;
  const people = new Set([fresh.ownerId, ...(fresh.memberIds ?? [])]);
  const guild: Guild = {
    id,
    name: fresh.name,
    ownerId: fresh.ownerId,
    locale: fresh.locale ?? "en-US",
    roles: new Map([[id, newRole(id, "@everyone", everyone, {})]]),
    members: new Map([...people].map((userId) => [userId, newMember(world, userId)])),
    voiceStates: new Map(),
  };
  world.guilds.set(id, guild);
  world.changed();
  return guild;
}

export function createRole(world: World, fresh: NewRole): Role {
  const guild = knownGuild(world, fresh.guildId);
  const role = newRole(world.nextId(), fresh.name, bits(...(fresh.permissions ?? [])), {
    position: guild.roles.size,
    mentionable: fresh.mentionable ?? false,
  });
  guild.roles.set(role.id, role);
  guildEvent(world, "GUILD_ROLE_CREATE", guild, { guild_id: guild.id, role: rolePayload(role) });
  return role;
}

/** Changes what a role may do; for everyone, the guild's id is the role's. */
export function setRolePermissions(
  world: World,
  guildId: Id,
  roleId: Id,
  permissions: readonly Permission[],
): void {
  const guild = knownGuild(world, guildId);
  const role = guild.roles.get(roleId);
  if (!role) throw new Error(`no role ${roleId}`);
  role.permissions = bits(...permissions);
  guildEvent(world, "GUILD_ROLE_UPDATE", guild, { guild_id: guildId, role: rolePayload(role) });
}

function newOverwrite(guild: Guild, { id, allow = [], deny = [] }: NewOverwrite): Overwrite {
  return { id, type: guild.roles.has(id) ? "role" : "member", allow: bits(...allow), deny: bits(...deny) };
}

function newChannel(id: Id, type: ChannelType, rest: Partial<Channel>): Channel {
  return {
    id,
    type,
    guildId: undefined,
    name: "",
    topic: null,
    position: 0,
    parentId: undefined,
    ownerId: undefined,
    recipients: [],
    overwrites: new Map(),
    thread: undefined,
    rateLimitSeconds: 0,
    lastMessageId: null,
    voiceStatus: null,
    ...rest,
  };
}

/** A guild channel of any type but threads. */
export function createChannel(world: World, fresh: NewChannel): Channel {
  const guild = knownGuild(world, fresh.guildId);
  const siblings = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  const channel = newChannel(world.nextId(), channelType[fresh.type ?? "text"], {
    guildId: guild.id,
    name: fresh.name,
    topic: fresh.topic ?? null,
    parentId: fresh.parentId,
    position: siblings.length,
    overwrites: new Map((fresh.overwrites ?? []).map((one) => [one.id, newOverwrite(guild, one)])),
  });
  world.channels.set(channel.id, channel);
  channelChanged(world, "CHANNEL_CREATE", channel);
  return channel;
}

/** Tells a guild's viewers about a channel. */
export function channelChanged(world: World, type: string, channel: Channel): void {
  const payloadFor = ({ userId }: { readonly userId: Id }): object => channelPayload(world, channel, userId);
  world.dispatch({ type, guildId: channel.guildId, channelId: channel.id, payloadFor });
}

/** Replaces one overwrite of a channel. */
export function setOverwrite(world: World, channelId: Id, overwrite: NewOverwrite): void {
  const channel = world.channels.get(channelId);
  if (!channel?.guildId) throw new Error(`no guild channel ${channelId}`);
  const guild = knownGuild(world, channel.guildId);
  channel.overwrites.set(overwrite.id, newOverwrite(guild, overwrite));
  world.dispatch({
    type: "CHANNEL_UPDATE",
    guildId: guild.id,
    payloadFor: ({ userId }) => channelPayload(world, channel, userId),
  });
}

/** The DM between two users, opened when it is not there yet. */
export function openDm(world: World, one: Id, other: Id): Channel {
  for (const channel of world.channels.values()) {
    const { type, recipients } = channel;
    if (type === channelType.dm && recipients.includes(one) && recipients.includes(other)) return channel;
  }
  const channel = newChannel(world.nextId(), channelType.dm, { recipients: [one, other] });
  world.channels.set(channel.id, channel);
  return channel;
}

/** A group DM; bots cannot be in one. */
export function openGroupDm(world: World, ownerId: Id, otherIds: readonly Id[], name = ""): Channel {
  const recipients = [ownerId, ...otherIds];
  const channel = newChannel(world.nextId(), channelType.groupDm, { recipients, ownerId, name });
  world.channels.set(channel.id, channel);
  return channel;
}

/** Removes a channel with its threads and messages, and tells whoever saw it. */
export function deleteChannel(world: World, channel: Channel): void {
  if (channel.thread) {
    const { id, guildId, parentId, type } = channel;
    const payload = { id, guild_id: guildId, parent_id: parentId, type };
    world.dispatch({ type: "THREAD_DELETE", guildId, channelId: id, payloadFor: () => payload });
  } else channelChanged(world, "CHANNEL_DELETE", channel);
  const inside = [...world.channels.values()].filter(
    ({ parentId, thread }) => parentId === channel.id && thread,
  );
  for (const { id } of [channel, ...inside]) {
    for (const { attachments } of world.messages.get(id)?.values() ?? []) {
      for (const { path } of attachments) world.files.delete(path);
    }
    world.messages.delete(id);
    world.channels.delete(id);
  }
  world.changed();
}
