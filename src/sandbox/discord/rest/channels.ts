import { refused } from "../api-error.ts";
import { channelType, type Channel } from "../entities.ts";
import type { Form } from "../form.ts";
import { channelChanged, deleteChannel, openDm } from "../places.ts";
import { setArchived, tellOfThread } from "../threads.ts";
import { channelPayload } from "../wire.ts";
import { demand, may, visibleChannel, type World } from "../world.ts";
import {
  botOf,
  formOf,
  noContent,
  ok,
  param,
  type RestAnswer,
  type RestRequest,
  type Route,
} from "./route.ts";

function get(request: RestRequest): RestAnswer {
  const { userId } = botOf(request);
  return ok(
    channelPayload(request.world, visibleChannel(request.world, userId, param(request, "channel")), userId),
  );
}

interface ThreadChange {
  readonly name: string | undefined;
  readonly archived: boolean | undefined;
  readonly locked: boolean | undefined;
  readonly invitable: boolean | undefined;
  readonly autoArchiveMinutes: number | undefined;
  readonly rateLimitSeconds: number | undefined;
}

function readThreadChange(form: Form): ThreadChange {
  const change = {
    name: form.text("name", { min: 1, max: 100 }),
    archived: form.flag("archived"),
    locked: form.flag("locked"),
    invitable: form.flag("invitable"),
    autoArchiveMinutes: form.integer("auto_archive_duration", { of: [60, 1440, 4320, 10_080] }),
    rateLimitSeconds: form.integer("rate_limit_per_user", { min: 0, max: 21_600 }),
  };
  form.check();
  return change;
}

/** Who may change what about a thread (Discord API, "Threads", "Editing & Deleting Threads"). */
function refuseThreadChange(request: RestRequest, thread: Channel, change: ThreadChange): void {
  const { world } = request;
  const { userId } = botOf(request);
  const state = thread.thread;
  if (!state || may(world, userId, thread, "manageThreads")) return;
  if (change.locked !== undefined || change.rateLimitSeconds !== undefined)
    throw refused("missingPermissions");
  const isOwner = thread.ownerId === userId;
  if (state.locked) throw refused(isOwner ? "threadLocked" : "missingPermissions");
  const onlyUnarchives =
    change.archived === false && change.name === undefined && change.autoArchiveMinutes === undefined;
  if (!isOwner && !(onlyUnarchives && state.members.has(userId))) throw refused("missingPermissions");
}

/** A channel's name and topic: twice in ten minutes, as people observe it. */
function refuseManyRenames(world: World, channel: Channel): void {
  const standing = world.limiter.take(`renames ${channel.id}`, { limit: 2, windowMs: 600_000 });
  if (!standing.allowed) throw refused("tooManyRenames", standing.resetAtMs - world.clock.nowMs());
}

function editThread(request: RestRequest, thread: Channel): RestAnswer {
  const { world } = request;
  const change = readThreadChange(formOf(request));
  refuseThreadChange(request, thread, change);
  const state = thread.thread;
  if (!state) throw refused("wrongChannelType");
  // Only unarchiving can be done to an archived thread, together with anything else.
  const changesMore = Object.entries(change).some(
    ([name, value]) => name !== "archived" && value !== undefined,
  );
  if (state.archived && change.archived !== false && changesMore) throw refused("archivedThread");
  if (change.name !== undefined) refuseManyRenames(world, thread);
  if (change.archived !== undefined) setArchived(world, thread, change.archived);
  if (change.autoArchiveMinutes !== undefined) {
    state.autoArchiveMinutes = change.autoArchiveMinutes;
    state.archiveTimestampMs = world.clock.nowMs();
  }
  thread.name = change.name ?? thread.name;
  thread.rateLimitSeconds = change.rateLimitSeconds ?? thread.rateLimitSeconds;
  state.locked = change.locked ?? state.locked;
  state.invitable = change.invitable ?? state.invitable;
  tellOfThread(world, "THREAD_UPDATE", thread);
  return ok(channelPayload(world, thread, botOf(request).userId));
}

function edit(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const channel = visibleChannel(world, userId, param(request, "channel"));
  if (channel.thread) return editThread(request, channel);
  if (channel.guildId === undefined) throw refused("dmChannel");
  demand(world, userId, channel, "manageChannels");
  const form = formOf(request);
  const name = form.text("name", { min: 1, max: 100 });
  const topic = form.text("topic", { max: 1024 });
  const rateLimitSeconds = form.integer("rate_limit_per_user", { min: 0, max: 21_600 });
  form.check();
  if (name !== undefined || topic !== undefined) refuseManyRenames(world, channel);
  channel.name = name ?? channel.name;
  channel.topic = form.isNull("topic") ? null : (topic ?? channel.topic);
  channel.rateLimitSeconds = rateLimitSeconds ?? channel.rateLimitSeconds;
  channelChanged(world, "CHANNEL_UPDATE", channel);
  return ok(channelPayload(world, channel, userId));
}

/** Deletes a channel or thread; a DM is only closed. */
function destroy(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const channel = visibleChannel(world, userId, param(request, "channel"));
  const payload = channelPayload(world, channel, userId);
  if (channel.guildId === undefined) return ok(payload);
  demand(world, userId, channel, channel.thread ? "manageThreads" : "manageChannels");
  deleteChannel(world, channel);
  return ok(payload);
}

function setVoiceStatus(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const channel = visibleChannel(world, userId, param(request, "channel"));
  if (channel.type !== channelType.voice) throw refused("wrongChannelType");
  const form = formOf(request);
  const status = form.text("status", { max: 500 });
  form.check();
  demand(world, userId, channel, "setVoiceChannelStatus");
  const inside = world.guilds.get(channel.guildId ?? "")?.voiceStates.get(userId)?.channelId === channel.id;
  if (!inside) demand(world, userId, channel, "manageChannels");
  channel.voiceStatus = status ?? null;
  const payload = { id: channel.id, guild_id: channel.guildId, status: channel.voiceStatus };
  world.dispatch({
    type: "VOICE_CHANNEL_STATUS_UPDATE",
    guildId: channel.guildId,
    channelId: channel.id,
    payloadFor: () => payload,
  });
  return noContent;
}

function createDm(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const form = formOf(request);
  const recipientId = form.id("recipient_id", { required: true }) ?? "";
  form.check();
  if (!world.users.has(recipientId)) throw refused("unknownUser");
  if (world.users.get(recipientId)?.bot !== false || recipientId === userId) throw refused("cannotDm");
  return ok(channelPayload(world, openDm(world, userId, recipientId), userId));
}

export const channelRoutes: readonly Route[] = [
  { method: "GET", path: "/channels/:channel", answer: get },
  { method: "PATCH", path: "/channels/:channel", answer: edit },
  { method: "DELETE", path: "/channels/:channel", answer: destroy },
  { method: "PUT", path: "/channels/:channel/voice-status", answer: setVoiceStatus },
  { method: "POST", path: "/users/@me/channels", answer: createDm },
];
