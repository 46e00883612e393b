import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LocalDiscord, startLocalDiscord } from "../../src/sandbox/discord/local-discord.ts";
import { type LocalSis, type LocalSisOptions, startLocalSis } from "../../src/sandbox/sis/local-sis.ts";

export const root = join(import.meta.dirname, "../..");

/** What a process printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProcess {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Resolves once stdout holds this text; fails where the process ends before. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a file of the project as an operator would, with nothing of this process's environment but the PATH; web pages on a free port. */
export function runNode(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd = root,
): RunningProcess {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HTTP_PORT: "0", ...env },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  return {
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    async printed(text) {
      while (!output.stdout.includes(text)) {
        const more = once(child.stdout, "data").then(() => true);
        if (!(await Promise.race([more, ended.then(() => false)])))
          throw new Error(`the process ended: ${output.stderr}`);
      }
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** A local Discord with one server, one channel and one person, a local SIS, and a data folder of their own. */
export interface Stage extends AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly sis: LocalSis;
  readonly dataDir: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly authorId: string;
  /** What the bot needs to run here, signed with AK/SK. */
  readonly env: Record<string, string>;
  /** Posts a voice note and gives its message's id. */
  post(note: { readonly bytes: Uint8Array; readonly durationSecs: number }): string;
  /** Starts the bot and waits until it is connected. */
  startBot(env?: Record<string, string>): Promise<RunningProcess>;
  /** The bot's messages in the thread on a note; empty while there is none. */
  answers(messageId: string): readonly string[];
  /** Waits for an answer that matches. */
  answer(messageId: string, pattern: RegExp, timeoutMs?: number): Promise<string>;
}

export async function setStage(options: { readonly sis?: LocalSisOptions } = {}): Promise<Stage> {
  const [discord, sis, dataDir] = await Promise.all([
    startLocalDiscord(),
    startLocalSis(options.sis ?? {}),
    mkdtemp(join(tmpdir(), "earshot-e2e-")),
  ]);
  const author = discord.createUser({ username: "maya", globalName: "Maya" });
  const guild = discord.createGuild({ name: "Home", ownerId: author.id });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const channel = discord.createChannel({ guildId: guild.id, name: "lounge" });
  const running: RunningProcess[] = [];
  const env = {
    DISCORD_TOKEN: discord.application.token,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_CDN_ORIGINS: discord.origin,
    SIS_ENDPOINT: sis.url,
    IAM_ENDPOINT: sis.url,
    SIS_TIMEOUT_SECONDS: "120",
    HUAWEICLOUD_SDK_AK: sis.account.accessKey,
    HUAWEICLOUD_SDK_SK: sis.account.secretKey,
    DATA_DIR: join(dataDir, "data"),
  };
  const answers = (messageId: string): readonly string[] =>
    discord.threadsOf(channel.id).some(({ id }) => id === messageId)
      ? discord
          .messages(messageId)
          .filter((message) => message.author.id === discord.application.botId && message.content !== "")
          .map(({ content }) => content)
      : [];
  return {
    discord,
    sis,
    dataDir,
    guildId: guild.id,
    channelId: channel.id,
    authorId: author.id,
    env,
    post: ({ bytes, durationSecs }) =>
      discord.postVoiceNote({ channelId: channel.id, authorId: author.id, bytes, durationSecs }).id,
    async startBot(more = {}) {
      const bot = runNode("src/main.ts", [], { ...env, ...more }, dataDir);
      running.push(bot);
      const logins = discord.gateway.counts.identifies;
      await Promise.race([
        discord.waitFor(() => discord.gateway.counts.identifies > logins, {
          timeoutMs: 30_000,
          what: "the login",
        }),
        bot.ended.then(({ stderr }) => {
          throw new Error(`the bot ended: ${stderr}`);
        }),
      ]);
      return bot;
    },
    answers,
    answer: (messageId, pattern, timeoutMs = 60_000) =>
      discord.waitFor(() => answers(messageId).find((content) => pattern.test(content)), {
        timeoutMs,
        what: `an answer like ${pattern.source}`,
      }),
    async [Symbol.asyncDispose]() {
      for (const bot of running) bot.kill("SIGKILL");
      await Promise.all(running.map(({ ended }) => ended));
      await Promise.all([discord.close(), sis.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
