import { commandType } from "./command-form.ts";
import type { Application, Channel, Command, Id } from "./entities.ts";
import { contextOf, type Interactions, type Owner } from "./interactions.ts";
import { may, permissionsIn, permissionsInGuild, type World } from "./world.ts";

/** Where commands are used. */
export interface CommandWorld {
  readonly world: World;
  readonly interactions: Interactions;
}

/** Who uses which command where. */
export interface CommandUse {
  readonly userId: Id;
  readonly channelId: Id;
  readonly name: string;
  /** The app, when there are several. */
  readonly applicationId?: Id;
  readonly locale?: string;
  /** Who authorized the app there; what is installed unless given. */
  readonly owners?: readonly Owner[];
}

/** The command a use comes to. */
export interface Call {
  readonly application: Application;
  readonly channel: Channel;
  readonly command: Command;
  readonly owners: readonly Owner[];
}

interface Caller {
  readonly channel: Channel;
  readonly userId: Id;
  readonly application: Application;
}

function installedOwners(world: World, { application, channel, userId }: Caller): readonly Owner[] {
  const isMember = world.guilds.get(channel.guildId ?? "")?.members.has(application.botId) === true;
  const byGuild = contextOf(channel, application) === 1 || isMember;
  const byUser = application.userInstalls.has(userId);
  return [...(byGuild ? (["guild"] as const) : []), ...(byUser ? (["user"] as const) : [])];
}

/** The owners for whose installation the command is meant (its integration_types). */
function authorizing({ payload }: Command, owners: readonly Owner[]): readonly Owner[] {
  const types = payload["integration_types"] as readonly number[];
  return owners.filter((owner) => types.includes(owner === "guild" ? 0 : 1));
}

function isOffered(world: World, command: Command, { channel, userId, application }: Caller): boolean {
  const { contexts, default_member_permissions: needed } = command.payload;
  if (command.guildId !== undefined && command.guildId !== channel.guildId) return false;
  if (Array.isArray(contexts) && !contexts.includes(contextOf(channel, application))) return false;
  const guild = world.guilds.get(channel.guildId ?? "");
  if (!guild || typeof needed !== "string") return true;
  const own = permissionsInGuild(world, userId, guild);
  // "0" is for administrators only.
  return needed === "0" ? (own & 8n) !== 0n : (own & BigInt(needed)) === BigInt(needed);
}

function usableChannel(world: World, { userId, channelId }: CommandUse): Channel {
  const channel = world.channels.get(channelId);
  if (!channel || permissionsIn(world, userId, channel) === 0n) {
    throw new Error(`${userId} does not see ${channelId}`);
  }
  if (!may(world, userId, channel, "useApplicationCommands")) {
    throw new Error(`${userId} may not use commands in ${channelId}`);
  }
  return channel;
}

/** The command that is offered to somebody under a name. Throws where there is none. */
export function findCall(world: World, use: CommandUse, types: readonly number[]): Call {
  const channel = usableChannel(world, use);
  const word = types.includes(commandType.chat) ? use.name.split(" ")[0] : use.name;
  for (const application of world.applications.values()) {
    if (use.applicationId !== undefined && application.id !== use.applicationId) continue;
    const caller = { channel, userId: use.userId, application };
    const installed = use.owners ?? installedOwners(world, caller);
    const offered = [...application.commands.values()]
      .filter(({ payload }) => payload.name === word && types.includes(payload.type))
      .filter((one) => isOffered(world, one, caller) && authorizing(one, installed).length > 0);
    // A guild's own command hides the global one of the same name.
    const command = offered.find(({ guildId }) => guildId !== undefined) ?? offered[0];
    if (command) return { application, channel, command, owners: authorizing(command, installed) };
  }
  throw new Error(`no command ${use.name} is offered to ${use.userId} in ${use.channelId}`);
}
