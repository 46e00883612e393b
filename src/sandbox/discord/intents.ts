/** Gateway intents (Discord API, "List of Intents"). */
export const intent = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildVoiceStates: 1 << 7,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageReactions: 1 << 10,
  guildMessageTyping: 1 << 11,
  directMessages: 1 << 12,
  directMessageReactions: 1 << 13,
  directMessageTyping: 1 << 14,
  messageContent: 1 << 15,
} as const;

/** Every bit that names an intent; any other one closes with 4013. */
export const knownIntents = 0x0001_ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

interface Needed {
  readonly guild: number;
  readonly dm: number;
}

const messages: Needed = { guild: intent.guildMessages, dm: intent.directMessages };
const reactions: Needed = { guild: intent.guildMessageReactions, dm: intent.directMessageReactions };
const guilds: Needed = { guild: intent.guilds, dm: intent.guilds };
const members: Needed = { guild: intent.guildMembers, dm: 0 };
const voice: Needed = { guild: intent.guildVoiceStates, dm: 0 };

/** The intent an event needs; what is not here goes to everybody it concerns. */
const neededBy: Readonly<Record<string, Needed>> = {
  MESSAGE_CREATE: messages,
  MESSAGE_UPDATE: messages,
  MESSAGE_DELETE: messages,
  MESSAGE_DELETE_BULK: { guild: intent.guildMessages, dm: 0 },
  MESSAGE_REACTION_ADD: reactions,
  MESSAGE_REACTION_REMOVE: reactions,
  TYPING_START: { guild: intent.guildMessageTyping, dm: intent.directMessageTyping },
  GUILD_CREATE: guilds,
  GUILD_UPDATE: guilds,
  GUILD_DELETE: guilds,
  GUILD_ROLE_CREATE: guilds,
  GUILD_ROLE_UPDATE: guilds,
  CHANNEL_CREATE: guilds,
  CHANNEL_UPDATE: guilds,
  CHANNEL_DELETE: guilds,
  CHANNEL_PINS_UPDATE: { guild: intent.guilds, dm: intent.directMessages },
  VOICE_CHANNEL_STATUS_UPDATE: guilds,
  THREAD_CREATE: guilds,
  THREAD_UPDATE: guilds,
  THREAD_DELETE: guilds,
  THREAD_MEMBERS_UPDATE: members,
  GUILD_MEMBER_ADD: members,
  GUILD_MEMBER_UPDATE: members,
  GUILD_MEMBER_REMOVE: members,
  VOICE_STATE_UPDATE: voice,
};

/** Whether a session with these intents hears the event; `isOwn` for those about the bot's own membership. */
export function hears(intents: number, type: string, isDm: boolean, isOwn: boolean): boolean {
  if (isOwn) return true;
  const needed = neededBy[type];
  return needed === undefined || (intents & (isDm ? needed.dm : needed.guild)) !== 0;
}
