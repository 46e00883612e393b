import { channelType, type Channel, type Guild, type Id, type Member, type Overwrite } from "./entities.ts";

/** Permission bits that this server enforces (Discord API, "Bitwise Permission Flags"). */
export const permission = {
  kickMembers: 1n << 1n,
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  stream: 1n << 9n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useExternalEmojis: 1n << 18n,
  connect: 1n << 20n,
  speak: 1n << 21n,
  moveMembers: 1n << 24n,
  useVoiceActivity: 1n << 25n,
  changeNickname: 1n << 26n,
  manageNicknames: 1n << 27n,
  manageRoles: 1n << 28n,
  manageWebhooks: 1n << 29n,
  useApplicationCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  createPrivateThreads: 1n << 36n,
  sendMessagesInThreads: 1n << 38n,
  sendVoiceMessages: 1n << 46n,
  setVoiceChannelStatus: 1n << 48n,
  useExternalApps: 1n << 50n,
  pinMessages: 1n << 51n,
} as const;
export type Permission = keyof typeof permission;

/** Every bit there is: what owners and administrators have. */
export const allPermissions = (1n << 53n) - 1n;

/** What members of a new server may do. */
export const ordinaryPermissions = bits(
  "addReactions",
  "stream",
  "viewChannel",
  "sendMessages",
  "embedLinks",
  "attachFiles",
  "readMessageHistory",
  "useExternalEmojis",
  "connect",
  "speak",
  "useVoiceActivity",
  "changeNickname",
  "useApplicationCommands",
  "createPublicThreads",
  "createPrivateThreads",
  "sendMessagesInThreads",
  "sendVoiceMessages",
  "useExternalApps",
);

const timedOutPermissions = bits("viewChannel", "readMessageHistory");
/** Where no guild rules: DMs and group DMs. */
const dmPermissions = bits(
  "addReactions",
  "viewChannel",
  "sendMessages",
  "embedLinks",
  "attachFiles",
  "readMessageHistory",
  "useExternalEmojis",
  "sendVoiceMessages",
  "useApplicationCommands",
  "useExternalApps",
  "pinMessages",
);
/** Whoever may not send has no use for these either (Discord API, "Implicit Permissions"). */
const needSending = bits("mentionEveryone", "attachFiles", "embedLinks", "sendVoiceMessages");

/** The bits of several permissions, together. */
export function bits(...names: readonly Permission[]): bigint {
  return names.reduce((sum, name) => sum | permission[name], 0n);
}

function applied(base: bigint, overwrites: readonly (Overwrite | undefined)[]): bigint {
  const deny = overwrites.reduce((sum, one) => sum | (one?.deny ?? 0n), 0n);
  const allow = overwrites.reduce((sum, one) => sum | (one?.allow ?? 0n), 0n);
  return (base & ~deny) | allow;
}

function guildPermissions(guild: Guild, member: Member): bigint {
  if (guild.ownerId === member.userId) return allPermissions;
  const ids = [guild.id, ...member.roles];
  const base = ids.reduce((sum, id) => sum | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  return base & permission.administrator ? allPermissions : base;
}

/** What somebody may do, and where: the guild, and the channel with the one above it for threads. */
export interface Standing {
  readonly guild: Guild | undefined;
  readonly channel: Channel | undefined;
  /** For a thread, the channel it hangs on. */
  readonly parent: Channel | undefined;
  readonly nowMs: number;
}

function isThreadMember(channel: Channel, userId: Id): boolean {
  return channel.thread?.members.has(userId) ?? false;
}

function inChannel(base: bigint, member: Member, { guild, channel, parent }: Standing): bigint {
  const ruled = channel?.thread ? parent : channel;
  if (!channel || !ruled || !guild) return base;
  const everyone = applied(base, [ruled.overwrites.get(guild.id)]);
  const roles = applied(
    everyone,
    [...member.roles].map((id) => ruled.overwrites.get(id)),
  );
  const own = applied(roles, [ruled.overwrites.get(member.userId)]);
  if (!(own & permission.viewChannel)) return 0n;
  const hidden =
    channel.type === channelType.privateThread &&
    !isThreadMember(channel, member.userId) &&
    !(own & permission.manageThreads);
  if (hidden) return 0n;
  const sending = channel.thread ? permission.sendMessagesInThreads : permission.sendMessages;
  return own & sending ? own : own & ~needSending;
}

/** The permissions a user has there, as a bit set; 0 for somebody who is not there at all. */
export function permissionsOf(userId: Id, standing: Standing): bigint {
  const { guild, channel, nowMs } = standing;
  if (!guild) return channel?.recipients.includes(userId) ? dmPermissions : 0n;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  const base = guildPermissions(guild, member);
  if (base === allPermissions) return base;
  const own = inChannel(base, member, standing);
  return member.timedOutUntilMs > nowMs ? own & timedOutPermissions : own;
}
