import { PermissionFlagsBits as Permission } from "discord.js";

/** What a role or a member is granted and refused in one channel. */
export interface Overwrite {
  readonly allow: bigint;
  readonly deny: bigint;
}

/** A channel's own permissions, by role id (everybody's is the server's id) and by member id. */
export interface ChannelAccess {
  readonly roles: ReadonlyMap<string, Overwrite>;
  readonly members: ReadonlyMap<string, Overwrite>;
}

/** A server's roles: what decides who may go where, before any channel has its say. */
export interface GuildRoles {
  /** Also the id of the role that everybody has. */
  readonly guildId: string;
  /** By id. Roles that only a bot's account can have may be left out. */
  readonly permissions: ReadonlyMap<string, bigint>;
}

export interface AudienceQuestion {
  readonly roles: GuildRoles;
  /** The voice channel. */
  readonly voice: ChannelAccess;
  /** The place where its words would be written. */
  readonly place: ChannelAccess;
  /** Members whose own overwrites do not count, as the bot's. */
  readonly except?: ReadonlySet<string>;
}

const read = Permission.ViewChannel;
const joining = Permission.ViewChannel | Permission.Connect;

/**
 * Whether everybody who may read a place may also join the voice channel, whichever roles they have: nobody needs to know
 * the server's members for that. Administrators and the owner may do both.
 */
export function audienceIncludes({ roles, voice, place, except }: AudienceQuestion): boolean {
  const memberIds = [...place.members.keys(), ...voice.members.keys()].filter((id) => !except?.has(id));
  return differing(roles, place, voice).every(({ inPlace, inVoice }) =>
    [undefined, ...memberIds].every((memberId) => {
      const own = memberId ?? "";
      const reads = (apply(inPlace, place.members.get(own)) & read) !== 0n;
      return !reads || (apply(inVoice, voice.members.get(own)) & joining) === joining;
    }),
  );
}

/** What roles grant somebody of the rights that matter, before their own overwrites. */
interface Granted {
  readonly inPlace: bigint;
  readonly inVoice: bigint;
}

/** There are thousands of sets of roles, and at most eight things that they can come to. */
function differing(roles: GuildRoles, place: ChannelAccess, voice: ChannelAccess): readonly Granted[] {
  const found = new Map<string, Granted>();
  for (const roleIds of telling(roles)) {
    const inPlace = permissionsIn(roles, place, { roleIds }) & read;
    const inVoice = permissionsIn(roles, voice, { roleIds }) & joining;
    found.set(`${inPlace} ${inVoice}`, { inPlace, inVoice });
  }
  return [...found.values()];
}

/** Somebody with certain roles, as a channel's permissions see them. */
export interface Visitor {
  /** Everybody's role goes without saying. */
  readonly roleIds: readonly string[];
  readonly memberId?: string;
}

/** Whether somebody may see a channel and connect to it. */
export function mayJoin(roles: GuildRoles, voice: ChannelAccess, visitor: Visitor): boolean {
  const isAdministrator = baseOf(roles, visitor) & Permission.Administrator;
  return isAdministrator !== 0n || joins(roles, voice, visitor);
}

/** Whether somebody may see a channel. */
export function maySee(roles: GuildRoles, channel: ChannelAccess, visitor: Visitor): boolean {
  const isAdministrator = baseOf(roles, visitor) & Permission.Administrator;
  return isAdministrator !== 0n || opens(roles, channel, visitor);
}

/** Whether somebody may read a place and write in it. */
export function mayWrite(roles: GuildRoles, place: ChannelAccess, visitor: Visitor): boolean {
  if ((baseOf(roles, visitor) & Permission.Administrator) !== 0n) return true;
  const granted = permissionsIn(roles, place, visitor);
  return (granted & read) !== 0n && (granted & Permission.SendMessages) !== 0n;
}

/**
 * The sets of roles that have to be looked at: if some set lets its member read but not join, then so do two of its roles.
 * One that lets them read (or none, where everybody's role does), and one that keeps them from joining (or none, where
 * nothing lets them); leaving out all others takes away refusals to read and grants to join, never the reverse.
 */
function* telling({ permissions, guildId }: GuildRoles): Generator<readonly string[]> {
  const roleIds = [...permissions]
    .filter(([id, granted]) => id !== guildId && (granted & Permission.Administrator) === 0n)
    .map(([id]) => id);
  yield [];
  for (const [index, one] of roleIds.entries()) {
    yield [one];
    for (const other of roleIds.slice(index + 1)) yield [one, other];
  }
}

function opens(roles: GuildRoles, place: ChannelAccess, visitor: Visitor): boolean {
  return (permissionsIn(roles, place, visitor) & read) !== 0n;
}

function joins(roles: GuildRoles, voice: ChannelAccess, visitor: Visitor): boolean {
  return (permissionsIn(roles, voice, visitor) & joining) === joining;
}

function baseOf({ guildId, permissions }: GuildRoles, { roleIds }: Visitor): bigint {
  return [guildId, ...roleIds].reduce((sum, id) => sum | (permissions.get(id) ?? 0n), 0n);
}

function apply(granted: bigint, overwrite: Overwrite | undefined): bigint {
  return overwrite ? (granted & ~overwrite.deny) | overwrite.allow : granted;
}

/** Discord API, "Permissions", "Permission Hierarchy": everybody, then roles, refusals before grants, then the member. */
function permissionsIn(roles: GuildRoles, channel: ChannelAccess, visitor: Visitor): bigint {
  const own = visitor.roleIds.flatMap((id) => channel.roles.get(id) ?? []);
  const together: Overwrite = {
    deny: own.reduce((sum, { deny }) => sum | deny, 0n),
    allow: own.reduce((sum, { allow }) => sum | allow, 0n),
  };
  const forRoles = apply(apply(baseOf(roles, visitor), channel.roles.get(roles.guildId)), together);
  return apply(forRoles, visitor.memberId === undefined ? undefined : channel.members.get(visitor.memberId));
}
