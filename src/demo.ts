import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createNotes, type DemoNote, wordsFound } from "./demo/cast.ts";
import { createScreen } from "./demo/screen.ts";
import { playTranscribeScene } from "./demo/transcribe-scene.ts";
import { playVoiceScene } from "./demo/voice-scene.ts";
import { type LocalDiscord, startLocalDiscord } from "./sandbox/discord/local-discord.ts";
import { type LocalSis, startLocalSis } from "./sandbox/sis/local-sis.ts";
import { startVoiceServer, type VoiceServer } from "./sandbox/voice/voice-server.ts";

/** Fewer words than this in common with what was said is no transcript. */
const enoughWords = 0.4;
const answerTimeoutMs = 180_000;
/** The line of figures under a transcript. */
const transcribed = /^-# (?:\d+ %|no score)/mu;
const screen = createScreen();

process.exitCode = await main();

/** The main job against the sandbox: 0 only if the transcripts really came. */
async function main(): Promise<number> {
  screen.tell("Earshot's main job, without an account and without a network: the real bot, a local Discord,");
  screen.tell(
    "a local speech service with an embedded recognizer (PocketSphinx, for trying things out), human voices.",
  );
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-demo-"));
  const discord = await startLocalDiscord();
  const sis = await startLocalSis();
  const voice = await startVoiceServer();
  // Voice servers speak TLS only, and this one's certificate was made a moment ago.
  const certificate = join(dataDir, "voice-server.pem");
  await writeFile(certificate, voice.cert);
  const bot = startBot({ discord, sis, dataDir, certificate });
  try {
    return await play({ discord, sis, voice, bot });
  } catch (error) {
    screen.tell(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    screen.tell(bot.lastLines());
    return 1;
  } finally {
    await bot.stop();
    await voice.close();
    await sis.close();
    await discord.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Stage {
  readonly discord: LocalDiscord;
  readonly sis: LocalSis;
  readonly voice: VoiceServer;
  readonly bot: Bot;
}

async function play({ discord, sis, voice, bot }: Stage): Promise<number> {
  const { notes, hostile, unlucky } = await createNotes();
  const people = new Map(
    ["Maya", "Jonas", "Lin", "Eve"].map((name) => [
      name,
      discord.createUser({ username: name.toLowerCase(), globalName: name }).id,
    ]),
  );
  const owner = people.get("Maya") ?? "";
  const guild = discord.createGuild({ name: "Demo", ownerId: owner, memberIds: [...people.values()] });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const { id: channelId } = discord.createChannel({ guildId: guild.id, name: "lounge" });
  await bot.connected(discord);
  screen.channel("lounge");

  const post = async (note: DemoNote, isAnswer: RegExp): Promise<string> => {
    const { bytes, durationSecs, waveform } = note.note;
    screen.voiceNote({ author: note.author, seconds: durationSecs, waveform, about: note.about });
    const authorId = people.get(note.author) ?? "";
    const message = discord.postVoiceNote({ channelId, authorId, bytes, durationSecs, waveform });
    const answer = await answerTo(discord, { channelId, messageId: message.id, isAnswer });
    screen.thread(answer.thread);
    for (const content of answer.messages) screen.message("Earshot", content);
    screen.gap();
    return answer.messages.join("\n");
  };

  let found = 0;
  for (const note of notes) {
    const share = wordsFound(note.spoken, await post(note, transcribed));
    if (share >= enoughWords) found++;
    else screen.tell(`  (only ${Math.round(share * 100)} % of the words that were said)\n`);
  }
  await post(hostile, /./u);
  sis.failNext({ kind: "code", code: "SIS.0103" });
  const explained = await post(unlucky, /^-# SIS\.\d{4}/mu);
  sis.clearFaults();
  const requests = (): number => sis.requests.filter(({ endpoint }) => endpoint === "short-audio").length;
  const asked = await playTranscribeScene({ discord, channelId, people, requests, screen });
  const { captioned, of } = await playVoiceScene({
    discord,
    voice,
    guildId: guild.id,
    channelId,
    people,
    screen,
  });

  screen.tell(
    `${found} of ${notes.length} notes transcribed · ${captioned} of ${of} people captioned live · ` +
      `a video subtitled · ${requests()} requests, never more than ${sis.worstSlidingSecond()} in any second`,
  );
  const subtitled = asked.found >= enoughWords && asked.again === 0;
  const worked = subtitled && found === notes.length && explained.includes("SIS.0103") && captioned === of;
  return worked ? 0 : 1;
}

interface SeenAnswer {
  readonly thread: string;
  readonly messages: readonly string[];
}

interface Awaited {
  readonly channelId: string;
  readonly messageId: string;
  readonly isAnswer: RegExp;
}

/** Waits until the note's thread holds an answer of the kind that is expected. */
async function answerTo(discord: LocalDiscord, awaited: Awaited): Promise<SeenAnswer> {
  return discord.waitFor(
    () => {
      const thread = discord.threadsOf(awaited.channelId).find(({ id }) => id === awaited.messageId);
      if (!thread) return undefined;
      const messages = discord
        .messages(thread.id)
        .filter(({ author, content }) => author.id === discord.application.botId && content !== "")
        .map(({ content }) => content);
      return messages.some((content) => awaited.isAnswer.test(content))
        ? { thread: thread.name, messages }
        : undefined;
    },
    { timeoutMs: answerTimeoutMs, what: "the answer to a voice note" },
  );
}

interface Bot {
  connected(discord: LocalDiscord): Promise<void>;
  lastLines(): string;
  stop(): Promise<void>;
}

/** The bot as an operator starts it, with settings for the sandbox. */
function startBot(around: {
  readonly discord: LocalDiscord;
  readonly sis: LocalSis;
  readonly dataDir: string;
  readonly certificate: string;
}): Bot {
  const { discord, sis, dataDir, certificate } = around;
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    cwd: dataDir,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_EXTRA_CA_CERTS: certificate,
      DISCORD_TOKEN: discord.application.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_CDN_ORIGINS: discord.origin,
      SIS_ENDPOINT: sis.url,
      IAM_ENDPOINT: sis.url,
      // The embedded recognizer is slower than a cloud, most of all on a machine that is busy.
      SIS_TIMEOUT_SECONDS: "120",
      HUAWEICLOUD_SDK_AK: sis.account.accessKey,
      HUAWEICLOUD_SDK_SK: sis.account.secretKey,
      DATA_DIR: join(dataDir, "data"),
      HTTP_PORT: "0",
    },
  });
  const lines: string[] = [];
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      lines.push(...text.split("\n").filter((line) => line !== ""));
      lines.splice(0, lines.length - 20);
    });
  }
  return {
    connected: async (local) => {
      const ready = local.waitFor(() => local.gateway.connected().length > 0, {
        timeoutMs: 30_000,
        what: "the bot's login",
      });
      await Promise.race([
        ready,
        exited.then(() => {
          throw new Error("the bot ended");
        }),
      ]);
    },
    lastLines: () => lines.join("\n"),
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
