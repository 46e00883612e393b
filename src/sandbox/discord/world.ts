import { randomBytes } from "node:crypto";

import { refused } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import type { Application, Channel, Guild, Id, Message, StoredFile, User, Webhook } from "./entities.ts";
import { createLimiter, type Limiter } from "./limits.ts";
import { permission, permissionsOf, type Permission } from "./permissions.ts";
import { createSnowflakes } from "./snowflakes.ts";

/** Who looks: what an object says depends on it. `readsContent` is false for apps without MESSAGE_CONTENT. */
export interface Viewer {
  readonly userId: Id;
  readonly readsContent: boolean;
}

/** Something that happened, for the gateway to tell. */
export interface WorldEvent {
  /** The dispatch's name, as MESSAGE_CREATE. */
  readonly type: string;
  readonly guildId?: Id | undefined;
  /** Only viewers of this channel are told. */
  readonly channelId?: Id | undefined;
  /** Only this user is told. */
  readonly onlyFor?: Id | undefined;
  /** What it says to this viewer; nothing at all when undefined. */
  payloadFor(viewer: Viewer): object | undefined;
}

/** Everything the local Discord knows. Plain maps: the operations on them live beside it. */
export interface World {
  readonly clock: Clock;
  readonly users: Map<Id, User>;
  readonly applications: Map<Id, Application>;
  readonly guilds: Map<Id, Guild>;
  readonly channels: Map<Id, Channel>;
  /** By channel, the oldest first. */
  readonly messages: Map<Id, Map<Id, Message>>;
  readonly webhooks: Map<Id, Webhook>;
  /** By path on the CDN. */
  readonly files: Map<string, StoredFile>;
  readonly cdn: { origin: string; readonly secret: Uint8Array; readonly linkLifetimeMs: number };
  readonly activeThreadLimit: number;
  readonly limiter: Limiter;
  nextId(): Id;
  dispatch(event: WorldEvent): void;
  /** Hears every dispatch, until the returned function is called. */
  onDispatch(listener: (event: WorldEvent) => void): () => void;
  /** Tells whoever waits that something is different now. */
  changed(): void;
  onChange(listener: () => void): () => void;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly linkLifetimeMs: number;
  readonly activeThreadLimit: number;
}

/** An empty world. */
export function createWorld({ clock, linkLifetimeMs, activeThreadLimit }: WorldOptions): World {
  const snowflakes = createSnowflakes(clock);
  const dispatchListeners = new Set<(event: WorldEvent) => void>();
  const changeListeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of changeListeners) listener();
  };
  return {
    clock,
    users: new Map(),
    applications: new Map(),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    webhooks: new Map(),
    files: new Map(),
    cdn: { origin: "", secret: randomBytes(32), linkLifetimeMs },
    activeThreadLimit,
    limiter: createLimiter(clock),
    nextId: () => snowflakes.next(),
    dispatch: (event) => {
      for (const listener of dispatchListeners) listener(event);
      changed();
    },
    onDispatch: (listener) => {
      dispatchListeners.add(listener);
      return () => dispatchListeners.delete(listener);
    },
    changed,
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
  };
}

/** What a user may do in a channel, as a bit set. */
export function permissionsIn(world: World, userId: Id, channel: Channel): bigint {
  return permissionsOf(userId, {
    guild: channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId),
    channel,
    parent: channel.parentId === undefined ? undefined : world.channels.get(channel.parentId),
    nowMs: world.clock.nowMs(),
  });
}

/** What a user may do in a guild, channels aside. */
export function permissionsInGuild(world: World, userId: Id, guild: Guild): bigint {
  return permissionsOf(userId, {
    guild,
    channel: undefined,
    parent: undefined,
    nowMs: world.clock.nowMs(),
  });
}

/** Whether a user may do this in a channel. */
export function may(world: World, userId: Id, channel: Channel, what: Permission): boolean {
  return (permissionsIn(world, userId, channel) & permission[what]) !== 0n;
}

/** The channel as somebody who may see it knows it. Refuses with 10003 and 50001. */
export function visibleChannel(world: World, userId: Id, channelId: Id): Channel {
  const channel = world.channels.get(channelId);
  if (!channel) throw refused("unknownChannel");
  if (!may(world, userId, channel, "viewChannel")) throw refused("missingAccess");
  return channel;
}

/** Refuses with 50013 unless the user has all of these in the channel. */
export function demand(world: World, userId: Id, channel: Channel, ...whats: readonly Permission[]): void {
  if (whats.some((what) => !may(world, userId, channel, what))) throw refused("missingPermissions");
}

/** The guild as its members know it. Refuses with 10004. */
export function guildOfMember(world: World, userId: Id, guildId: Id): Guild {
  const guild = world.guilds.get(guildId);
  if (!guild?.members.has(userId)) throw refused("unknownGuild");
  return guild;
}

/** The messages of a channel, made when first asked for. */
export function messagesIn(world: World, channelId: Id): Map<Id, Message> {
  const known = world.messages.get(channelId);
  if (known) return known;
  const fresh = new Map<Id, Message>();
  world.messages.set(channelId, fresh);
  return fresh;
}

/** A message people and bots can see. Refuses with 10008. */
export function messageIn(world: World, channelId: Id, messageId: Id): Message {
  const message = world.messages.get(channelId)?.get(messageId);
  if (!message || message.onlyFor !== undefined) throw refused("unknownMessage");
  return message;
}

/** A user who must exist. */
export function userNamed(world: World, userId: Id): User {
  const user = world.users.get(userId);
  if (!user) throw refused("unknownUser");
  return user;
}
