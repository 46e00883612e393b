import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LocalDiscord, startLocalDiscord } from "../src/sandbox/discord/local-discord.ts";
import { type LocalSis, startLocalSis } from "../src/sandbox/sis/local-sis.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import { encodeVoiceNote } from "../src/sandbox/voice-note.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { untilReady } from "./until-ready.ts";

const stops = 3;
const notes = 6;
/** What docker stop waits for before it kills. */
const dockerMs = 10_000;
const limitMs = 20_000;

/** What the bot is doing when it is told to stop. */
type Work = "nothing" | "notes that end soon" | "notes that hang";

/** From SIGTERM to the end of the process, the real one, with the sandbox around it. */
export const shutdownBenchmark: Benchmark = {
  name: "shutdown",
  async run() {
    return [
      await stopping("nothing", stops, dockerMs / 5),
      await stopping("notes that end soon", stops, dockerMs),
      await stopping("notes that hang", 1, limitMs),
    ];
  },
};

async function stopping(work: Work, times: number, mostMs: number): Promise<BenchmarkRow> {
  const took: number[] = [];
  for (let stop = 0; stop < times; stop++) took.push(await stopOnce(work));
  const worst = Math.max(...took);
  return {
    what: `SIGTERM to exit 0 while the bot works on ${work} (worst of ${times})`,
    ours: `${(worst / 1000).toFixed(1)} s`,
    alternative: `${limitMs / 1000} s allowed`,
    ratio: `${(limitMs / worst).toFixed(1)}× sooner`,
    bar: `within ${mostMs / 1000} s`,
    met: worst <= mostMs,
  };
}

async function stopOnce(work: Work): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), "earshot-bench-"));
  const discord = await startLocalDiscord();
  const sis = await startLocalSis({ delayMs: 400, recognize: () => ({ text: "the words", score: 0.9 }) });
  if (work === "notes that hang") sis.failNext({ kind: "hang", times: "always" });
  const bot = startBot({ discord, sis, dataDir });
  try {
    await busy({ discord, sis }, bot, work);
    const startMs = performance.now();
    const ended = once(bot, "exit");
    bot.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`the bot ended with ${code}`);
    return performance.now() - startMs;
  } finally {
    bot.kill("SIGKILL");
    await Promise.all([discord.close(), sis.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Around {
  readonly discord: LocalDiscord;
  readonly sis: LocalSis;
}

function startBot({ discord, sis, dataDir }: Around & { readonly dataDir: string }): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    cwd: dataDir,
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      PATH: process.env["PATH"],
      DISCORD_TOKEN: discord.application.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_CDN_ORIGINS: discord.origin,
      SIS_ENDPOINT: sis.url,
      IAM_ENDPOINT: sis.url,
      HUAWEICLOUD_SDK_AK: sis.account.accessKey,
      HUAWEICLOUD_SDK_SK: sis.account.secretKey,
      DATA_DIR: join(dataDir, "data"),
      HTTP_PORT: "0",
    },
  });
}

/** Resolves when the bot is up and, if it shall work, waits for the service. */
async function busy({ discord, sis }: Around, bot: ChildProcess, work: Work): Promise<void> {
  const person = discord.createUser({ username: "ada" });
  const guild = discord.createGuild({ name: "Home", ownerId: person.id });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const channel = discord.createChannel({ guildId: guild.id, name: "lounge" });
  await untilReady(bot);
  if (work === "nothing") return;
  const [spoken] = await humanSpeech({ limit: 1 });
  if (!spoken) throw new Error("no human speech to be had");
  const { bytes, durationSecs } = await encodeVoiceNote(spoken.samples);
  for (let note = 0; note < notes; note++) {
    discord.postVoiceNote({ channelId: channel.id, authorId: person.id, bytes, durationSecs });
  }
  await sis.until((requests) => requests.length > 1);
}
