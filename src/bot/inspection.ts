import { ApplicationFlags, ApplicationFlagsBitField, REST, Routes } from "discord.js";

import { BotError } from "./errors.ts";
import { tokenRefused } from "./discord/login.ts";
import { inviteLink, missingFrom, neededPermissions, usefulPermissions } from "./discord/invite.ts";
import { errorCodes, isRefusal } from "./discord/refusals.ts";
import { createRestTransport } from "./discord/rest-transport.ts";
import { plainText } from "./answers/safe-text.ts";

/** What Discord says of a token, asked over REST: nobody is logged in, and a bot that runs is not disturbed. */
export interface DiscordInspection {
  readonly applicationId: string;
  readonly botName: string;
  /** Whether the Message Content intent is switched on in the developer portal; undefined where Discord does not tell. */
  readonly messageContent: boolean | undefined;
  /** Undefined where Discord does not list them. */
  readonly servers: readonly InspectedServer[] | undefined;
  /** Logins that are left until Discord counts anew. */
  readonly loginsLeft: number;
  readonly inviteLink: string;
  /** How far this machine's clock is ahead of Discord's, in ms; undefined where no answer was dated. */
  readonly clockAheadMs: number | undefined;
}

export interface InspectedServer {
  readonly id: string;
  readonly name: string;
  /** Permissions the bot has not got there, by their names; a channel may still refuse more. */
  readonly needed: readonly string[];
  readonly useful: readonly string[];
}

export interface InspectOptions {
  readonly token: string;
  /** REST base, without the version. */
  readonly apiUrl: string;
  readonly signal: AbortSignal;
}

const timeoutMs = 15_000;
/** Discord lists so many servers at a time. */
const pageSize = 200;
/** More are not listed: nobody reads on. */
const mostServers = 1000;

/** Asks. Throws BotError: "token-refused", or "discord-unreachable". */
export async function inspectDiscord({ token, apiUrl, signal }: InspectOptions): Promise<DiscordInspection> {
  const transport = createRestTransport(timeoutMs);
  let clockAheadMs: number | undefined;
  const rest = new REST({
    api: apiUrl,
    version: "10",
    timeout: timeoutMs,
    retries: 1,
    async makeRequest(url, init) {
      const answer = await transport.makeRequest(url, init);
      const dated = Date.parse(answer.headers.get("date") ?? "");
      if (!Number.isNaN(dated)) clockAheadMs = Date.now() - dated;
      return answer;
    },
  }).setToken(token);
  const get = async (route: `/${string}`, query = new URLSearchParams()): Promise<unknown> =>
    rest.get(route, { signal, query });
  try {
    const bot = fieldsOf(await get(Routes.user()));
    const gateway = fieldsOf(await get(Routes.gatewayBot()));
    // The bot itself needs neither: what stands between it and Discord may not know them.
    const application = await ifThere(get(Routes.currentApplication()));
    const servers = await ifThere(listServers(async (query) => await get(Routes.userGuilds(), query)));
    // A bot's user has its application's id, but for some of the oldest.
    const applicationId = textOf(fieldsOf(application)["id"]) || textOf(bot["id"]);
    return {
      applicationId,
      botName: plainText(textOf(bot["username"])),
      messageContent: application === undefined ? undefined : seesContent(fieldsOf(application)["flags"]),
      servers,
      loginsLeft: Number(fieldsOf(gateway["session_start_limit"])["remaining"] ?? Infinity),
      inviteLink: inviteLink(applicationId),
      clockAheadMs,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (errorCodes(error).status === 401) throw tokenRefused(error);
    const said = isRefusal(error) ? `Discord refuses (${error.status}).` : "Discord could not be reached.";
    throw new BotError("discord-unreachable", said, { cause: error });
  } finally {
    rest.clearHashSweeper();
    rest.clearHandlerSweeper();
    await transport.close();
  }
}

/** What a call gives; undefined where nobody knows its address. */
async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error) && error.status === 404) return undefined;
    throw error;
  }
}

function seesContent(flags: unknown): boolean {
  const bits = new ApplicationFlagsBitField(typeof flags === "number" ? flags : 0);
  return bits.any([ApplicationFlags.GatewayMessageContent, ApplicationFlags.GatewayMessageContentLimited]);
}

async function listServers(list: (query: URLSearchParams) => Promise<unknown>): Promise<InspectedServer[]> {
  const servers: InspectedServer[] = [];
  while (servers.length < mostServers) {
    const query = new URLSearchParams({ limit: String(pageSize) });
    const last = servers.at(-1);
    if (last) query.set("after", last.id);
    const page = await list(query);
    const found = Array.isArray(page) ? page.map(readServer) : [];
    servers.push(...found.filter(({ id }) => !servers.some((known) => known.id === id)));
    if (found.length < pageSize) break;
  }
  return servers;
}

function readServer(server: unknown): InspectedServer {
  const fields = fieldsOf(server);
  const text = textOf(fields["permissions"]);
  const granted = /^\d+$/.test(text) ? BigInt(text) : 0n;
  return {
    id: textOf(fields["id"]),
    name: plainText(textOf(fields["name"])),
    needed: missingFrom(granted, neededPermissions),
    useful: missingFrom(granted, usefulPermissions),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
