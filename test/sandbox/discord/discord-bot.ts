import { on, once } from "node:events";

import { Client, GatewayIntentBits, Partials, type ClientEvents } from "discord.js";

import {
  startLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from "../../../src/sandbox/discord/local-discord.ts";

/** A server with a channel and a person in it, and the bot a member. */
export interface Stage {
  readonly discord: LocalDiscord;
  readonly guildId: string;
  readonly channelId: string;
  readonly personId: string;
}

/** Builds the stage; `async using` takes it down. */
export async function setStage(options?: LocalDiscordOptions): Promise<Stage & AsyncDisposable> {
  const discord = await startLocalDiscord(options);
  const person = discord.createUser({ username: "ada", globalName: "Ada" });
  const guild = discord.createGuild({ name: "Earshot HQ", ownerId: person.id });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const channel = discord.createChannel({ guildId: guild.id, name: "general" });
  return {
    discord,
    guildId: guild.id,
    channelId: channel.id,
    personId: person.id,
    [Symbol.asyncDispose]: () => discord.close(),
  };
}

const { Guilds, GuildMessages, GuildVoiceStates, DirectMessages, MessageContent, GuildMessageReactions } =
  GatewayIntentBits;
export const usualIntents = [
  Guilds,
  GuildMessages,
  GuildVoiceStates,
  DirectMessages,
  MessageContent,
  GuildMessageReactions,
];

/** An unmodified discord.js, pointed at the local Discord and not logged in yet. */
export function createBot(
  { apiUrl }: Pick<LocalDiscord, "apiUrl">,
  intents: readonly GatewayIntentBits[] = usualIntents,
): Client & AsyncDisposable {
  const client = new Client({
    intents,
    partials: [Partials.Channel, Partials.Message],
    rest: { api: apiUrl, retries: 3 },
    allowedMentions: { parse: [] },
  });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.destroy() });
}

/** Logs in and waits until every guild is there. */
export async function logIn(
  discord: LocalDiscord,
  intents?: readonly GatewayIntentBits[],
): Promise<Client<true> & AsyncDisposable> {
  const client = createBot(discord, intents);
  const ready = once(client, "clientReady");
  await client.login(discord.application.token);
  await ready;
  return client as Client<true> & AsyncDisposable;
}

/** The next event of a name that fits, with its arguments. Ask before causing it. */
export async function next<Name extends keyof ClientEvents>(
  client: Client,
  name: Name,
  fits: (...args: ClientEvents[Name]) => boolean = () => true,
): Promise<ClientEvents[Name]> {
  const signal = AbortSignal.timeout(15_000);
  for await (const args of on(client, name, { signal }) as AsyncIterable<ClientEvents[Name]>) {
    if (fits(...args)) return args;
  }
  throw new Error(`no more ${name}`);
}
