import { ChannelType } from "discord.js";

import { Fields } from "./fields.ts";
import { isId } from "./snowflakes.ts";

/** The messages of a MESSAGE_DELETE or MESSAGE_DELETE_BULK. */
export function readDeletedIds(value: unknown): readonly string[] {
  const event = new Fields(value);
  return event.text("id") === "" ? event.texts("ids") : [event.text("id")];
}

/** What a GUILD_CREATE tells of the places where messages can be: channels, and the threads that are not archived. */
export interface GuildPlaces {
  readonly guildId: string;
  readonly channels: readonly {
    readonly id: string;
    /** null where Discord names none: the channel is empty, or nobody knows. */
    readonly lastMessageId: string | null;
  }[];
}

/** Categories, directories, forums and media channels: messages are in their threads, if anywhere. */
const withoutMessages: ReadonlySet<number> = new Set<number>([
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]);

/** A GUILD_CREATE. */
export function readGuildPlaces(value: unknown): GuildPlaces {
  const guild = new Fields(value);
  const channels = [...guild.list("channels"), ...guild.list("threads")];
  return {
    guildId: guild.text("id"),
    channels: channels
      .filter((channel) => isId(channel.text("id")) && !withoutMessages.has(channel.count("type")))
      .map((channel) => ({
        id: channel.text("id"),
        lastMessageId: isId(channel.text("last_message_id")) ? channel.text("last_message_id") : null,
      })),
  };
}

/** The guilds of a READY, and whether direct messages come over its connection. */
export function readReady(value: unknown): {
  readonly guildIds: readonly string[];
  readonly hasDirectMessages: boolean;
} {
  const ready = new Fields(value);
  return {
    guildIds: ready
      .list("guilds")
      .map((guild) => guild.text("id"))
      .filter(isId),
    // Direct messages belong to the first shard (Discord API, "Sharding").
    hasDirectMessages: !ready.has("shard") || ready.first("shard") === 0,
  };
}
