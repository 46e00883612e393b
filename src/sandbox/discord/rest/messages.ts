import { refused, type ApiError } from "../api-error.ts";
import { channelType, messageFlag, type Channel, type Message, type MessageReference } from "../entities.ts";
import { invalidForm, type Form } from "../form.ts";
import { attachmentsAfter, readMessage, storeAll, type MessageForm } from "../message-form.ts";
import { post, remove, revise } from "../messages.ts";
import { bySnowflake, isSnowflake, timeOfSnowflake } from "../snowflakes.ts";
import { isReadable, messagePayload } from "../wire-messages.ts";
import { demand, may, messageIn, messagesIn, visibleChannel, type Viewer, type World } from "../world.ts";
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

/** Default, reply and the two kinds of command answer: everything else is a system message. */
export const ordinaryTypes: readonly number[] = [0, 19, 20, 23];
const withoutMessages: readonly number[] = [channelType.category, channelType.forum, channelType.media];

/** The channel of the request, as one that holds messages. Refuses with 10003, 50001 and 50008. */
export function textChannel(request: RestRequest): Channel {
  const { world } = request;
  const bot = botOf(request);
  const channel = visibleChannel(world, bot.userId, param(request, "channel"));
  if (withoutMessages.includes(channel.type)) throw refused("nonTextChannel");
  // Text in voice is for those who may connect (Discord API, "Get Channel Messages").
  const isVoice = channel.type === channelType.voice || channel.type === channelType.stage;
  if (isVoice && !may(world, bot.userId, channel, "connect")) throw refused("missingAccess");
  return channel;
}

/** The message of the request. Refuses with 10008. */
export function messageOf(request: RestRequest, channel: Channel): Message {
  return messageIn(request.world, channel.id, param(request, "message"));
}

function refuseSendingInto(world: World, channel: Channel, userId: string): void {
  if (channel.thread) {
    demand(world, userId, channel, "sendMessagesInThreads");
    if (channel.thread.locked && !may(world, userId, channel, "manageThreads")) throw refused("threadLocked");
  } else demand(world, userId, channel, "sendMessages");
}

interface Referring {
  readonly reference: MessageReference | undefined;
  readonly snapshotOf: Message | undefined;
}

interface GivenReference {
  readonly isForward: boolean;
  readonly messageId: string;
  readonly channelId: string;
  readonly mustExist: boolean;
}

function givenReference(form: Form, channel: Channel): GivenReference | undefined {
  const given = form.object("message_reference");
  if (!given) return undefined;
  const read = {
    isForward: given.integer("type", { of: [0, 1] }) === 1,
    messageId: given.id("message_id", { required: true }) ?? "",
    channelId: given.id("channel_id") ?? channel.id,
    mustExist: given.flag("fail_if_not_exists") ?? true,
  };
  form.check();
  return read;
}

function badReference(code: string, message: string): ApiError {
  return invalidForm(["message_reference"], code, message);
}

function refuseReply(world: World, given: GivenReference, found: Message | undefined, place: Place): void {
  if (!may(world, place.bot.userId, place.channel, "readMessageHistory")) throw refused("replyNeedsHistory");
  if (given.channelId !== place.channel.id) {
    throw badReference(
      "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
      "Cannot reply to a message in a different channel",
    );
  }
  if (found && !ordinaryTypes.includes(found.type)) {
    throw badReference("REPLIES_CANNOT_REFERENCE_SYSTEM_MESSAGE", "Cannot reply to a system message");
  }
}

function refuseForward(world: World, found: Message, source: Channel, bot: Viewer): void {
  const mayRead =
    may(world, bot.userId, source, "viewChannel") && may(world, bot.userId, source, "readMessageHistory");
  if (!mayRead) throw refused("missingAccess");
  if (!isReadable(world, found, bot)) throw refused("cannotForward");
}

interface Place {
  readonly channel: Channel;
  readonly bot: Viewer;
}

/** The message a request replies to or forwards. */
function readReference(world: World, form: Form, place: Place): Referring {
  const given = givenReference(form, place.channel);
  if (!given) return { reference: undefined, snapshotOf: undefined };
  const { channelId, messageId } = given;
  const source = world.channels.get(channelId);
  const found = visibleMessages(world, channelId).find(({ id }) => id === messageId);
  if (!given.isForward) refuseReply(world, given, found, place);
  if (!found || !source) {
    if (!given.isForward && !given.mustExist) return { reference: undefined, snapshotOf: undefined };
    throw badReference("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
  }
  const target = { channelId, guildId: source.guildId, messageId };
  if (!given.isForward) return { reference: { type: "reply", ...target }, snapshotOf: undefined };
  refuseForward(world, found, source, place.bot);
  return { reference: { type: "forward", ...target }, snapshotOf: found };
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

function newestFirst(messages: readonly Message[]): readonly Message[] {
  return messages.toReversed();
}

function visibleMessages(world: World, channelId: string): readonly Message[] {
  return [...messagesIn(world, channelId).values()].filter(({ onlyFor }) => onlyFor === undefined);
}

function page(all: readonly Message[], query: URLSearchParams): readonly Message[] {
  const limit = Number(query.get("limit") ?? "50");
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidForm(["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
  }
  for (const name of ["before", "after", "around"]) {
    const given: unknown = query.get(name);
    if (given !== null && !isSnowflake(given) && given !== "0") {
      throw invalidForm([name], "NUMBER_TYPE_COERCE", `Value "${query.get(name)}" is not snowflake.`);
    }
  }
  const [before, after, around] = [query.get("before"), query.get("after"), query.get("around")];
  if (around !== null) {
    const at = all.findIndex(({ id }) => bySnowflake(id, around) >= 0);
    const start = Math.max(0, (at === -1 ? all.length : at) - Math.floor(limit / 2));
    return newestFirst(all.slice(start, start + limit));
  }
  if (after !== null) return newestFirst(all.filter(({ id }) => bySnowflake(id, after) > 0).slice(0, limit));
  const older = before === null ? all : all.filter(({ id }) => bySnowflake(id, before) < 0);
  return newestFirst(older.slice(-limit));
}

function list(request: RestRequest): RestAnswer {
  const { world, query } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  // No error: whoever may not read the history sees an empty one (Discord API, "Get Channel Messages").
  if (!may(world, bot.userId, channel, "readMessageHistory")) return ok([]);
  const all = visibleMessages(world, channel.id);
  return ok(page(all, query).map((message) => messagePayload(world, message, bot)));
}

function get(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  demand(world, bot.userId, channel, "readMessageHistory");
  return ok(messagePayload(world, messageOf(request, channel), bot));
}

/** Only MANAGE_MESSAGES may touch other people's messages, and only to hide their embeds. */
function refuseForeignEdit(world: World, message: Message, form: Form, bot: Viewer): void {
  if (message.authorId === bot.userId && (!message.webhook || message.applicationId !== undefined)) return;
  const channel = world.channels.get(message.channelId);
  const onlyFlags = Object.keys(form.raw).every((name) => name === "flags");
  if (!onlyFlags || !channel || !may(world, bot.userId, channel, "manageMessages"))
    throw refused("notYourMessage");
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
  { method: "GET", path: "/channels/:channel/messages", answer: list },
  { method: "POST", path: "/channels/:channel/messages", answer: create },
  { method: "POST", path: "/channels/:channel/messages/bulk-delete", answer: destroyMany },
  { method: "GET", path: "/channels/:channel/messages/:message", answer: get },
  { method: "PATCH", path: "/channels/:channel/messages/:message", answer: edit },
  { method: "DELETE", path: "/channels/:channel/messages/:message", answer: destroy },
  { method: "POST", path: "/channels/:channel/typing", answer: typing },
];
