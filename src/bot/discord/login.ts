import { setTimeout as delay } from "node:timers/promises";

import { type Client, Events as ClientEvent, GatewayCloseCodes } from "discord.js";

import { BotError } from "../errors.ts";
import { errorCodes, isRefusal } from "./refusals.ts";

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

/**
 * Resolves when the client is ready. discord.js itself waits for ever where the gateway does not answer; shards log in one
 * after the other, so the patience is for each of them.
 */
export async function login(
  client: Client,
  { token, loginTimeoutMs }: { readonly token: string; readonly loginTimeoutMs: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    reject(new BotError("discord-unreachable", "Discord's gateway does not answer."));
  }, loginTimeoutMs);
  client.on(ClientEvent.ShardReady, () => timer.refresh());
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
  const resetsAt = noLoginsLeft.exec(error instanceof Error ? error.message : "")?.[1];
  if (resetsAt !== undefined) {
    const line = `Discord allows no more logins until ${resetsAt}: find out why the bot starts so often.`;
    return new BotError("gateway-refused", line, { cause: error });
  }
  const line = isRefusal(error) ? `Discord refuses the login (${code}).` : "Discord could not be reached.";
  return new BotError("discord-unreachable", line, { cause: error });
}

/** What @discordjs/ws says where session_start_limit is used up; it has no code. */
const noLoginsLeft = /^Not enough sessions remaining .*resets at (\S+)/;

/** What helps against the close codes that only the operator can do something about. */
const closeAdvice: ReadonlyMap<number, string> = new Map([
  [GatewayCloseCodes.InvalidShard, "SHARD_IDS and SHARD_COUNT do not fit"],
  [GatewayCloseCodes.ShardingRequired, "the bot is in too many servers for SHARD_COUNT"],
]);

/** What a close code that ends the connection for good means. */
export function closeError(code: number): BotError {
  const authentication: number = GatewayCloseCodes.AuthenticationFailed;
  if (code === authentication) return tokenRefused(undefined);
  const advice = closeAdvice.get(code);
  const why = advice === undefined ? String(code) : `${code}: ${advice}`;
  return new BotError("gateway-refused", `Discord closed the connection for good (${why}).`);
}

/** One line for the operator. */
export function tokenRefused(cause: unknown): BotError {
  return new BotError("token-refused", "Discord refuses the token: check DISCORD_TOKEN.", { cause });
}
