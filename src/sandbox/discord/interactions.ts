import { randomBytes } from "node:crypto";

import { refused } from "./api-error.ts";
import {
  channelType,
  type Application,
  type Channel,
  type Id,
  type Message,
  type Payload,
} from "./entities.ts";
import { bits } from "./permissions.ts";
import { maxFileBytes } from "./uploads.ts";
import { channelPayload, memberPayload, userPayload } from "./wire.ts";
import { messagePayload, omniscient } from "./wire-messages.ts";
import { may, permissionsIn, userNamed, type World } from "./world.ts";

/** Interaction types (Discord API, "Interaction Type"). */
export const interactionType = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;

/** How far an interaction has come. */
export type InteractionState =
  | { readonly type: "waiting" }
  | { readonly type: "deferred" }
  | { readonly type: "answered" }
  | { readonly type: "modal"; readonly modal: Payload }
  | { readonly type: "choices"; readonly choices: readonly Payload[] };

/** Who authorized the app for an interaction: the server, the person, or both. */
export type Owner = "guild" | "user";

export interface Interaction {
  readonly id: Id;
  readonly token: string;
  readonly type: 2 | 3 | 4 | 5;
  readonly application: Application;
  readonly userId: Id;
  readonly channel: Channel;
  readonly createdAtMs: number;
  readonly owners: readonly Owner[];
  /** The message whose component was used. */
  readonly source: Message | undefined;
  /** The message type of an answer: 20 for slash commands, 23 for menus, 19 otherwise. */
  readonly answerType: number;
  /** What was done, as messages tell it. */
  readonly metadata: Payload;
  readonly data: Payload;
  state: InteractionState;
  acknowledgedAtMs: number | undefined;
  /** What @original means: the first answer, or the component's message after an update. */
  original: Message | undefined;
  followUps: number;
  /** Every message that answers it, in order. */
  readonly replies: Message[];
}

export interface NewInteraction {
  readonly type: 2 | 3 | 4 | 5;
  readonly application: Application;
  readonly userId: Id;
  readonly channel: Channel;
  readonly owners: readonly Owner[];
  readonly source?: Message | undefined;
  readonly answerType?: number;
  readonly metadata?: Payload;
  readonly locale?: string;
  readonly data: Payload;
}

export interface InteractionOptions {
  readonly world: World;
  /** How long the app has for its first answer. */
  readonly ackWindowMs: number;
  /** How long the token lives. */
  readonly tokenLifetimeMs: number;
}

/** Every interaction, by id. */
export interface Interactions {
  /** Makes one and tells the app by INTERACTION_CREATE. */
  open(fresh: NewInteraction): Interaction;
  get(id: Id): Interaction | undefined;
  /** The interaction to be acknowledged. Refuses with 10062 and 40060. */
  toAcknowledge(id: Id, token: string): Interaction;
  /** The interaction behind a webhook route. Refuses with 10015 and 50027. */
  ofWebhook(applicationId: Id, token: string): Interaction;
  /** Nobody answered in time: what the client shows as "The application did not respond". */
  hasFailed(interaction: Interaction): boolean;
}

/** Where an interaction happens (Discord API, "Interaction Context Types"). */
export function contextOf(channel: Channel, application: Application): 0 | 1 | 2 {
  if (channel.guildId !== undefined) return 0;
  return channel.type === channelType.dm && channel.recipients.includes(application.botId) ? 1 : 2;
}

const dmAppPermissions = bits("attachFiles", "embedLinks", "mentionEveryone");
const botDmAppPermissions = dmAppPermissions | bits("useExternalEmojis");

/** The app's own rights there. Where it is no member it acts with some of the caller's. */
function appPermissions(world: World, { application, channel, userId }: NewInteraction): bigint {
  if (channel.guildId === undefined) {
    return contextOf(channel, application) === 1 ? botDmAppPermissions : dmAppPermissions;
  }
  const isMember = world.guilds.get(channel.guildId)?.members.has(application.botId) === true;
  if (isMember) return permissionsIn(world, application.botId, channel);
  return permissionsIn(world, userId, channel) & botDmAppPermissions;
}

function ownersPayload({ owners, channel, userId }: NewInteraction): Payload {
  return {
    ...(owners.includes("guild") && { 0: channel.guildId ?? "0" }),
    ...(owners.includes("user") && { 1: userId }),
  };
}

function callerFields(world: World, { userId, channel }: NewInteraction): Payload {
  const user = userPayload(userNamed(world, userId));
  const member = world.guilds.get(channel.guildId ?? "")?.members.get(userId);
  if (!member) return { user };
  const permissions = permissionsIn(world, userId, channel).toString();
  return { member: { ...memberPayload(world, member), user, permissions } };
}

function interactionPayload(
  world: World,
  fresh: NewInteraction,
  identity: { readonly id: Id; readonly token: string },
): Payload {
  const { application, channel, userId, type, data } = fresh;
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  return {
    ...identity,
    application_id: application.id,
    type,
    data,
    channel: channelPayload(world, channel, application.botId),
    channel_id: channel.id,
    ...(guild && {
      guild_id: guild.id,
      guild: { id: guild.id, locale: guild.locale, features: [] },
      guild_locale: guild.locale,
    }),
    ...callerFields(world, fresh),
    ...(fresh.source && { message: messagePayload(world, fresh.source, omniscient) }),
    version: 1,
    app_permissions: appPermissions(world, fresh).toString(),
    locale: fresh.locale ?? userNamed(world, userId).locale,
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: ownersPayload(fresh),
    context: contextOf(channel, application),
    attachment_size_limit: maxFileBytes,
  };
}

/** Only the person's own installation lets the app in: no more than five follow-ups, and no bot in the channel. */
export function isUserInstallOnly({ owners }: Interaction): boolean {
  return !owners.includes("guild");
}

/** Where external apps are not welcome, their answers are for the caller alone (USE_EXTERNAL_APPS). */
export function mustBeEphemeral(world: World, interaction: Interaction): boolean {
  const { channel, userId } = interaction;
  return (
    isUserInstallOnly(interaction) &&
    channel.guildId !== undefined &&
    !may(world, userId, channel, "useExternalApps")
  );
}

/** The oldest are forgotten beyond this: long soaks must not grow. */
const maxKept = 10_000;

export function createInteractions({
  world,
  ackWindowMs,
  tokenLifetimeMs,
}: InteractionOptions): Interactions {
  const all = new Map<Id, Interaction>();
  const age = ({ createdAtMs }: Interaction): number => world.clock.nowMs() - createdAtMs;
  const isLate = (interaction: Interaction): boolean =>
    interaction.acknowledgedAtMs === undefined && age(interaction) > ackWindowMs;
  return {
    open: (fresh) => {
      const id = world.nextId();
      const secret = `interaction:${id}:${randomBytes(80).toString("base64url")}`;
      const token = Buffer.from(secret).toString("base64url");
      const payload = interactionPayload(world, fresh, { id, token });
      const interaction: Interaction = {
        id,
        token,
        type: fresh.type,
        application: fresh.application,
        userId: fresh.userId,
        channel: fresh.channel,
        createdAtMs: world.clock.nowMs(),
        owners: fresh.owners,
        source: fresh.source,
        answerType: fresh.answerType ?? 19,
        metadata: {
          id,
          type: fresh.type,
          user: userPayload(userNamed(world, fresh.userId)),
          authorizing_integration_owners: ownersPayload(fresh),
          ...fresh.metadata,
        },
        data: fresh.data,
        state: { type: "waiting" },
        acknowledgedAtMs: undefined,
        original: undefined,
        followUps: 0,
        replies: [],
      };
      all.set(id, interaction);
      if (all.size > maxKept) all.delete(all.keys().next().value ?? "");
      world.dispatch({
        type: "INTERACTION_CREATE",
        guildId: fresh.channel.guildId,
        onlyFor: fresh.application.botId,
        payloadFor: () => payload,
      });
      return interaction;
    },
    get: (id) => all.get(id),
    toAcknowledge: (id, token) => {
      const interaction = all.get(id);
      if (!interaction || interaction.token !== token || isLate(interaction))
        throw refused("unknownInteraction");
      if (interaction.acknowledgedAtMs !== undefined) throw refused("alreadyAcknowledged");
      return interaction;
    },
    ofWebhook: (applicationId, token) => {
      const interaction = [...all.values()].find((one) => one.token === token);
      if (!interaction || interaction.application.id !== applicationId) throw refused("invalidWebhookToken");
      if (age(interaction) > tokenLifetimeMs) throw refused("invalidWebhookToken");
      if (interaction.acknowledgedAtMs === undefined) throw refused("unknownWebhook");
      return interaction;
    },
    hasFailed: isLate,
  };
}
