import { commandType, optionType } from "./command-form.ts";
import type { Application, Channel, Command, Id, Payload } from "./entities.ts";
import {
  contextOf,
  interactionType,
  type Interaction,
  type Interactions,
  type Owner,
} from "./interactions.ts";
import { storeUpload, type Upload } from "./uploads.ts";
import { channelPayload, memberPayload, rolePayload, userPayload } from "./wire.ts";
import { attachmentPayload, messagePayload, omniscient } from "./wire-messages.ts";
import { may, permissionsIn, permissionsInGuild, userNamed, type World } from "./world.ts";

/** What somebody types in an option: text, a number, yes or no, an id, or a file. */
export type OptionValue = string | number | boolean | Upload;

export interface CommandRun {
  readonly userId: Id;
  readonly channelId: Id;
  /** With its subcommands, as "privacy opt-out". */
  readonly name: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** The app, when there are several. */
  readonly applicationId?: Id;
  readonly locale?: string;
  /** Who authorized the app there; what is installed unless given. */
  readonly owners?: readonly Owner[];
}

export interface MenuRun {
  readonly userId: Id;
  readonly channelId: Id;
  readonly name: string;
  /** The message or user it is used on. */
  readonly targetId: Id;
  readonly applicationId?: Id;
  readonly locale?: string;
  readonly owners?: readonly Owner[];
}

export interface CommandWorld {
  readonly world: World;
  readonly interactions: Interactions;
}

type OptionPayload = Payload & {
  readonly name: string;
  readonly type: number;
  readonly required?: boolean;
  readonly options?: readonly OptionPayload[];
};

/** Users, channels and files that options name, as `resolved` shows them. */
type Resolved = Record<string, Record<Id, object>>;

function ownersAt(world: World, application: Application, channel: Channel, userId: Id): readonly Owner[] {
  const context = contextOf(channel, application);
  const isMember = world.guilds.get(channel.guildId ?? "")?.members.has(application.botId) === true;
  const guild = context === 1 || isMember;
  return [
    ...(guild ? (["guild"] as const) : []),
    ...(application.userInstalls.has(userId) ? (["user"] as const) : []),
  ];
}

function isOffered(
  world: World,
  command: Command,
  {
    channel,
    userId,
    owners,
    application,
  }: {
    readonly channel: Channel;
    readonly userId: Id;
    readonly owners: readonly Owner[];
    readonly application: Application;
  },
): boolean {
  const { contexts, integration_types: types, default_member_permissions: needed } = command.payload;
  if (command.guildId !== undefined && command.guildId !== channel.guildId) return false;
  if (Array.isArray(contexts) && !contexts.includes(contextOf(channel, application))) return false;
  const authorized = owners.some((owner) => (types as readonly number[]).includes(owner === "guild" ? 0 : 1));
  const guild = world.guilds.get(channel.guildId ?? "");
  if (!authorized || !guild || typeof needed !== "string") return authorized;
  const own = permissionsInGuild(world, userId, guild);
  // "0" is for administrators only.
  return needed === "0" ? (own & 8n) !== 0n : (own & BigInt(needed)) === BigInt(needed);
}

interface Call {
  readonly application: Application;
  readonly channel: Channel;
  readonly command: Command;
  readonly owners: readonly Owner[];
}

function findCall({ world }: CommandWorld, run: CommandRun | MenuRun, types: readonly number[]): Call {
  const channel = world.channels.get(run.channelId);
  if (!channel || permissionsIn(world, run.userId, channel) === 0n)
    throw new Error(`${run.userId} does not see ${run.channelId}`);
  const word = types.includes(commandType.chat) ? (run.name.split(" ")[0] ?? "") : run.name;
  for (const application of world.applications.values()) {
    if (run.applicationId !== undefined && application.id !== run.applicationId) continue;
    const owners = run.owners ?? ownersAt(world, application, channel, run.userId);
    const named = [...application.commands.values()].filter(
      ({ payload }) => payload.name === word && types.includes(payload.type),
    );
    // A guild's own command hides the global one of the same name.
    const command = named
      .filter((one) => isOffered(world, one, { channel, userId: run.userId, owners, application }))
      .sort((a, b) => Number(b.guildId !== undefined) - Number(a.guildId !== undefined))[0];
    if (command) return { application, channel, command, owners };
  }
  throw new Error(`no command ${run.name} is offered to ${run.userId} in ${run.channelId}`);
}

function permitCommands(world: World, userId: Id, channel: Channel): void {
  if (!may(world, userId, channel, "useApplicationCommands"))
    throw new Error(`${userId} may not use commands in ${channel.id}`);
}

function resolveUser(world: World, channel: Channel, id: Id, resolved: Resolved): void {
  resolved["users"] = { ...resolved["users"], [id]: userPayload(userNamed(world, id)) };
  const member = world.guilds.get(channel.guildId ?? "")?.members.get(id);
  if (!member) return;
  const permissions = permissionsIn(world, id, channel).toString();
  resolved["members"] = {
    ...resolved["members"],
    [id]: { ...memberPayload(world, member, false), permissions },
  };
}

/** Turns what was typed into the option's value on the wire, and notes what it names. */
function valueOf(
  world: World,
  value: OptionValue,
  {
    type,
    channel,
    resolved,
  }: { readonly type: number; readonly channel: Channel; readonly resolved: Resolved },
): unknown {
  if (typeof value === "object") {
    // Files of slash commands are ephemeral from the start.
    const attachment = storeUpload(world, value, { channelId: channel.id, ephemeral: true });
    resolved["attachments"] = {
      ...resolved["attachments"],
      [attachment.id]: attachmentPayload(world, attachment),
    };
    return attachment.id;
  }
  const id = String(value);
  if (type === optionType.user || (type === optionType.mentionable && world.users.has(id)))
    resolveUser(world, channel, id, resolved);
  else if (type === optionType.channel) {
    const named = world.channels.get(id);
    if (!named) throw new Error(`no channel ${id}`);
    resolved["channels"] = { ...resolved["channels"], [id]: channelPayload(world, named, "0") };
  } else if (type === optionType.role || type === optionType.mentionable) {
    const role = world.guilds.get(channel.guildId ?? "")?.roles.get(id);
    if (!role) throw new Error(`no role ${id}`);
    resolved["roles"] = { ...resolved["roles"], [id]: rolePayload(role) };
  }
  return value;
}

const jsTypes: Readonly<Record<number, string>> = {
  3: "string",
  4: "number",
  5: "boolean",
  10: "number",
  11: "object",
};

function checkValue(option: OptionPayload, value: OptionValue): void {
  const wanted = jsTypes[option.type] ?? "string";
  if (typeof value !== wanted) throw new Error(`option ${option.name} takes a ${wanted}`);
  const choices = option["choices"] as readonly { readonly value: unknown }[] | undefined;
  if (choices?.length && !choices.some((choice) => choice.value === value))
    throw new Error(`option ${option.name} has no such choice`);
}

function filledOptions(
  world: World,
  defined: readonly OptionPayload[],
  {
    given,
    channel,
    resolved,
  }: {
    readonly given: Readonly<Record<string, OptionValue>>;
    readonly channel: Channel;
    readonly resolved: Resolved;
  },
): readonly Payload[] {
  const unknown = Object.keys(given).filter((name) => !defined.some((option) => option.name === name));
  if (unknown.length > 0) throw new Error(`no option ${unknown.join(", ")}`);
  return defined.flatMap((option): Payload[] => {
    const { name, type, required } = option;
    const value = given[name];
    if (value === undefined) {
      if (required === true) throw new Error(`option ${name} is required`);
      return [];
    }
    checkValue(option, value);
    return [{ name, type, value: valueOf(world, value, { type, channel, resolved }) }];
  });
}

/** Somebody uses a slash command. Throws where the client would not offer or send it. */
export function runCommand(at: CommandWorld, run: CommandRun): Interaction {
  const { world, interactions } = at;
  const { application, channel, command, owners } = findCall(at, run, [commandType.chat]);
  permitCommands(world, run.userId, channel);
  const path = run.name.split(" ").slice(1);
  let defined = (command.payload["options"] ?? []) as readonly OptionPayload[];
  const steps: OptionPayload[] = [];
  for (const name of path) {
    const step = defined.find((option) => option.name === name && option.type <= optionType.group);
    if (!step) throw new Error(`no subcommand ${name}`);
    steps.push(step);
    defined = step.options ?? [];
  }
  if (defined.some(({ type }) => type <= optionType.group)) throw new Error(`${run.name} needs a subcommand`);
  const resolved: Resolved = {};
  const values = filledOptions(world, defined, { given: run.options ?? {}, channel, resolved });
  const options = steps.reduceRight<readonly Payload[]>(
    (inner, { name, type }) => [{ name, type, options: inner }],
    values,
  );
  return interactions.open({
    type: interactionType.command,
    application,
    userId: run.userId,
    channel,
    owners,
    answerType: 20,
    metadata: { command_type: 1, name: run.name },
    ...(run.locale !== undefined && { locale: run.locale }),
    data: {
      id: command.id,
      name: command.payload.name,
      type: commandType.chat,
      ...(options.length > 0 && { options }),
      ...(Object.keys(resolved).length > 0 && { resolved }),
      ...(command.guildId !== undefined && { guild_id: command.guildId }),
    },
  });
}

/** Somebody uses a context menu command, on a message or on a user. */
export function runMenu(at: CommandWorld, run: MenuRun): Interaction {
  const { world, interactions } = at;
  const { application, channel, command, owners } = findCall(at, run, [
    commandType.user,
    commandType.message,
  ]);
  permitCommands(world, run.userId, channel);
  const { type } = command.payload;
  const resolved: Resolved = {};
  if (type === commandType.user) resolveUser(world, channel, run.targetId, resolved);
  else {
    const message = world.messages.get(channel.id)?.get(run.targetId);
    if (!message || (message.onlyFor !== undefined && message.onlyFor !== run.userId))
      throw new Error(`no message ${run.targetId} in ${channel.id}`);
    // The target's content is there whatever the app's intents (Discord API, "Message Content Intent").
    resolved["messages"] = { [message.id]: messagePayload(world, message, omniscient) };
  }
  return interactions.open({
    type: interactionType.command,
    application,
    userId: run.userId,
    channel,
    owners,
    answerType: 23,
    metadata: {
      command_type: type,
      name: run.name,
      ...(type === commandType.message && { target_message_id: run.targetId }),
    },
    ...(run.locale !== undefined && { locale: run.locale }),
    data: {
      id: command.id,
      name: command.payload.name,
      type,
      target_id: run.targetId,
      resolved,
      ...(command.guildId !== undefined && { guild_id: command.guildId }),
    },
  });
}
