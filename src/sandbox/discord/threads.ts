import { refused } from "./api-error.ts";
import { channelType, type Channel, type Id } from "./entities.ts";
import { channelPayload, timestamp } from "./wire.ts";
import type { World } from "./world.ts";

export interface NewThread {
  readonly parent: Channel;
  readonly type: 10 | 11 | 12;
  readonly name: string;
  readonly ownerId: Id;
  /** The message's id for a thread on a message, otherwise a fresh one. */
  readonly id: Id;
  readonly autoArchiveMinutes: number;
  readonly rateLimitSeconds?: number;
  readonly invitable?: boolean;
  readonly tags?: readonly Id[];
}

/** Tells viewers of a thread about it. */
export function tellOfThread(world: World, type: string, thread: Channel, extra: object = {}): void {
  world.dispatch({
    type,
    guildId: thread.guildId,
    channelId: thread.id,
    payloadFor: ({ userId }) => ({ ...channelPayload(world, thread, userId), ...extra }),
  });
}

/** The active threads of a guild, which are capped. */
export function activeThreads(world: World, guildId: Id | undefined): readonly Channel[] {
  return [...world.channels.values()].filter(
    (channel) => channel.guildId === guildId && channel.thread?.archived === false,
  );
}

function refuseWhenFull(world: World, guildId: Id | undefined, type: number): void {
  if (activeThreads(world, guildId).length < world.activeThreadLimit) return;
  throw refused(type === channelType.announcementThread ? "tooManyAnnouncementThreads" : "tooManyThreads");
}

/** Makes a thread, its owner in it, and tells the gateway. Refuses with 160006 or 160007 at the cap. */
export function createThread(world: World, fresh: NewThread): Channel {
  refuseWhenFull(world, fresh.parent.guildId, fresh.type);
  const nowMs = world.clock.nowMs();
  const thread: Channel = {
    id: fresh.id,
    type: fresh.type,
    guildId: fresh.parent.guildId,
    name: fresh.name,
    topic: null,
    position: 0,
    parentId: fresh.parent.id,
    ownerId: fresh.ownerId,
    recipients: [],
    overwrites: new Map(),
    rateLimitSeconds: fresh.rateLimitSeconds ?? 0,
    lastMessageId: null,
    voiceStatus: null,
    thread: {
      archived: false,
      archiveTimestampMs: nowMs,
      autoArchiveMinutes: fresh.autoArchiveMinutes,
      locked: false,
      invitable: fresh.invitable ?? true,
      members: new Map([[fresh.ownerId, { joinedAtMs: nowMs }]]),
      messageCount: 0,
      totalMessagesSent: 0,
      tags: fresh.tags ?? [],
    },
  };
  world.channels.set(thread.id, thread);
  tellOfThread(world, "THREAD_CREATE", thread, { newly_created: true });
  return thread;
}

/** Adds somebody to a thread; nothing happens when they are in it. */
export function joinThread(world: World, thread: Channel, userId: Id): void {
  const members = thread.thread?.members;
  if (!members || members.has(userId)) return;
  const joinedAtMs = world.clock.nowMs();
  members.set(userId, { joinedAtMs });
  // Whoever is added is told of the thread, known or not (Discord API, "Thread Create").
  world.dispatch({
    type: "THREAD_CREATE",
    guildId: thread.guildId,
    onlyFor: userId,
    payloadFor: () => channelPayload(world, thread, userId),
  });
  const joined = { id: thread.id, user_id: userId, join_timestamp: timestamp(joinedAtMs), flags: 1 };
  membersChanged(world, thread, { added_members: [joined] });
}

/** Takes somebody out of a thread. */
export function leaveThread(world: World, thread: Channel, userId: Id): void {
  if (thread.thread?.members.delete(userId)) membersChanged(world, thread, { removed_member_ids: [userId] });
}

function membersChanged(world: World, thread: Channel, change: object): void {
  const payload = {
    id: thread.id,
    guild_id: thread.guildId,
    member_count: Math.min(thread.thread?.members.size ?? 0, 50),
    ...change,
  };
  world.dispatch({
    type: "THREAD_MEMBERS_UPDATE",
    guildId: thread.guildId,
    channelId: thread.id,
    payloadFor: () => payload,
  });
}

/** Archives or unarchives; a guild full of active threads refuses the latter. */
export function setArchived(world: World, thread: Channel, archived: boolean): void {
  if (!thread.thread || thread.thread.archived === archived) return;
  if (!archived) refuseWhenFull(world, thread.guildId, thread.type);
  thread.thread.archived = archived;
  thread.thread.archiveTimestampMs = world.clock.nowMs();
}

/** A message wakes an archived thread. */
export function reviveThread(world: World, thread: Channel): void {
  if (!thread.thread?.archived) return;
  setArchived(world, thread, false);
  tellOfThread(world, "THREAD_UPDATE", thread);
}
