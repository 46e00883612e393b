import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import { errorCodes } from "../discord/refusals.ts";

/** Everybody in the channel sees it beside the bot's name, whatever they read. */
const mark = "[captions] ";
/** Discord's limit. */
const longestNick = 32;

/** Marks the bot as listening; gives the nickname to go back to, or undefined where it may not change its own. */
export async function markNickname(
  api: DiscordApi,
  guildId: string,
  log: BotLog,
): Promise<string | null | undefined> {
  try {
    const { name = "Earshot", nick } = await api.member(guildId, await api.selfId());
    // A run that was killed may have left its mark.
    const former = nick?.startsWith(mark) ? nick.slice(mark.length) : nick;
    const plainName = name.startsWith(mark) ? name.slice(mark.length) : name;
    await api.setOwnNick(guildId, (mark + plainName).slice(0, longestNick).toWellFormed());
    return former;
  } catch (error) {
    log.info({ guildId, ...errorCodes(error) }, "nickname stays as it is");
    return undefined;
  }
}

/** Takes the mark away. */
export async function restoreNickname(
  api: DiscordApi,
  { guildId, formerNick }: { readonly guildId: string; readonly formerNick: string | null | undefined },
  log: BotLog,
): Promise<void> {
  if (formerNick === undefined) return;
  try {
    await api.setOwnNick(guildId, formerNick);
  } catch (error) {
    log.warn({ guildId, ...errorCodes(error) }, "nickname could not be restored");
  }
}
