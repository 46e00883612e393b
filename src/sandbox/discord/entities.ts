/** A snowflake, as a decimal string. */
export type Id = string;

/** An object as it goes over the wire. */
export type Payload = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: Id;
  readonly username: string;
  readonly globalName: string | null;
  readonly bot: boolean;
  readonly locale: string;
}

/** What the developer portal knows of an app. */
export interface Application {
  readonly id: Id;
  readonly name: string;
  readonly botId: Id;
  readonly token: string;
  /** The portal's switches for the three privileged intents. */
  readonly privileged: { messageContent: boolean; guildMembers: boolean; presences: boolean };
  readonly commands: Map<Id, Command>;
  /** When commands were created, for the daily limit. */
  readonly commandCreates: { readonly guildId: Id | undefined; readonly atMs: number }[];
  /** People who installed the app for themselves. */
  readonly userInstalls: Set<Id>;
}

/** A registered application command: the wire object, with its scope. */
export interface Command {
  readonly id: Id;
  readonly guildId: Id | undefined;
  readonly payload: Payload & { readonly name: string; readonly type: number };
}

export interface Role {
  readonly id: Id;
  name: string;
  permissions: bigint;
  readonly position: number;
  readonly managed: boolean;
  readonly mentionable: boolean;
}

export interface Member {
  readonly userId: Id;
  nick: string | null;
  readonly roles: Set<Id>;
  readonly joinedAtMs: number;
  timedOutUntilMs: number;
}

export interface VoiceState {
  readonly userId: Id;
  channelId: Id | null;
  readonly sessionId: string;
  selfMute: boolean;
  selfDeaf: boolean;
  mute: boolean;
  deaf: boolean;
}

export interface Guild {
  readonly id: Id;
  name: string;
  readonly ownerId: Id;
  readonly locale: string;
  readonly roles: Map<Id, Role>;
  readonly members: Map<Id, Member>;
  readonly voiceStates: Map<Id, VoiceState>;
}

/** Channel types (Discord API, "Channel Types"). */
export const channelType = {
  text: 0,
  dm: 1,
  voice: 2,
  groupDm: 3,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  stage: 13,
  forum: 15,
  media: 16,
} as const;
export type ChannelType = (typeof channelType)[keyof typeof channelType];

export interface Overwrite {
  readonly id: Id;
  readonly type: "role" | "member";
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface ThreadState {
  archived: boolean;
  archiveTimestampMs: number;
  autoArchiveMinutes: number;
  locked: boolean;
  invitable: boolean;
  readonly members: Map<Id, { readonly joinedAtMs: number }>;
  messageCount: number;
  totalMessagesSent: number;
  readonly tags: readonly Id[];
}

export interface Channel {
  readonly id: Id;
  readonly type: ChannelType;
  readonly guildId: Id | undefined;
  name: string;
  topic: string | null;
  readonly position: number;
  readonly parentId: Id | undefined;
  readonly ownerId: Id | undefined;
  /** The people of a DM or group DM, the bot included where it is one of them. */
  readonly recipients: readonly Id[];
  readonly overwrites: Map<Id, Overwrite>;
  readonly thread: ThreadState | undefined;
  rateLimitSeconds: number;
  lastMessageId: Id | null;
  voiceStatus: string | null;
}

/** A file on the CDN. `holders` counts the messages and snapshots that show it. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  holders: number;
}

export interface Attachment {
  readonly id: Id;
  /** Path on the CDN, unsigned. */
  readonly path: string;
  readonly filename: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly contentType: string | undefined;
  readonly size: number;
  readonly durationSecs: number | undefined;
  readonly waveform: string | undefined;
  readonly ephemeral: boolean;
}

/** What a message says, apart from who said it where: also what a forward's snapshot keeps. */
export interface MessageBody {
  readonly type: number;
  content: string;
  flags: number;
  embeds: readonly Payload[];
  components: readonly Payload[];
  attachments: readonly Attachment[];
  mentions: readonly Id[];
  mentionRoles: readonly Id[];
  mentionEveryone: boolean;
  editedAtMs: number | undefined;
}

export interface MessageReference {
  readonly type: "reply" | "forward";
  readonly channelId: Id;
  readonly guildId: Id | undefined;
  readonly messageId: Id;
}

export interface Message extends MessageBody {
  readonly id: Id;
  readonly channelId: Id;
  readonly authorId: Id;
  readonly nonce: string | number | undefined;
  readonly tts: boolean;
  pinned: boolean;
  readonly reference: MessageReference | undefined;
  readonly snapshot: (MessageBody & { readonly createdAtMs: number }) | undefined;
  readonly reactions: Map<string, Set<Id>>;
  readonly interaction: Payload | undefined;
  readonly applicationId: Id | undefined;
  readonly webhook: { readonly id: Id; readonly name: string; readonly avatar: string | null } | undefined;
  /** The one person who sees it, for ephemeral answers. */
  readonly onlyFor: Id | undefined;
}

export interface Webhook {
  readonly id: Id;
  readonly token: string;
  readonly channelId: Id;
  readonly guildId: Id;
  readonly applicationId: Id;
  readonly creatorId: Id;
  readonly name: string;
}

/** Message flags (Discord API, "Message Flags"). */
export const messageFlag = {
  suppressEmbeds: 1 << 2,
  hasThread: 1 << 5,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  voice: 1 << 13,
  hasSnapshot: 1 << 14,
  componentsV2: 1 << 15,
} as const;
