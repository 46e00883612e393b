import type { DiscordApi } from "./discord-api.ts";
import { BotError } from "./errors.ts";
import { tokenRefused } from "./gateway.ts";
import { errorCodes } from "./refusals.ts";

/** Who the token is, for a process that does not log in. Throws BotError. */
export async function ownIdOf(api: DiscordApi): Promise<string> {
  try {
    return await api.selfId();
  } catch (error) {
    if (errorCodes(error).status === 401) throw tokenRefused(error);
    throw new BotError("discord-unreachable", "Discord could not be reached.", { cause: error });
  }
}
