import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";
import type { Store } from "./store.ts";

/** Stands for the whole guild where a channel would be named. */
const wholeGuild = "";

/** Settings of guilds and channels; the channel's word counts before the guild's. */
export function createSettings(database: Kysely<Database>): Store["settings"] {
  async function read(name: string, guildId: string, channelId: string): Promise<unknown> {
    const row = await database
      .selectFrom("setting")
      .select("value")
      .where("guild_id", "=", guildId)
      .where("channel_id", "in", [channelId, wholeGuild])
      .where("name", "=", name)
      .orderBy("channel_id", "desc") // the empty name of the guild sorts last
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  }

  return {
    notesEnabled: async (guildId, channelId) => (await read("notes", guildId, channelId)) !== false,
    setNotes: async (guildId, channelId, on) => {
      const value = JSON.stringify(on);
      await database
        .insertInto("setting")
        .values({ guild_id: guildId, channel_id: channelId ?? wholeGuild, name: "notes", value })
        .onConflict((conflict) => conflict.columns(["guild_id", "channel_id", "name"]).doUpdateSet({ value }))
        .execute();
    },
  };
}
