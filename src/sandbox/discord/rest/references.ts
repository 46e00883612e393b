import { refused, type ApiError } from "../api-error.ts";
import type { Channel, Message, MessageReference } from "../entities.ts";
import { invalidForm, type Form } from "../form.ts";
import { isReadable } from "../wire-messages.ts";
import { may, type Viewer, type World } from "../world.ts";

/** Default, reply and the two kinds of command answer: everything else is a system message. */
export const ordinaryTypes: readonly number[] = [0, 19, 20, 23];

/** What a new message refers to; for a forward, the message to copy. */
export interface Referring {
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

function visibleMessage(world: World, channelId: string, messageId: string): Message | undefined {
  const message = world.messages.get(channelId)?.get(messageId);
  return message?.onlyFor === undefined ? message : undefined;
}

/** The message a request replies to or forwards. Refuses with 50035, 50001, 160002 and 160014. */
export function readReference(world: World, form: Form, place: Place): Referring {
  const given = givenReference(form, place.channel);
  if (!given) return { reference: undefined, snapshotOf: undefined };
  const { channelId, messageId } = given;
  const source = world.channels.get(channelId);
  const found = visibleMessage(world, channelId, messageId);
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
