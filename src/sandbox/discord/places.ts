import { randomBytes } from "node:crypto";

import {
  channelType,
  type Application,
  type Channel,
  type ChannelType,
  type Guild,
  type Id,
  type Member,
  type Overwrite,
  type Role,
  type User,
} from "./entities.ts";
import { bits, ordinaryPermissions, type Permission } from "./permissions.ts";
import { channelPayload, guildPayload, memberPayload, rolePayload, userPayload } from "./wire.ts";
import type { World } from "./world.ts";

export interface NewUser {
  readonly username: string;
  readonly globalName?: string | null;
  readonly bot?: boolean;
  readonly locale?: string;
}

export interface NewApplication {
  readonly name: string;
  readonly token?: string;
  /** The portal's switches; all on unless said otherwise. */
  readonly messageContent?: boolean;
  readonly guildMembers?: boolean;
  readonly presences?: boolean;
}

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

export interface NewMember {
  readonly guildId: Id;
  readonly userId: Id;
  readonly nick?: string;
  readonly roleIds?: readonly Id[];
}

export function createUser(world: World, fresh: NewUser): User {
  const user: User = {
    id: world.nextId(),
    username: fresh.username,
    globalName: fresh.globalName ?? null,
    bot: fresh.bot ?? false,
    locale: fresh.locale ?? "en-US",
  };
  world.users.set(user.id, user);
  return user;
}

/** An app with its bot user. The token has the form of Discord's: the bot's id, a time, a secret. */
export function createApplication(world: World, fresh: NewApplication): Application {
  const bot = createUser(world, { username: fresh.name, bot: true });
  const made = `${Buffer.from(bot.id).toString("base64url")}.${randomBytes(4).toString("base64url")}.${randomBytes(28).toString("base64url")}`;
  const application: Application = {
    id: world.nextId(),
    name: fresh.name,
    botId: bot.id,
    token: fresh.token ?? made,
    privileged: {
      messageContent: fresh.messageContent ?? true,
      guildMembers: fresh.guildMembers ?? true,
      presences: fresh.presences ?? true,
    },
    commands: new Map(),
    commandCreates: [],
    userInstalls: new Set(),
  };
  world.applications.set(application.id, application);
  return application;
}

function newRole(id: Id, name: string, permissions: bigint, rest: Partial<Role>): Role {
  return { id, name, permissions, position: 0, managed: false, mentionable: false, ...rest };
}

function newMember(world: World, userId: Id): Member {
  return { userId, nick: null, roles: new Set(), joinedAtMs: world.clock.nowMs(), timedOutUntilMs: 0 };
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

function guildEvent(world: World, type: string, guild: Guild, payload: object): void {
  world.dispatch({ type, guildId: guild.id, payloadFor: () => payload });
}

function knownGuild(world: World, guildId: Id): Guild {
  const guild = world.guilds.get(guildId);
  if (!guild) throw new Error(`no guild ${guildId}`);
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

/** Adds a person or a bot. A bot that is online learns of its new guild by GUILD_CREATE. */
export function addMember(world: World, fresh: NewMember): Member {
  const guild = knownGuild(world, fresh.guildId);
  const member: Member = {
    ...newMember(world, fresh.userId),
    nick: fresh.nick ?? null,
    roles: new Set(fresh.roleIds),
  };
  guild.members.set(fresh.userId, member);
  const isBot = world.users.get(fresh.userId)?.bot === true;
  if (isBot) {
    const payloadFor = (): object => guildPayload(world, guild, fresh.userId);
    world.dispatch({ type: "GUILD_CREATE", guildId: guild.id, onlyFor: fresh.userId, payloadFor });
  }
  guildEvent(world, "GUILD_MEMBER_ADD", guild, { ...memberPayload(world, member), guild_id: guild.id });
  return member;
}

/** Takes somebody out; a bot is told by GUILD_DELETE. */
export function removeMember(world: World, guildId: Id, userId: Id): void {
  const guild = knownGuild(world, guildId);
  const user = world.users.get(userId);
  if (!user || !guild.members.delete(userId)) return;
  guild.voiceStates.delete(userId);
  world.dispatch({ type: "GUILD_DELETE", guildId, onlyFor: userId, payloadFor: () => ({ id: guildId }) });
  guildEvent(world, "GUILD_MEMBER_REMOVE", guild, { guild_id: guildId, user: userPayload(user) });
}

/** What may change about a member. */
export interface MemberChange {
  readonly nick?: string | null;
  readonly roleIds?: readonly Id[];
  readonly timedOutUntilMs?: number;
}

export function changeMember(world: World, guild: Guild, member: Member, change: MemberChange): void {
  if (change.nick !== undefined) member.nick = change.nick === "" ? null : change.nick;
  if (change.timedOutUntilMs !== undefined) member.timedOutUntilMs = change.timedOutUntilMs;
  if (change.roleIds) {
    member.roles.clear();
    for (const id of change.roleIds) member.roles.add(id);
  }
  guildEvent(world, "GUILD_MEMBER_UPDATE", guild, { ...memberPayload(world, member), guild_id: guild.id });
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
