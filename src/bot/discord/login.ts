import { setTimeout as delay } from "node:timers/promises";

import { type Client, Events as ClientEvent, GatewayCloseCodes } from "discord.js";

import { BotError } from "../errors.ts";
import { errorCodes } from "./refusals.ts";

const leaveTimeoutMs = 2000;

/** Logs out. A gateway that no longer answers is not waited for: discord.js would for half a minute. */
export async function leave(client: Client): Promise<void> {
  const patience = new AbortController();
  const waited = delay(leaveTimeoutMs, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([client.destroy(), waited]);
  patience.abort();
}

/** Close code 4014: the portal's switch is off. */
export class IntentsRefused extends Error {
  override readonly name = "IntentsRefused";
}

/** Resolves when the client is ready. discord.js itself waits for ever where the gateway does not answer. */
export async function login(
  client: Client,
  { token, loginTimeoutMs }: { readonly token: string; readonly loginTimeoutMs: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    reject(new BotError("discord-unreachable", "Discord's gateway does not answer."));
  }, loginTimeoutMs);
  client.once(ClientEvent.ClientReady, () => resolve());
  client.once(ClientEvent.ShardDisconnect, ({ code }) => {
    const refused: number = GatewayCloseCodes.DisallowedIntents;
    reject(code === refused ? new IntentsRefused("disallowed intents") : closeError(code));
  });
  client.login(token).catch((error: unknown) => reject(loginError(error)));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

function loginError(error: unknown): BotError {
  const { code, status } = errorCodes(error);
  if (code === "TokenInvalid" || status === 401) return tokenRefused(error);
  return new BotError("discord-unreachable", "Discord could not be reached.", { cause: error });
}

/** What a close code that ends the connection for good means. */
export function closeError(code: number): BotError {
  const authentication: number = GatewayCloseCodes.AuthenticationFailed;
  return code === authentication
    ? tokenRefused(undefined)
    : new BotError("gateway-refused", `Discord closed the connection for good (${code}).`);
}

/** One line for the operator. */
export function tokenRefused(cause: unknown): BotError {
  return new BotError("token-refused", "Discord refuses the token: check DISCORD_TOKEN.", { cause });
}
