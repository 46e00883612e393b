import { refused } from "../api-error.ts";
import { channelType, messageFlag, type Channel } from "../entities.ts";
import type { Form } from "../form.ts";
import { readMessage, storeAll } from "../message-form.ts";
import { post, revise } from "../messages.ts";
import { createThread, joinThread, leaveThread, activeThreads } from "../threads.ts";
import { messagePayload } from "../wire-messages.ts";
import { channelPayload, memberPayload, timestamp } from "../wire.ts";
import { demand, guildOfMember, may, permissionsIn, visibleChannel, type World } from "../world.ts";
import { messageOf } from "./message-places.ts";
import { ordinaryTypes } from "./references.ts";
import {
  botOf,
  formOf,
  noContent,
  ok,
  param,
  uploadOf,
  type RestAnswer,
  type RestRequest,
  type Route,
} from "./route.ts";

const archiveMinutes = [60, 1440, 4320, 10_080];

interface ThreadForm {
  readonly name: string;
  readonly autoArchiveMinutes: number;
  readonly rateLimitSeconds: number;
}

function readThread(form: Form): ThreadForm {
  return {
    name: form.text("name", { required: true, min: 1, max: 100 }) ?? "",
    autoArchiveMinutes: form.integer("auto_archive_duration", { of: archiveMinutes }) ?? 4320,
    rateLimitSeconds: form.integer("rate_limit_per_user", { min: 0, max: 21_600 }) ?? 0,
  };
}

/** Start Thread from Message: text and announcement channels only, one thread a message. */
function startOnMessage(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const parent = visibleChannel(world, bot.userId, param(request, "channel"));
  if (parent.type !== channelType.text && parent.type !== channelType.announcement) {
    throw refused("wrongChannelType");
  }
  const message = messageOf(request, parent);
  demand(world, bot.userId, parent, "createPublicThreads", "readMessageHistory");
  if (message.flags & messageFlag.hasThread) throw refused("threadExists");
  if (!ordinaryTypes.includes(message.type)) throw refused("systemMessage");
  const form = formOf(request);
  const fields = readThread(form);
  form.check();
  const type = parent.type === channelType.text ? channelType.publicThread : channelType.announcementThread;
  const thread = createThread(world, { parent, type, ownerId: bot.userId, id: message.id, ...fields });
  revise(world, message, { flags: message.flags | messageFlag.hasThread }, { silent: true });
  post(world, {
    channel: thread,
    authorId: message.authorId,
    content: "",
    type: 21,
    reference: { type: "reply", channelId: parent.id, guildId: parent.guildId, messageId: message.id },
    allowedMentions: { parse: [], users: undefined, roles: undefined, repliedUser: false },
  });
  return { status: 201, body: channelPayload(world, thread, bot.userId) };
}

/** Start Thread without Message, and Start Thread in Forum or Media Channel. */
function start(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const parent = visibleChannel(world, bot.userId, param(request, "channel"));
  if (parent.type === channelType.forum || parent.type === channelType.media)
    return startPost(request, parent);
  if (parent.type !== channelType.text && parent.type !== channelType.announcement) {
    throw refused("wrongChannelType");
  }
  const { form } = uploadOf(request);
  const fields = readThread(form);
  const types = parent.type === channelType.text ? [11, 12] : [10];
  const type = form.integer("type", { of: types }) ?? (parent.type === channelType.text ? 12 : 10);
  const invitable = form.flag("invitable") ?? true;
  form.check();
  demand(world, bot.userId, parent, type === 12 ? "createPrivateThreads" : "createPublicThreads");
  const thread = createThread(world, {
    parent,
    type: type as 10 | 11 | 12,
    ownerId: bot.userId,
    id: world.nextId(),
    invitable,
    ...fields,
  });
  return { status: 201, body: channelPayload(world, thread, bot.userId) };
}

function startPost(request: RestRequest, parent: Channel): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  demand(world, bot.userId, parent, "sendMessages");
  const { form, files } = uploadOf(request);
  const fields = readThread(form);
  const message = form.object("message", { required: true });
  form.check();
  if (!message) throw refused("emptyMessage");
  const read = readMessage(message, { files });
  if (read.uploads.length > 0) demand(world, bot.userId, parent, "attachFiles");
  const id = world.nextId();
  const thread = createThread(world, {
    parent,
    type: channelType.publicThread,
    ownerId: bot.userId,
    id,
    ...fields,
  });
  const posted = post(world, {
    id,
    channel: thread,
    authorId: bot.userId,
    content: read.content ?? "",
    flags: read.flags ?? 0,
    embeds: read.embeds ?? [],
    components: read.components ?? [],
    attachments: storeAll(world, read, thread),
    allowedMentions: read.allowedMentions,
  });
  const body = { ...channelPayload(world, thread, bot.userId), message: messagePayload(world, posted, bot) };
  return { status: 201, body };
}

/** The thread of the request, visible to the bot. Refuses with 50024 for what is none. */
function threadOf(request: RestRequest): Channel & { readonly thread: NonNullable<Channel["thread"]> } {
  const channel = visibleChannel(request.world, botOf(request).userId, param(request, "channel"));
  if (!channel.thread) throw refused("wrongChannelType");
  return channel as Channel & { readonly thread: NonNullable<Channel["thread"]> };
}

function join(request: RestRequest): RestAnswer {
  const thread = threadOf(request);
  if (thread.thread.archived) throw refused("archivedThread");
  joinThread(request.world, thread, botOf(request).userId);
  return noContent;
}

function leave(request: RestRequest): RestAnswer {
  const thread = threadOf(request);
  if (thread.thread.archived) throw refused("archivedThread");
  leaveThread(request.world, thread, botOf(request).userId);
  return noContent;
}

function add(request: RestRequest): RestAnswer {
  const { world } = request;
  const thread = threadOf(request);
  if (thread.thread.archived) throw refused("archivedThread");
  demand(world, botOf(request).userId, thread, "sendMessagesInThreads");
  const userId = param(request, "user");
  if (!world.users.has(userId)) throw refused("unknownUser");
  if (permissionsIn(world, userId, thread) === 0n && thread.type !== channelType.privateThread) {
    throw refused("missingAccess");
  }
  joinThread(world, thread, userId);
  return noContent;
}

function expel(request: RestRequest): RestAnswer {
  const thread = threadOf(request);
  if (thread.thread.archived) throw refused("archivedThread");
  demand(request.world, botOf(request).userId, thread, "manageThreads");
  leaveThread(request.world, thread, param(request, "user"));
  return noContent;
}

function threadMember(world: World, thread: Channel, userId: string, withMember: boolean): object {
  const joined = thread.thread?.members.get(userId);
  if (!joined) throw refused("unknownMember");
  const member = world.guilds.get(thread.guildId ?? "")?.members.get(userId);
  return {
    id: thread.id,
    user_id: userId,
    join_timestamp: timestamp(joined.joinedAtMs),
    flags: 1,
    ...(withMember && member && { member: memberPayload(world, member) }),
  };
}

function members(request: RestRequest): RestAnswer {
  const { world, query } = request;
  const thread = threadOf(request);
  // The list is a privileged matter, single members are not (Discord API, "List Thread Members").
  if (!botOf(request).privileged.guildMembers) throw refused("missingAccess");
  const withMember = query.get("with_member") === "true";
  return ok([...thread.thread.members.keys()].map((id) => threadMember(world, thread, id, withMember)));
}

function member(request: RestRequest): RestAnswer {
  const thread = threadOf(request);
  const userId = param(request, "user") === "@me" ? botOf(request).userId : param(request, "user");
  return ok(threadMember(request.world, thread, userId, request.query.get("with_member") === "true"));
}

function listed(request: RestRequest, threads: readonly Channel[]): RestAnswer {
  const { userId } = botOf(request);
  const { world } = request;
  const visible = threads.filter((thread) => permissionsIn(world, userId, thread) !== 0n);
  const own = visible.filter((thread) => thread.thread?.members.has(userId));
  return ok({
    threads: visible.map((thread) => channelPayload(world, thread, userId)),
    members: own.map((thread) => threadMember(world, thread, userId, false)),
    has_more: false,
  });
}

function active(request: RestRequest): RestAnswer {
  const guild = guildOfMember(request.world, botOf(request).userId, param(request, "guild"));
  return listed(request, activeThreads(request.world, guild.id));
}

function archived(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const parent = visibleChannel(world, bot.userId, param(request, "channel"));
  demand(world, bot.userId, parent, "readMessageHistory");
  const isPrivate = param(request, "kind") === "private";
  if (isPrivate && !may(world, bot.userId, parent, "manageThreads")) throw refused("missingPermissions");
  const found = [...world.channels.values()].filter(
    ({ parentId, thread, type }) =>
      parentId === parent.id &&
      thread?.archived === true &&
      (type === channelType.privateThread) === isPrivate,
  );
  return listed(request, found);
}

export const threadRoutes: readonly Route[] = [
  { method: "POST", path: "/channels/:channel/messages/:message/threads", answer: startOnMessage },
  { method: "POST", path: "/channels/:channel/threads", answer: start },
  { method: "GET", path: "/channels/:channel/threads/archived/:kind", answer: archived },
  { method: "GET", path: "/guilds/:guild/threads/active", answer: active },
  { method: "GET", path: "/channels/:channel/thread-members", answer: members },
  { method: "GET", path: "/channels/:channel/thread-members/:user", answer: member },
  { method: "PUT", path: "/channels/:channel/thread-members/@me", answer: join },
  { method: "DELETE", path: "/channels/:channel/thread-members/@me", answer: leave },
  { method: "PUT", path: "/channels/:channel/thread-members/:user", answer: add },
  { method: "DELETE", path: "/channels/:channel/thread-members/:user", answer: expel },
];
