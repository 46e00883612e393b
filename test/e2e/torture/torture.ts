import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

import { type LocalDiscord, startLocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import { type RunningProcess, runNode } from "../bot-process.ts";
import { answerTo, type PostedNote } from "./answers.ts";
import { type Misfortunes, strike } from "./faults.ts";
import { type StormRecording, stormRecordings } from "./recordings.ts";
import { type SpeechService, startSpeechService } from "./speech-service.ts";

export interface TortureOptions {
  readonly notes: number;
  readonly kills: number;
  /** The same seed plans the same storm; the machine's own timing does the rest. */
  readonly seed: number;
  /** How long all answers may take once the storm is over. */
  readonly calmTimeoutMs: number;
  readonly tell: (line: string) => void;
}

/** What a storm did and what came of it. */
export interface TortureReport {
  readonly notes: number;
  readonly kills: number;
  readonly misfortunes: ReadonlyMap<string, number>;
  /** Notes without exactly one right answer, and what is wrong. */
  readonly failures: readonly string[];
  readonly requests: number;
  readonly clips: number;
  /** Clips the service recognized more than once: it had answered when the process was killed, or the answer was lost. */
  readonly paidTwice: number;
  readonly worstSlidingSecond: number;
  readonly durationMs: number;
  /** From the note to its last word, killed time and all. */
  readonly answerMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Jobs that have not ended, by their state. */
  readonly jobsLeft: number;
  /** How the last process ended when it was told to stop. */
  readonly exitCode: number | null;
}

/** Where the storm takes place. */
export interface Stage {
  readonly options: TortureOptions;
  readonly discord: LocalDiscord;
  readonly sis: SpeechService;
  readonly dataDir: string;
  readonly random: () => number;
  readonly places: readonly { readonly channelId: string }[];
  readonly people: readonly string[];
  readonly posted: PostedNote[];
  readonly misfortunes: Misfortunes;
}

/** Posts notes while the bot is killed again and again, Discord stumbles and the service fails; then looks at every answer. */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const random = seededRandom(options.seed);
  options.tell(`making ${options.notes} recordings`);
  const recordings = await stormRecordings(options.notes);
  const sis = await startSpeechService(options.seed);
  const discord = await startLocalDiscord();
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-torture-"));
  try {
    const stage = setUp({ options, discord, sis, dataDir, random });
    const startedMs = performance.now();
    await storm(stage, recordings);
    const exitCode = await calm(stage);
    const failures = wrongAnswers(stage);
    return {
      notes: stage.posted.length,
      kills: options.kills,
      misfortunes: stage.misfortunes,
      failures,
      ...(await sis.report()),
      clips: recordings.reduce((sum, { clips }) => sum + clips, 0),
      durationMs: performance.now() - startedMs,
      answerMs: answerTimes(stage),
      jobsLeft: jobsLeft(dataDir),
      exitCode,
    };
  } finally {
    await Promise.all([discord.close(), sis.close()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Notes without exactly one right answer, and what is wrong. */
export function wrongAnswers({ discord, posted }: Stage): readonly string[] {
  return posted.flatMap((note) => {
    const { type, why } = answerTo(discord, note);
    return type === "right" ? [] : [`${note.messageId}: ${why}`];
  });
}

/** One server with five people and four places. */
export function setUp(parts: Omit<Stage, "places" | "people" | "posted" | "misfortunes">): Stage {
  const { discord } = parts;
  const people = ["ada", "ben", "cem", "dua", "eli"].map((name) => discord.createUser({ username: name }).id);
  const ownerId = people[0] ?? "";
  const guild = discord.createGuild({ name: "Home", ownerId, memberIds: people });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const places = (["text", "text", "text", "voice"] as const).map((type, index) => ({
    channelId: discord.createChannel({ guildId: guild.id, name: `place-${index}`, type }).id,
  }));
  return { ...parts, places, people, posted: [], misfortunes: new Map() };
}

/** As an operator would start it, with a short deadline for the service, so that hanging does not take half a minute each time. */
export function startBot({ discord, sis, dataDir }: Stage, env: Record<string, string> = {}): RunningProcess {
  const { account } = sis;
  return runNode(
    "src/main.ts",
    [],
    {
      DISCORD_TOKEN: discord.application.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_CDN_ORIGINS: discord.origin,
      SIS_ENDPOINT: sis.url,
      IAM_ENDPOINT: sis.url,
      SIS_TIMEOUT_SECONDS: "4",
      SIS_ADD_PUNC: "no",
      IAM_USERNAME: account.username,
      IAM_PASSWORD: account.password,
      IAM_DOMAIN_NAME: account.domainName,
      DATA_DIR: join(dataDir, "data"),
      HTTP_PORT: "0",
      ...env,
    },
    dataDir,
  );
}

/** Throws when it ends before. */
export async function isReady(bot: RunningProcess): Promise<void> {
  const ended = bot.ended.then(({ stderr }) => {
    throw new Error(`the bot ended by itself: ${stderr}`);
  });
  const ready = (async () => {
    while (!bot.stdout().includes('"event":"ready"')) await delay(20);
  })();
  await Promise.race([ready, ended]);
}

async function storm(stage: Stage, recordings: readonly StormRecording[]): Promise<void> {
  const { options, random, misfortunes } = stage;
  // The first start of all answers no history, so it is let through.
  let bot = startBot(stage);
  const startMs = performance.now();
  await isReady(bot);
  const bootMs = performance.now() - startMs;
  const lives = recordings.map(() => Math.floor(random() * options.kills));
  for (let life = 0; life < options.kills; life++) {
    const ofLife = recordings.filter((_, index) => lives[index] === life);
    // Half of them die while they start, the others while they work.
    const diesYoung = random() < 0.5;
    const lifeMs = random() * (diesYoung ? bootMs * 1.5 : 4000);
    if (!diesYoung) await isReady(bot);
    const happenings = [
      ...ofLife.map((recording) => ({ atMs: random() * lifeMs, act: () => post(stage, recording) })),
      ...Array.from({ length: Math.floor(random() * 4) }, () => ({
        atMs: random() * lifeMs,
        act: () => strike(stage, misfortunes),
      })),
    ].toSorted((one, other) => one.atMs - other.atMs);
    let passedMs = 0;
    for (const { atMs, act } of happenings) {
      await delay(atMs - passedMs);
      passedMs = atMs;
      act();
    }
    await delay(lifeMs - passedMs);
    bot.kill("SIGKILL");
    const { code, stderr } = await bot.ended;
    if (code !== null) throw new Error(`the bot ended by itself with ${code}: ${stderr}`);
    if ((life + 1) % 10 === 0)
      options.tell(`${life + 1} kills, ${rightAnswers(stage)} of ${stage.posted.length} notes answered`);
    bot = startBot(stage);
  }
  bot.kill("SIGKILL");
  await bot.ended;
}

/** Somebody posts a note somewhere. */
export function post({ discord, random, places, people, posted }: Stage, recording: StormRecording): void {
  const place = places[Math.floor(random() * places.length)];
  const authorId = people[Math.floor(random() * people.length)];
  if (!place || authorId === undefined) throw new Error("nobody and nowhere");
  const { bytes, durationSecs, words } = recording;
  const { id } = discord.postVoiceNote({ channelId: place.channelId, authorId, bytes, durationSecs });
  posted.push({ messageId: id, channelId: place.channelId, words, postedAtMs: Date.now() });
}

/** How many notes are answered as they should be. */
export function rightAnswers({ discord, posted }: Stage): number {
  return posted.filter((note) => answerTo(discord, note).type === "right").length;
}

/** All is well again: every note is answered, and another process after that finds nothing left to do. */
async function calm(stage: Stage): Promise<number | null> {
  const { options, discord, sis, posted } = stage;
  discord.clearFaults();
  sis.clearFaults();
  options.tell(`the storm is over, ${rightAnswers(stage)} of ${posted.length} notes answered`);
  const deadlineMs = performance.now() + options.calmTimeoutMs;
  for (const round of ["first", "second"] as const) {
    const bot = startBot(stage);
    await isReady(bot);
    await untilIdle(stage, deadlineMs);
    // Whatever it still has to say, to notes that were answered long ago above all, is said now.
    bot.kill("SIGTERM");
    const { code } = await bot.ended;
    options.tell(`the ${round} calm process ended with ${code}`);
    if (round === "second" || code !== 0) return code;
  }
  return null;
}

/** Nothing is left to do, for as long as catching up may take to find more; or the time is up. */
async function untilIdle({ dataDir }: Stage, deadlineMs: number): Promise<void> {
  for (let idleLooks = 0; idleLooks < 8 && performance.now() < deadlineMs;) {
    await delay(250);
    idleLooks = jobsLeft(dataDir) === 0 ? idleLooks + 1 : 0;
  }
}

function jobsLeft(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, "data", "earshot.db"), { readOnly: true, timeout: 2000 });
  try {
    const row = database.prepare("select count(*) as jobs from job where finished_at_ms is null").get();
    return Number(row?.["jobs"]);
  } finally {
    database.close();
  }
}

/** From note to answer. */
export function answerTimes({ discord, posted }: Stage): TortureReport["answerMs"] {
  const times = posted
    .map((note) => ({ note, seen: answerTo(discord, note) }))
    .filter(({ seen }) => seen.type === "right")
    .map(({ note, seen }) => seen.atMs - note.postedAtMs)
    .toSorted((one, other) => one - other);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
