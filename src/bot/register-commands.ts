import type { Store } from "../store/store.ts";
import type { Command } from "./command.ts";
import { createCommandRegistry } from "./command-registry.ts";
import { createDiscordApi } from "./discord/discord-api.ts";
import { BotError } from "./errors.ts";
import { tokenRefused } from "./discord/login.ts";
import { defaultLimits } from "./limits.ts";
import { errorCodes, isRefusal } from "./discord/refusals.ts";
import { createRestTransport, type RestTransport } from "./discord/rest-transport.ts";

export interface RegistrationOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly store: Pick<Store, "marks">;
  readonly commands: readonly Command[];
}

/** Registers the commands without logging in, whether they changed or not, and gives their number. Throws BotError. */
export async function registerCommands({
  token,
  apiUrl,
  store,
  commands,
}: RegistrationOptions): Promise<number> {
  const { requestTimeoutMs } = defaultLimits;
  const transport = createRestTransport(requestTimeoutMs);
  const makeRequest: RestTransport["makeRequest"] = (url, init) => transport.makeRequest(url, init);
  const api = createDiscordApi({ token, apiUrl, timeoutMs: requestTimeoutMs, makeRequest });
  const registry = createCommandRegistry({ api, marks: store.marks, commands });
  try {
    return await registry.register(await api.applicationId());
  } catch (error) {
    if (errorCodes(error).status === 401) throw tokenRefused(error);
    const said = isRefusal(error)
      ? `Discord refuses the commands (${errorCodes(error).code}).`
      : "Discord could not be reached.";
    throw new BotError("discord-unreachable", said, { cause: error });
  } finally {
    api.close();
    await transport.close();
  }
}
