import { refused } from "../api-error.ts";
import { messageFlag, type Channel, type Message } from "../entities.ts";
import type { Form } from "../form.ts";
import { attachmentsAfter, readMessage, storeAll, type MessageForm } from "../message-form.ts";
import { post, remove, revise } from "../messages.ts";
import { isSnowflake, timeOfSnowflake } from "../snowflakes.ts";
import { messagePayload } from "../wire-messages.ts";
import { demand, may, messagesIn, type Viewer, type World } from "../world.ts";
import { messageOf, textChannel } from "./message-places.ts";
import { ordinaryTypes, readReference } from "./references.ts";
import {
  botOf,
  formOf,
  noContent,
  ok,
  uploadOf,
  type RestAnswer,
  type RestRequest,
  type Route,
} from "./route.ts";

function refuseSendingInto(world: World, channel: Channel, userId: string): void {
  if (channel.thread) {
    demand(world, userId, channel, "sendMessagesInThreads");
    if (channel.thread.locked && !may(world, userId, channel, "manageThreads")) throw refused("threadLocked");
  } else demand(world, userId, channel, "sendMessages");
}

/** The message sent before with the same nonce, as far as `enforce_nonce` looks back. */
function knownNonce(
  world: World,
  channel: Channel,
  authorId: string,
  nonce: string | undefined,
): Message | undefined {
  const since = world.clock.nowMs() - 5 * 60_000;
  return [...messagesIn(world, channel.id).values()].findLast(
    (one) => one.authorId === authorId && String(one.nonce) === nonce && timeOfSnowflake(one.id) >= since,
  );
}

function readNonce(form: Form): string | undefined {
  const nonce = form.text("nonce", { max: 25 });
  if (form.flag("enforce_nonce") === true && nonce === undefined) {
    form.issue("NONCE_REQUIRED", "A nonce is required when enforce_nonce is set.", "nonce");
  }
  return nonce;
}

function demandFor(world: World, channel: Channel, userId: string, message: MessageForm): void {
  if (message.uploads.length > 0) demand(world, userId, channel, "attachFiles");
  const isVoice = ((message.flags ?? 0) & messageFlag.voice) !== 0;
  if (isVoice && !may(world, userId, channel, "sendVoiceMessages")) throw refused("voiceNotHere");
}

function create(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  refuseSendingInto(world, channel, bot.userId);
  const { form, files } = uploadOf(request);
  const nonce = readNonce(form);
  const tts = form.flag("tts") ?? false;
  const { reference, snapshotOf } = readReference(world, form, { channel, bot });
  const enforced =
    form.raw["enforce_nonce"] === true ? knownNonce(world, channel, bot.userId, nonce) : undefined;
  if (enforced) return ok(messagePayload(world, enforced, bot));
  if (snapshotOf) {
    form.check();
    return ok(
      messagePayload(
        world,
        post(world, { channel, authorId: bot.userId, content: "", nonce, reference, snapshotOf }),
        bot,
      ),
    );
  }
  const message = readMessage(form, { files });
  demandFor(world, channel, bot.userId, message);
  const mayEmbed = may(world, bot.userId, channel, "embedLinks");
  const posted = post(world, {
    channel,
    authorId: bot.userId,
    content: message.content ?? "",
    flags: message.flags ?? 0,
    // Without EMBED_LINKS embeds are dropped, not refused.
    embeds: mayEmbed ? (message.embeds ?? []) : [],
    components: message.components ?? [],
    attachments: storeAll(world, message, channel),
    allowedMentions: message.allowedMentions,
    nonce,
    tts,
    reference,
  });
  return ok(messagePayload(world, posted, bot));
}

/** Only MANAGE_MESSAGES may touch other people's messages, and only to hide their embeds. */
function refuseForeignEdit(world: World, message: Message, form: Form, bot: Viewer): void {
  if (message.authorId === bot.userId) return;
  const channel = world.channels.get(message.channelId);
  const onlyFlags = Object.keys(form.raw).every((name) => name === "flags");
  if (!onlyFlags || !channel || !may(world, bot.userId, channel, "manageMessages"))
    throw refused("notYourMessage");
}

/** Messages older than an hour: three edits in six seconds a channel, as people observe it. */
function refuseManyOldEdits(world: World, { id, channelId }: Message): void {
  const nowMs = world.clock.nowMs();
  if (nowMs - timeOfSnowflake(id) < 3_600_000) return;
  const standing = world.limiter.take(`old edits ${channelId}`, { limit: 3, windowMs: 6000 });
  if (!standing.allowed) throw refused("tooManyOldEdits", standing.resetAtMs - nowMs);
}

function edit(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  const message = messageOf(request, channel);
  const { form, files } = uploadOf(request);
  if (message.snapshot || !ordinaryTypes.includes(message.type)) throw refused("systemMessage");
  refuseForeignEdit(world, message, form, bot);
  if (channel.thread?.archived === true) throw refused("archivedThread");
  if (channel.thread?.locked === true && !may(world, bot.userId, channel, "manageThreads"))
    throw refused("threadLocked");
  refuseManyOldEdits(world, message);
  const read = readMessage(form, { files, editing: message });
  if (read.uploads.length > 0) demand(world, bot.userId, channel, "attachFiles");
  const attachments = attachmentsAfter(world, read, { message, channel });
  revise(world, message, { ...read, attachments });
  return ok(messagePayload(world, message, bot));
}

function destroy(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  const message = messageOf(request, channel);
  if (message.authorId !== bot.userId) {
    if (channel.guildId === undefined) throw refused("dmChannel");
    demand(world, bot.userId, channel, "manageMessages");
  }
  const isShut = channel.thread?.locked === true && channel.thread.archived;
  if (isShut && !may(world, bot.userId, channel, "manageThreads")) throw refused("archivedThread");
  remove(world, channel, [message]);
  return noContent;
}

function destroyMany(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  if (channel.guildId === undefined) throw refused("dmChannel");
  demand(world, bot.userId, channel, "manageMessages");
  const form = formOf(request);
  const ids = form.texts("messages", { required: true }) ?? [];
  form.check();
  if (ids.length < 2 || ids.length > 100) throw refused("bulkDeleteCount");
  const oldest = world.clock.nowMs() - 14 * 24 * 3_600_000;
  if (ids.some((id) => isSnowflake(id) && timeOfSnowflake(id) < oldest)) throw refused("tooOldForBulkDelete");
  const known = messagesIn(world, channel.id);
  const found = ids.flatMap((id) => known.get(id) ?? []);
  remove(world, channel, found, true);
  return noContent;
}

function typing(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  refuseSendingInto(world, channel, bot.userId);
  const payload = {
    channel_id: channel.id,
    ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
    user_id: bot.userId,
    timestamp: Math.floor(world.clock.nowMs() / 1000),
  };
  world.dispatch({
    type: "TYPING_START",
    guildId: channel.guildId,
    channelId: channel.id,
    payloadFor: () => payload,
  });
  return noContent;
}

export const messageRoutes: readonly Route[] = [
  { method: "POST", path: "/channels/:channel/messages", answer: create },
  { method: "POST", path: "/channels/:channel/messages/bulk-delete", answer: destroyMany },
  { method: "PATCH", path: "/channels/:channel/messages/:message", answer: edit },
  { method: "DELETE", path: "/channels/:channel/messages/:message", answer: destroy },
  { method: "POST", path: "/channels/:channel/typing", answer: typing },
];
