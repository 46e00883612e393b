import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type LocalDiscord, startLocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import { type RunningProcess, root, runNode } from "../bot-process.ts";
import { answerTo, type PostedNote } from "../torture/answers.ts";
import { type Misfortunes, strike } from "../torture/faults.ts";
import { type StormRecording, stormRecordings } from "../torture/recordings.ts";
import { type SpeechService, startSpeechService } from "../torture/speech-service.ts";
import { type Allowance, type Growth, growthOf, type Sample } from "./growth.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
}

export interface SoakReport {
  readonly growth: readonly Growth[];
  readonly samples: number;
  readonly notes: number;
  /** Notes without exactly one right answer. */
  readonly failures: readonly string[];
  readonly misfortunes: ReadonlyMap<string, number>;
  readonly requests: number;
  /** Requests a second, over the whole run. */
  readonly requestsPerSecond: number;
  readonly worstSlidingSecond: number;
  readonly exitCode: number | null;
}

/** So many notes are without an answer at any time: enough that the quota never runs dry, few enough that all have their turn. */
const unanswered = 12;
const strikeEveryMs = 10_000;
const qps = 3;
/** Longer than any pause that faults bring about. */
const patienceMs = 12 * 60_000;
/** Discord puts threads to sleep after an hour; a short run has to be quicker to come to a steady state. */
const archiveAfterMs = 60_000;

const allowances: readonly Allowance[] = [
  { name: "rssMb", unit: "MB", absolute: 24, share: 0.1 },
  { name: "heapMb", unit: "MB", absolute: 4, share: 0.1 },
  { name: "externalMb", unit: "MB", absolute: 8, share: 0.1 },
  { name: "timers", unit: "", absolute: 10, share: 0.2 },
  { name: "handles", unit: "", absolute: 5, share: 0.2 },
  { name: "openFiles", unit: "", absolute: 5, share: 0.1 },
  { name: "processListeners", unit: "", absolute: 0, share: 0 },
  { name: "tooManyListeners", unit: "", absolute: 0, share: 0 },
];

interface Stage {
  readonly options: SoakOptions;
  readonly discord: LocalDiscord;
  readonly sis: SpeechService;
  readonly dataDir: string;
  readonly random: () => number;
  readonly places: readonly string[];
  readonly authorId: string;
  readonly open: PostedNote[];
  readonly misfortunes: Misfortunes;
}

/** Keeps one bot busy at full quota, with faults, and watches what its process holds. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const recordings = await stormRecordings(48);
  const random = seededRandom(options.seed);
  const sis = await startSpeechService(options.seed);
  const discord = await startLocalDiscord({ activeThreadLimit: 1_000_000 });
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-soak-"));
  try {
    return await soak(setUp({ options, discord, sis, dataDir, random }), recordings);
  } finally {
    await Promise.all([discord.close(), sis.close()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

function setUp(parts: Omit<Stage, "places" | "authorId" | "open" | "misfortunes">): Stage {
  const { discord } = parts;
  const authorId = discord.createUser({ username: "ada" }).id;
  const guild = discord.createGuild({ name: "Home", ownerId: authorId });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const places = Array.from(
    { length: 8 },
    (_, index) => discord.createChannel({ guildId: guild.id, name: `place-${index}` }).id,
  );
  return { ...parts, places, authorId, open: [], misfortunes: new Map() };
}

async function soak(stage: Stage, recordings: readonly StormRecording[]): Promise<SoakReport> {
  const { options, sis, discord, misfortunes, dataDir } = stage;
  const samplesPath = join(dataDir, "samples.jsonl");
  const bot = startBot(stage, samplesPath);
  const startMs = performance.now();
  await discord.waitFor(() => discord.gateway.connected().length > 0, { timeoutMs: 60_000 });
  const failures: string[] = [];
  let notes = 0;
  let struckMs = performance.now();
  let toldMs = performance.now();
  const endMs = startMs + options.minutes * 60_000;
  const ended = bot.ended.then(() => true);
  const isOver = async (): Promise<boolean> =>
    (performance.now() >= endMs && stage.open.length === 0) ||
    (await Promise.race([ended, delay(200, false)]));
  while (!(await isOver()) && performance.now() < endMs + 900_000) {
    const nowMs = performance.now();
    if (nowMs >= endMs) {
      sis.clearFaults();
      discord.clearFaults();
    } else {
      for (; stage.open.length < unanswered; notes++) post(stage, recordings[notes % recordings.length]);
      if (nowMs - struckMs > strikeEveryMs) {
        // Each fault has its time: piled up behind a breaker that probes once a minute they would make one long outage.
        sis.clearFaults();
        discord.clearFaults();
        strike(stage, misfortunes);
        struckMs = nowMs;
      }
    }
    clearAnswered(stage);
    failures.push(...giveUpOld(stage));
    if (performance.now() - toldMs > 60_000) {
      toldMs = performance.now();
      options.tell(`${Math.round((toldMs - startMs) / 60_000)} min, ${notes} notes`);
    }
  }
  for (const note of stage.open) failures.push(`${note.messageId}: ${answerTo(discord, note).why}`);
  const { requests, worstSlidingSecond } = await sis.report();
  const requestsPerSecond = (requests * 1000) / (performance.now() - startMs);
  const hasEnded = await Promise.race([ended, delay(0, false)]);
  bot.kill("SIGTERM");
  const { code, stdout, stderr } = await bot.ended;
  if (hasEnded) failures.push(`the bot ended by itself: ${lastLines(stderr, 3)}\n${lastLines(stdout, 5)}`);
  const samples = await readSamples(samplesPath);
  return {
    growth: growthOf(samples, allowances),
    samples: samples.length,
    notes,
    failures,
    misfortunes,
    requests,
    requestsPerSecond,
    worstSlidingSecond,
    exitCode: code,
  };
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

function startBot({ discord, sis, dataDir }: Stage, samplesPath: string): RunningProcess {
  const { account } = sis;
  return runNode(
    "src/main.ts",
    [],
    {
      NODE_OPTIONS: `--expose-gc --import=${join(root, "test/e2e/soak/sampler.ts")}`,
      SOAK_SAMPLES: samplesPath,
      DISCORD_TOKEN: discord.application.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_CDN_ORIGINS: discord.origin,
      SIS_ENDPOINT: sis.url,
      IAM_ENDPOINT: sis.url,
      SIS_TIMEOUT_SECONDS: "4",
      SIS_ADD_PUNC: "no",
      SIS_MAX_QPS: String(qps),
      // The same recordings come again and again, and every one of them is to be heard.
      CACHE_DAYS: "0",
      IAM_USERNAME: account.username,
      IAM_PASSWORD: account.password,
      IAM_DOMAIN_NAME: account.domainName,
      DATA_DIR: join(dataDir, "data"),
    },
    dataDir,
  );
}

function post(
  { discord, random, places, authorId, open }: Stage,
  recording: StormRecording | undefined,
): void {
  const channelId = places[Math.floor(random() * places.length)];
  if (!recording || channelId === undefined) throw new Error("nothing to post, or nowhere");
  const { bytes, durationSecs, words } = recording;
  const { id } = discord.postVoiceNote({ channelId, authorId, bytes, durationSecs });
  open.push({ messageId: id, channelId, words, postedAtMs: Date.now() });
}

/** Answered notes need no more watching; their threads fall asleep after a while, and the note goes with all that hangs on it. */
function clearAnswered({ discord, open }: Stage): void {
  const answered = open.filter((note) => answerTo(discord, note).type === "right");
  for (const note of answered) {
    open.splice(open.indexOf(note), 1);
    const archive = (): void => {
      if (discord.world.channels.has(note.messageId))
        discord.changeThread(note.messageId, { archived: true });
    };
    setTimeout(archive, archiveAfterMs).unref();
  }
}

/** A note that is not answered rightly by now never will be: it must not keep its place from others, or the run from its end. */
function giveUpOld({ discord, open }: Stage): string[] {
  const old = open.filter(({ postedAtMs }) => Date.now() - postedAtMs > patienceMs);
  for (const note of old) open.splice(open.indexOf(note), 1);
  return old.map((note) => `${note.messageId}: ${answerTo(discord, note).why}`);
}

async function readSamples(path: string): Promise<readonly Sample[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Sample);
}
