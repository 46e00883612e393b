import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { commands } from "../../commands/index.ts";
import { type Bot, createBot } from "../../src/bot/bot.ts";
import type { BotOptions } from "../../src/bot/bot-options.ts";
import { defaultLimits, type BotLimits } from "../../src/bot/limits.ts";
import { createExplain } from "../../src/explanations/create-explain.ts";
import { createWords } from "../../src/explanations/words.ts";
import type { Jobs } from "../../src/jobs/jobs.ts";
import { createSqliteJobs } from "../../src/jobs/sqlite-jobs.ts";
import {
  startLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from "../../src/sandbox/discord/local-discord.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { TranscribeOptions, Transcriber } from "../../src/transcription/transcriber.ts";
import type { Transcript } from "../../src/transcription/transcript.ts";

type Seen = ReturnType<LocalDiscord["messages"]>[number];

/** What a test lets the transcriber do with the bytes of a recording. */
export type Script = (bytes: Buffer, options: TranscribeOptions) => Promise<Transcript>;

/** A server with a person and a channel in it, the bot's parts around it, and the bot itself, not started. */
export interface BotStage extends AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly guildId: string;
  readonly channelId: string;
  readonly personId: string;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly dataDir: string;
  /** Log lines, to look for codes and for what must not be there. */
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[];
  readonly lost: Error[];
  /** The contents of every file that was given to the transcriber. */
  readonly heard: string[];
  script: Script;
  readonly bot: Bot;
  /** A second bot process on the same data, as after a crash; stops the first one's events at once. */
  restart(limits?: Partial<BotLimits>): Promise<Bot>;
  /** Posts a voice note; its bytes are the name the script sees. */
  note(
    says: string,
    options?: { readonly channelId?: string; readonly authorId?: string; readonly durationSecs?: number },
  ): Seen["id"];
  /** The bot's messages in the thread on a message, once there are as many as that and none says "Listening". */
  answered(messageId: string, count?: number): Promise<readonly Seen[]>;
  /** The bot's messages in a channel that reply to a message, once there is one. */
  replies(messageId: string, channelId?: string): Promise<readonly Seen[]>;
  /** Requests the bot made of Discord's REST, as "METHOD /route". */
  calls(): readonly string[];
}

/** Words that were heard, as a transcriber gives them. */
export function transcriptOf(text: string, changes: Partial<Transcript> = {}): Transcript {
  return {
    durationMs: 8000,
    text,
    confidence: text === "" ? null : 0.9,
    segments: [],
    recognizer: "sis",
    requests: 1,
    lostMs: 0,
    cutShort: false,
    ...changes,
  };
}

/** Says what the bytes are, after telling that it is one clip. */
export const sayBytes: Script = (bytes, { onProgress }) => {
  onProgress?.({ clipsDone: 0, clips: 1 });
  return Promise.resolve(transcriptOf(bytes.toString()));
};

export interface BotStageOptions {
  readonly discord?: LocalDiscordOptions;
  readonly limits?: Partial<BotLimits>;
  readonly bot?: Partial<BotOptions>;
  /** What the recognizer hears; English unless told. */
  readonly languages?: readonly string[];
  /** The bot's permissions; all but the moderators' unless told. */
  readonly start?: boolean;
}

/** Trouble is told without delay, but for the tests that want to see it kept quiet. */
const stageLimits: Partial<BotLimits> = { troubleAfterMs: 0 };

/** Builds the stage and starts the bot; `await using` takes everything down. */
export async function setBotStage(options: BotStageOptions = {}): Promise<BotStage> {
  const discord = await startLocalDiscord(options.discord);
  const person = discord.createUser({ username: "ada", globalName: "Ada" });
  const guild = discord.createGuild({ name: "Earshot HQ", ownerId: person.id });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const channel = discord.createChannel({ guildId: guild.id, name: "general" });
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-bot-"));
  const store = await openStore({ dataDir });
  const logged: BotStage["logged"] = [];
  const lost: Error[] = [];
  const heard: string[] = [];
  const transcriber: Transcriber = {
    languages: options.languages ?? ["en"],
    identityOf: (settings) => `sis:${settings?.language ?? "en"}`,
    async transcribe(path, transcribing) {
      const bytes = await readFile(path);
      heard.push(bytes.toString());
      return await stage.script(bytes, transcribing);
    },
  };
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields, message });

  const createJobs = (): Jobs =>
    createSqliteJobs({ store, pollMs: 50, backoff: { firstMs: 20, maxMs: 200 } });
  const make = (jobs: Jobs, limits: Partial<BotLimits> = {}): Bot =>
    createBot({
      token: discord.application.token,
      apiUrl: discord.apiUrl,
      cdnOrigins: [discord.origin],
      dataDir,
      maxAudioMinutes: 120,
      maxDownloadMb: 100,
      retentionDays: 30,
      transcriber,
      openCaptions: Object.assign(
        () => {
          throw new Error("this stage has no ears");
        },
        { languages: ["en"] },
      ),
      recognizer: { name: "sis", host: "sis.example" },
      jobs,
      store,
      words: createWords(),
      explain: createExplain(),
      commands,
      log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
      onLost: (error) => lost.push(error),
      limits: { ...defaultLimits, ...stageLimits, ...options.limits, ...limits },
      ...options.bot,
    });
  let jobs = createJobs();
  let bot = make(jobs);
  const isOurs = ({ author }: Seen): boolean => author.id === discord.application.botId;

  const stage: BotStage = {
    discord,
    guildId: guild.id,
    channelId: channel.id,
    personId: person.id,
    store,
    get jobs() {
      return jobs;
    },
    dataDir,
    logged,
    lost,
    heard,
    script: sayBytes,
    get bot() {
      return bot;
    },
    async restart(limits) {
      await bot.stop(0);
      jobs = createJobs();
      bot = make(jobs, limits);
      await bot.start();
      return bot;
    },
    note(says, { channelId = channel.id, authorId = person.id, durationSecs = 8 } = {}) {
      return discord.postVoiceNote({ channelId, authorId, durationSecs, bytes: Buffer.from(says) }).id;
    },
    answered: (messageId, count = 1) =>
      discord.waitFor(
        () => {
          if (!discord.world.channels.has(messageId)) return undefined;
          const ours = discord.messages(messageId).filter((message) => isOurs(message) && message.type === 0);
          const isDone =
            ours.length >= count && !ours.some(({ content }) => /^(?:Listening|Fetching)/.test(content));
          return isDone ? ours : undefined;
        },
        { what: `an answer to ${messageId}` },
      ),
    replies: (messageId, channelId = channel.id) =>
      discord.waitFor(
        () => {
          const ours = discord
            .messages(channelId)
            .filter((message) => isOurs(message) && message.message_reference?.["message_id"] === messageId);
          return ours.length > 0 ? ours : undefined;
        },
        { what: `a reply to ${messageId}` },
      ),
    calls: () =>
      discord.journal
        .filter(({ surface }) => surface === "rest")
        .map(({ method, route, path }) => `${method} ${route ?? path}`),
    async [Symbol.asyncDispose]() {
      await bot.stop(1000);
      await store.close();
      await discord.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  if (options.start ?? true) await bot.start();
  return stage;
}
