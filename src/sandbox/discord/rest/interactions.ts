import { refused } from "../api-error.ts";
import { messageFlag, type Message } from "../entities.ts";
import { acknowledge, callbackType, editAnswer, followUp } from "../interaction-answers.ts";
import type { Interaction, Interactions } from "../interactions.ts";
import { remove } from "../messages.ts";
import { messagePayload, omniscient } from "../wire-messages.ts";
import type { World } from "../world.ts";
import { noContent, ok, param, uploadOf, type RestAnswer, type RestRequest, type Route } from "./route.ts";

/** What a callback with with_response=true answers (Discord API, "Interaction Callback Response Object"). */
function callbackPayload(world: World, interaction: Interaction, type: number): object {
  const { original, state } = interaction;
  const shows =
    type === callbackType.message || type === callbackType.update || type === callbackType.deferredMessage;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      channel_id: interaction.channel.id,
      ...(interaction.channel.guildId !== undefined && { guild_id: interaction.channel.guildId }),
      ...(original && {
        response_message_id: original.id,
        response_message_loading: state.type === "deferred",
        response_message_ephemeral: (original.flags & messageFlag.ephemeral) !== 0,
      }),
    },
    resource: { type, ...(shows && original && { message: messagePayload(world, original, omniscient) }) },
  };
}

/** Routes of interactions: their token in the path is all they need. */
export function interactionRoutes(interactions: Interactions): readonly Route[] {
  const callback = (request: RestRequest): RestAnswer => {
    const { world } = request;
    const interaction = interactions.toAcknowledge(param(request, "interaction"), param(request, "token"));
    const type = acknowledge(world, interaction, uploadOf(request));
    if (request.query.get("with_response") !== "true") return noContent;
    return ok(callbackPayload(world, interaction, type));
  };
  return [
    { method: "POST", path: "/interactions/:interaction/:token/callback", auth: "none", answer: callback },
  ];
}

/** The webhook routes as they work with an interaction's token. */
export interface AnswerRoutes {
  send(request: RestRequest): RestAnswer;
  get(request: RestRequest): RestAnswer;
  edit(request: RestRequest): RestAnswer;
  destroy(request: RestRequest): RestAnswer;
}

function answerOf(request: RestRequest, { original, replies }: Interaction): Message {
  const id = param(request, "message");
  const found = id === "@original" ? original : [...replies, original].find((one) => one?.id === id);
  const known = found && request.world.messages.get(found.channelId)?.get(found.id);
  if (!known) throw refused("unknownMessage");
  return known;
}

function shown(request: RestRequest, message: Message): RestAnswer {
  return ok(messagePayload(request.world, message, omniscient));
}

export function answerRoutes(interactions: Interactions): AnswerRoutes {
  const interactionOf = (request: RestRequest): Interaction =>
    interactions.ofWebhook(param(request, "webhook"), param(request, "token"));
  return {
    send: (request) => shown(request, followUp(request.world, interactionOf(request), uploadOf(request))),
    get: (request) => shown(request, answerOf(request, interactionOf(request))),
    edit: (request) => {
      const interaction = interactionOf(request);
      const message = answerOf(request, interaction);
      editAnswer(request.world, interaction, message, uploadOf(request));
      return shown(request, message);
    },
    destroy: (request) => {
      const interaction = interactionOf(request);
      remove(request.world, interaction.channel, [answerOf(request, interaction)]);
      return noContent;
    },
  };
}
