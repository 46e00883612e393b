import { randomBytes } from "node:crypto";

import { refused } from "../api-error.ts";
import { channelType, type Channel, type Message, type Payload, type Webhook } from "../entities.ts";
import type { Form } from "../form.ts";
import type { Interactions } from "../interactions.ts";
import { attachmentsAfter, readMessage, storeAll } from "../message-form.ts";
import { post, remove, revise } from "../messages.ts";
import { permission } from "../permissions.ts";
import { userPayload } from "../wire.ts";
import { messagePayload, omniscient } from "../wire-messages.ts";
import {
  demand,
  guildOfMember,
  messageIn,
  permissionsInGuild,
  userNamed,
  visibleChannel,
  type World,
} from "../world.ts";
import { answerRoutes } from "./interactions.ts";
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

const maxWebhooks = 15;

function webhookPayload(world: World, webhook: Webhook, withToken: boolean): Payload {
  return {
    id: webhook.id,
    type: 1,
    guild_id: webhook.guildId,
    channel_id: webhook.channelId,
    name: webhook.name,
    avatar: null,
    application_id: webhook.applicationId,
    user: userPayload(userNamed(world, webhook.creatorId)),
    ...(withToken && {
      token: webhook.token,
      url: `${world.cdn.origin}/api/webhooks/${webhook.id}/${webhook.token}`,
    }),
  };
}

function create(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = visibleChannel(world, bot.userId, param(request, "channel"));
  if (channel.thread || channel.guildId === undefined || channel.type === channelType.category)
    throw refused("wrongChannelType");
  demand(world, bot.userId, channel, "manageWebhooks");
  const form = formOf(request);
  const name = form.text("name", { required: true, min: 1, max: 80 }) ?? "";
  if (/clyde|discord/i.test(name))
    form.issue("USERNAME_INVALID_CONTAINS", 'Username cannot contain "clyde" or "discord"', "name");
  form.check();
  const siblings = [...world.webhooks.values()].filter(({ channelId }) => channelId === channel.id);
  if (siblings.length >= maxWebhooks) throw refused("tooManyWebhooks");
  const webhook: Webhook = {
    id: world.nextId(),
    token: randomBytes(51).toString("base64url"),
    channelId: channel.id,
    guildId: channel.guildId,
    applicationId: bot.id,
    creatorId: bot.userId,
    name,
  };
  world.webhooks.set(webhook.id, webhook);
  return ok(webhookPayload(world, webhook, true));
}

function listed(request: RestRequest, webhooks: readonly Webhook[]): RestAnswer {
  const { id } = botOf(request);
  return ok(webhooks.map((one) => webhookPayload(request.world, one, one.applicationId === id)));
}

function ofChannel(request: RestRequest): RestAnswer {
  const { world } = request;
  const channel = visibleChannel(world, botOf(request).userId, param(request, "channel"));
  demand(world, botOf(request).userId, channel, "manageWebhooks");
  return listed(
    request,
    [...world.webhooks.values()].filter(({ channelId }) => channelId === channel.id),
  );
}

function ofGuild(request: RestRequest): RestAnswer {
  const { world } = request;
  const { userId } = botOf(request);
  const guild = guildOfMember(world, userId, param(request, "guild"));
  if (!(permissionsInGuild(world, userId, guild) & permission.manageWebhooks))
    throw refused("missingPermissions");
  return listed(
    request,
    [...world.webhooks.values()].filter(({ guildId }) => guildId === guild.id),
  );
}

function webhookById(request: RestRequest): Webhook {
  const webhook = request.world.webhooks.get(param(request, "webhook"));
  if (!webhook) throw refused("unknownWebhook");
  return webhook;
}

/** By id and token. Refuses with 10015 and 50027. */
function webhookOf(request: RestRequest): Webhook {
  const webhook = webhookById(request);
  if (webhook.token !== param(request, "token")) throw refused("invalidWebhookToken");
  return webhook;
}

function getOwn(request: RestRequest): RestAnswer {
  const webhook = webhookById(request);
  if (webhook.applicationId !== botOf(request).id) throw refused("missingPermissions");
  return ok(webhookPayload(request.world, webhook, true));
}

function destroyOwn(request: RestRequest): RestAnswer {
  const { world } = request;
  const webhook = webhookById(request);
  const channel = visibleChannel(world, botOf(request).userId, webhook.channelId);
  demand(world, botOf(request).userId, channel, "manageWebhooks");
  world.webhooks.delete(webhook.id);
  return noContent;
}

function getByToken(request: RestRequest): RestAnswer {
  return ok(webhookPayload(request.world, webhookOf(request), true));
}

function destroyByToken(request: RestRequest): RestAnswer {
  request.world.webhooks.delete(webhookOf(request).id);
  return noContent;
}

/** The webhook's channel, or a thread of it. */
function placeOf(request: RestRequest, webhook: Webhook): Channel {
  const { world, query } = request;
  const threadId = query.get("thread_id");
  const channel = world.channels.get(threadId ?? webhook.channelId);
  if (!channel || (threadId !== null && channel.parentId !== webhook.channelId))
    throw refused("unknownChannel");
  if (channel.thread?.locked) throw refused("threadLocked");
  return channel;
}

function readName(form: Form): string | undefined {
  const name = form.text("username", { min: 1, max: 80 });
  if (name !== undefined && /clyde|discord/i.test(name)) {
    form.issue("USERNAME_INVALID_CONTAINS", 'Username cannot contain "clyde" or "discord"', "username");
  }
  return name;
}

function execute(request: RestRequest): RestAnswer {
  const { world, query } = request;
  const webhook = webhookOf(request);
  const channel = placeOf(request, webhook);
  const { form, files } = uploadOf(request);
  const name = readName(form);
  const avatar = form.text("avatar_url", { max: 2048 }) ?? null;
  const read = readMessage(form, { files });
  const message = post(world, {
    channel,
    authorId: webhook.id,
    content: read.content ?? "",
    flags: read.flags ?? 0,
    embeds: read.embeds ?? [],
    components: read.components ?? [],
    attachments: storeAll(world, read, channel),
    allowedMentions: read.allowedMentions,
    applicationId: webhook.applicationId,
    webhook: { id: webhook.id, name: name ?? webhook.name, avatar },
  });
  return query.get("wait") === "true" ? ok(messagePayload(world, message, omniscient)) : noContent;
}

function messageOf(
  request: RestRequest,
  webhook: Webhook,
): { readonly message: Message; readonly channel: Channel } {
  const channel = placeOf(request, webhook);
  const message = messageIn(request.world, channel.id, param(request, "message"));
  if (message.webhook?.id !== webhook.id) throw refused("unknownMessage");
  return { message, channel };
}

function getMessage(request: RestRequest): RestAnswer {
  const { message } = messageOf(request, webhookOf(request));
  return ok(messagePayload(request.world, message, omniscient));
}

function editMessage(request: RestRequest): RestAnswer {
  const { world } = request;
  const { message, channel } = messageOf(request, webhookOf(request));
  const { form, files } = uploadOf(request);
  const read = readMessage(form, { files, editing: message });
  revise(world, message, { ...read, attachments: attachmentsAfter(world, read, { message, channel }) });
  return ok(messagePayload(world, message, omniscient));
}

function destroyMessage(request: RestRequest): RestAnswer {
  const { message, channel } = messageOf(request, webhookOf(request));
  remove(request.world, channel, [message]);
  return noContent;
}

function isAnswer(request: RestRequest): boolean {
  return request.world.applications.has(param(request, "webhook"));
}

function either(answer: Route["answer"], webhook: Route["answer"]): Route["answer"] {
  return (request) => (isAnswer(request) ? answer(request) : webhook(request));
}

/** Webhook routes; an app's id in the place of a webhook's means an interaction. */
export function webhookRoutes(interactions: Interactions): readonly Route[] {
  const answers = answerRoutes(interactions);
  const byToken = "/webhooks/:webhook/:token";
  const message = `${byToken}/messages/:message`;
  return [
    { method: "POST", path: "/channels/:channel/webhooks", answer: create },
    { method: "GET", path: "/channels/:channel/webhooks", answer: ofChannel },
    { method: "GET", path: "/guilds/:guild/webhooks", answer: ofGuild },
    { method: "GET", path: "/webhooks/:webhook", answer: getOwn },
    { method: "DELETE", path: "/webhooks/:webhook", answer: destroyOwn },
    { method: "GET", path: byToken, auth: "none", answer: getByToken },
    { method: "DELETE", path: byToken, auth: "none", answer: destroyByToken },
    { method: "POST", path: byToken, auth: "none", answer: either((one) => answers.send(one), execute) },
    { method: "GET", path: message, auth: "none", answer: either((one) => answers.get(one), getMessage) },
    { method: "PATCH", path: message, auth: "none", answer: either((one) => answers.edit(one), editMessage) },
    {
      method: "DELETE",
      path: message,
      auth: "none",
      answer: either((one) => answers.destroy(one), destroyMessage),
    },
  ];
}
