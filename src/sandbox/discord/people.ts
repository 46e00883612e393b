import { randomBytes } from "node:crypto";

import type { Application, Guild, Id, Member, User } from "./entities.ts";
import { guildPayload, memberPayload, userPayload } from "./wire.ts";
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

/** Somebody who has just come in. */
export function newMember(world: World, userId: Id): Member {
  return { userId, nick: null, roles: new Set(), joinedAtMs: world.clock.nowMs(), timedOutUntilMs: 0 };
}

/** Tells everybody in a guild. */
export function guildEvent(world: World, type: string, guild: Guild, payload: object): void {
  world.dispatch({ type, guildId: guild.id, payloadFor: () => payload });
}

/** A guild that must be there. */
export function knownGuild(world: World, guildId: Id): Guild {
  const guild = world.guilds.get(guildId);
  if (!guild) throw new Error(`no guild ${guildId}`);
  return guild;
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
