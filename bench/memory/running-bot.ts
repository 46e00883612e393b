import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { env } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { type Stage, root, setStage } from "../../test/e2e/bot-process.ts";
import { type Resident, residentOf } from "./resident.ts";
import { untilReady } from "../until-ready.ts";

/** The programs of the bot and the command, as `npm start` and `npm run earshot` find them. */
export const path = [dirname(process.execPath), env["PATH"]].join(delimiter);

/** The whole bot in a process of its own, around it the sandbox in this one. */
export interface RunningBot extends AsyncDisposable {
  /** From its start until it was ready, in ms. */
  readonly startMs: number;
  resident(): Resident;
  /** Asks for the subtitles of a file and gives their text. */
  subtitles(file: string): Promise<string>;
}

/** What a service that hears as fast as it is asked would be: ten words for each clip. */
export const stage = async (): Promise<Stage> =>
  await setStage({
    sis: {
      delayMs: 20,
      recognize: () => ({ text: "these are ten words that stand for what was said", score: 0.9 }),
    },
  });

/** Long enough for what the start has left behind to be collected. */
const settleMs = 5000;
const answerMs = 3_600_000;

export type Starting = "as npm start does" | "by Node alone";

/** A bot in a process of its own on a stage. */
export interface BotProcess {
  /** From its start until it was ready, in ms. */
  readonly startMs: number;
  resident(): Resident;
  /** Ends it with SIGTERM. */
  end(): Promise<void>;
}

/** Starts a bot like `npm start` does, or as Node alone runs it, and waits until it is ready. */
export async function spawnBot(
  how: Starting,
  { dataDir, env: stageEnv }: Pick<Stage, "dataDir" | "env">,
  more: Readonly<Record<string, string>> = {},
): Promise<BotProcess> {
  const [program = "", ...args] = how === "by Node alone" ? ["node"] : ["sh", join(root, "deploy/run")];
  const beginMs = performance.now();
  const bot = spawn(program, [...args, join(root, "src/main.ts")], {
    cwd: dataDir,
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: path, ...stageEnv, HTTP_PORT: "0", ...more },
  });
  await untilReady(bot);
  return {
    startMs: performance.now() - beginMs,
    resident: () => residentOf(bot.pid),
    async end() {
      const ended = once(bot, "exit");
      bot.kill("SIGTERM");
      await ended;
    },
  };
}

/** Starts a bot on a stage of its own, and lets it come to rest. */
export async function startBot(how: Starting): Promise<RunningBot> {
  const around = await stage();
  const bot = await spawnBot(how, around, { MAX_AUDIO_MINUTES: "300", MAX_DOWNLOAD_MB: "200" });
  await around.discord.waitFor(() => around.discord.application.commands.size > 0, {
    what: "the bot's commands",
  });
  await delay(settleMs);
  return {
    startMs: bot.startMs,
    resident: () => bot.resident(),
    subtitles: async (file) => await ask(around, file),
    async [Symbol.asyncDispose]() {
      await bot.end();
      await around[Symbol.asyncDispose]();
    },
  };
}

async function ask({ discord, authorId, channelId }: Stage, file: string): Promise<string> {
  const options = {
    file: { filename: "talk.mp4", contentType: "video/mp4", bytes: readFileSync(file) },
    format: "srt",
  };
  const { id } = discord.runCommand({ userId: authorId, channelId, name: "transcribe", options });
  // Past a quarter of an hour the answer would move to a message; none of these takes that long.
  const attachment = await discord.waitFor(
    () =>
      discord
        .interactionReplies(id)
        .flatMap(({ attachments }) => attachments)
        .find(({ filename }) => filename.endsWith(".srt")),
    { timeoutMs: answerMs, what: "the subtitles" },
  );
  return Buffer.from(discord.world.files.get(new URL(attachment.url).pathname)?.bytes ?? []).toString();
}
