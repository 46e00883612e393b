import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { createRedisJobs } from "../../../src/jobs/redis/redis-jobs.ts";
import { startLocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import { ensureDatabase, startPostgres } from "../../servers/postgres.ts";
import { startRedis } from "../../servers/redis.ts";
import type { RunningProcess } from "../bot-process.ts";
import { strike } from "./faults.ts";
import { stormRecordings, type StormRecording } from "./recordings.ts";
import { startSpeechService } from "./speech-service.ts";
import {
  answerTimes,
  isReady,
  post,
  rightAnswers,
  setUp,
  type Stage,
  startBot,
  type TortureOptions,
  type TortureReport,
  wrongAnswers,
} from "./torture.ts";

const workers = 3;
const outageMs = 2000;
/** What a process says that ends because Redis or PostgreSQL is away when it starts; whoever looks after it starts it again. */
const awayAtStart = /cannot be reached|database call failed|keeps? the database busy/i;

interface Servers {
  readonly redis: Awaited<ReturnType<typeof startRedis>>;
  readonly postgres: Awaited<ReturnType<typeof startPostgres>>;
  readonly env: Record<string, string>;
}

/**
 * The torture of one gateway and three workers, on hosts of their own as far as they know: Redis and PostgreSQL are all they share, and
 * are themselves killed and started again in the middle.
 */
export async function runWideTorture(options: TortureOptions): Promise<TortureReport> {
  const random = seededRandom(options.seed);
  options.tell(`making ${options.notes} recordings`);
  const recordings = await stormRecordings(options.notes);
  await using redis = await startRedis();
  await using postgres = await startPostgres();
  const databaseUrl = postgres.newDatabase();
  await ensureDatabase(databaseUrl);
  const sis = await startSpeechService(options.seed);
  const discord = await startLocalDiscord();
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-wide-"));
  try {
    const stage = setUp({ options, discord, sis, dataDir, random });
    const startedMs = performance.now();
    const fleet = createFleet(stage, {
      redis,
      postgres,
      env: { REDIS_URL: redis.url, DATABASE_URL: databaseUrl },
    });
    await fleet.start();
    await storm(stage, recordings, fleet);
    const { jobsLeft, exitCode } = await calm(stage, fleet, redis.url);
    return {
      notes: stage.posted.length,
      kills: options.kills,
      misfortunes: stage.misfortunes,
      failures: wrongAnswers(stage),
      ...(await sis.report()),
      clips: recordings.reduce((sum, { clips }) => sum + clips, 0),
      durationMs: performance.now() - startedMs,
      answerMs: answerTimes(stage),
      jobsLeft,
      exitCode,
    };
  } finally {
    await Promise.all([discord.close(), sis.close()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Fleet {
  start(): Promise<void>;
  /** SIGKILL, and a new process in its place: 0 is the gateway. */
  kill(index: number): Promise<void>;
  /** Starts again what ended because a server was away. Throws when something ended for another reason. */
  tend(): Promise<void>;
  restart(server: "redis" | "postgres"): Promise<void>;
  /** SIGTERM to all; the worst exit code. */
  stop(): Promise<number | null>;
}

function createFleet(stage: Stage, { redis, postgres, env }: Servers): Fleet {
  const processes: RunningProcess[] = [];
  const ended = new Set<RunningProcess>();
  const launch = (index: number): RunningProcess => {
    const one = startBot(stage, {
      ...env,
      EARSHOT_ROLE: index === 0 ? "gateway" : "worker",
      DATA_DIR: join(stage.dataDir, `host-${index}`),
    });
    processes[index] = one;
    void one.ended.then(() => ended.add(one));
    return one;
  };
  const tend = async (): Promise<void> => {
    for (const [index, one] of processes.entries()) {
      if (!ended.has(one)) continue;
      const { code, stderr, stdout } = await one.ended;
      if (code !== 1 || !awayAtStart.test(stderr)) {
        const last = stdout.trimEnd().split("\n").slice(-5).join("\n");
        throw new Error(`process ${index} ended with ${code}: ${stderr}\n${last}`);
      }
      count(stage, "processes that found a server away and were started again");
      launch(index);
    }
  };
  return {
    async start() {
      // The first start of all answers no history, so it is let through.
      for (let index = 0; index <= workers; index++) await isReady(launch(index));
    },
    async kill(index) {
      await tend();
      const one = processes[index];
      one?.kill("SIGKILL");
      await one?.ended;
      launch(index);
    },
    tend,
    async restart(server) {
      const which = { redis, postgres }[server];
      await which.stop();
      await delay(outageMs);
      await which.start();
      count(stage, `${server} killed and started again`);
    },
    async stop() {
      await tend();
      for (const one of processes) one.kill("SIGTERM");
      const codes = await Promise.all(processes.map(async (one) => (await one.ended).code));
      return codes.find((code) => code !== 0) ?? 0;
    },
  };
}

function count({ misfortunes }: Stage, what: string): void {
  misfortunes.set(what, (misfortunes.get(what) ?? 0) + 1);
}

async function storm(stage: Stage, recordings: readonly StormRecording[], fleet: Fleet): Promise<void> {
  const { options, random, misfortunes } = stage;
  const lives = recordings.map(() => Math.floor(random() * options.kills));
  for (let life = 0; life < options.kills; life++) {
    for (const [index, recording] of recordings.entries()) {
      if (lives[index] !== life) continue;
      await delay(random() * 300);
      post(stage, recording);
    }
    if (random() < 0.7) strike(stage, misfortunes);
    const outage = life === Math.floor(options.kills / 3) ? "redis" : "postgres";
    if (outage === "redis" || life === Math.floor((2 * options.kills) / 3)) await fleet.restart(outage);
    await delay(random() * 3000);
    await fleet.kill(Math.floor(random() * (workers + 1)));
    if ((life + 1) % 10 === 0)
      options.tell(`${life + 1} kills, ${rightAnswers(stage)} of ${stage.posted.length} notes answered`);
  }
}

/** All is well again: everything is answered, and nothing is left to do for as long as catching up may take to find more. */
async function calm(
  stage: Stage,
  fleet: Fleet,
  redisUrl: string,
): Promise<{ readonly jobsLeft: number; readonly exitCode: number | null }> {
  const { options, discord, sis, posted } = stage;
  discord.clearFaults();
  sis.clearFaults();
  options.tell(`the storm is over, ${rightAnswers(stage)} of ${posted.length} notes answered`);
  const jobs = createRedisJobs({ url: redisUrl });
  const jobsLeft = async (): Promise<number> => {
    const { waiting, running, later } = await jobs.depth();
    return waiting + running + later;
  };
  const deadlineMs = performance.now() + options.calmTimeoutMs;
  try {
    for (let idleLooks = 0; idleLooks < 16 && performance.now() < deadlineMs;) {
      await delay(250);
      await fleet.tend();
      const isIdle = (await jobsLeft()) === 0 && rightAnswers(stage) === posted.length;
      idleLooks = isIdle ? idleLooks + 1 : 0;
    }
    const exitCode = await fleet.stop();
    options.tell(`the processes ended with ${exitCode}`);
    return { jobsLeft: await jobsLeft(), exitCode };
  } finally {
    await jobs.close();
  }
}
