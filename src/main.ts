import process, { exit, stderr } from "node:process";

import { commands } from "../commands/index.ts";
import { type Bot, createBot } from "./bot/bot.ts";
import { BotError } from "./bot/errors.ts";
import { type Config, ConfigError, environment, readConfig } from "./config.ts";
import { createExplain } from "./explanations/create-explain.ts";
import { createWords } from "./explanations/words.ts";
import type { JobsEvent } from "./jobs/events.ts";
import { createLog, type Log } from "./log.ts";
import { type OpenJobs, openJobs } from "./main/open-jobs.ts";
import { openWeb } from "./main/open-web.ts";
import type { RedisMemberNews } from "./main/member-news.ts";
import type { DiscordGates } from "./main/discord-gates.ts";
import { readVersion } from "./main/version.ts";
import { createWatch } from "./main/watch.ts";
import { type LongRecordings, openLongRecordings } from "./speech/long-recordings.ts";
import { openSpeech, type Speech } from "./speech.ts";
import { StoreError } from "./store/errors.ts";
import { openStore } from "./store/open-store.ts";
import type { ShelfOwner } from "./store/shelf.ts";
import type { Store } from "./store/store.ts";
import { type CaptionPages, createCaptionRoutes } from "./web/captions/caption-routes.ts";
import { WebError } from "./web/errors.ts";
import type { WebServer } from "./web/server.ts";

/** Running work may finish this long after SIGTERM; what is left is handed back and goes on at the next start. */
const drainMs = 12_000;
/** Whatever hangs, the process is gone by then. */
const stopWithinMs = 18_000;
const sweepEveryMs = 6 * 3_600_000;

await main();

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(environment(), { discord: true, recognizer: true });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) stderr.write(`earshot: ${problem}\n`);
    process.exitCode = 2;
    return;
  }
  const log = createLog(config.logLevel);
  process.on("uncaughtException", (error) => fail(log, error));
  process.on("unhandledRejection", (error) => fail(log, error));
  try {
    await run(config, log);
  } catch (error) {
    fail(log, error);
  }
}

async function run(config: Config, log: Log): Promise<void> {
  const store = await openStore(config);
  if (store.recovery)
    log.error({ event: "database-recovered", ...store.recovery }, "the database was damaged and replaced");
  const queue = await openJobs(config, store, (event) => tellOfJobs(event, log));
  const { jobs } = queue;
  const gates = await openGates(config);
  const memberNews = await openNews(config);
  const onBack = (): void => {
    bot.serviceIsBack().catch((error: unknown) => log.warn({ err: error }, "what waits was not woken"));
  };
  const watch = createWatch(config, readVersion());
  const speech = await openSpeech(config, log, { ...watch, onBack });
  const words = createWords();
  const pages: CaptionPages = { open: async (token) => await bot.captionPages.open(token) };
  const routes = [...watch.routes, createCaptionRoutes({ pages, words })];
  const wake = async ({ kind, key }: ShelfOwner): Promise<boolean> => await jobs.wake(kind, key);
  const long = openLongRecordings({ config, log, wake });
  // A service finds recordings only at the port that PUBLIC_URL leads to; beside a worker another process may have it.
  const isPortChosen = config.http.isPortChosen || (long !== undefined && config.role !== "worker");
  const web = await openWeb({ ...config.http, isPortChosen }, log, routes, long ? [long.routes] : []);
  const bot: Bot = createBot({
    token: config.discord.token,
    apiUrl: config.discord.apiUrl,
    cdnOrigins: config.discord.cdnOrigins,
    dataDir: config.dataDir,
    ...config.limits,
    catchUpHours: config.catchUpHours,
    retentionDays: config.retentionDays,
    sweepEveryMs,
    cacheDays: config.cacheDays,
    transcriber: speech.transcriber,
    openCaptions: speech.openCaptions,
    whole: long?.whole,
    recognizer: { ...speech.hears, long: long?.facts },
    captionRecognizer: speech.hearsCaptions,
    jobs,
    role: config.role,
    shards: config.shards,
    restGate: gates?.pass,
    identifyGate: gates?.identify,
    memberNews,
    store,
    words,
    waitingCalls: () => speech.waiting(),
    pagesAddress: () => (web ? (config.http.publicUrl ?? web.url) : undefined),
    explain: createExplain(),
    commands,
    log,
    observe: watch.observe,
    onLost: (error) => fail(log, error),
  });
  watch.attach({ bot, jobs, speech });
  const sweeping = sweepRegularly({ store, long }, config, log);
  const isStopping = stopOnSignal({ bot, speech, store, queue, gates, memberNews, sweeping, web, long }, log);
  try {
    await bot.start();
  } catch (error) {
    // Whoever is told to stop while it logs in need not get in.
    if (isStopping()) return;
    throw error;
  }
  log.info({ event: "ready", role: config.role, recognizer: speech.hears.name }, "ready");
}

/** Discord's limits are shared where processes share their work; Redis' client is loaded only there. */
async function openGates({ redisUrl }: Config): Promise<DiscordGates | undefined> {
  if (redisUrl === undefined) return undefined;
  const { openDiscordGates } = await import("./main/discord-gates.ts");
  return openDiscordGates({ url: redisUrl });
}

/** Likewise: where one process decides what the others have to heed, they are told. */
async function openNews({ redisUrl }: Config): Promise<RedisMemberNews | undefined> {
  if (redisUrl === undefined) return undefined;
  const { openMemberNews } = await import("./main/member-news.ts");
  return openMemberNews({ url: redisUrl });
}

/** What an operator should know of the queue. A damaged database ends the process: the next start replaces it and keeps what can be read. */
function tellOfJobs(event: JobsEvent, log: Log): void {
  const { type, ...fields } = event;
  const { error, ...rest } = { error: undefined, ...fields };
  const line = { event: `jobs-${type}`, ...rest, ...(error === undefined ? {} : { err: error }) };
  if (type === "store-recovered") log.info(line, "the database works again; what waited goes on");
  else if (type === "taken-over") log.info(line, "work of a process that died goes on");
  else if (type === "store-failed") {
    if (error instanceof StoreError && error.code === "corrupted") fail(log, error);
    log.error(line, "the database fails; work waits until it is back");
  } else log.warn(line, "a run of a job did not end well");
}

/** Old transcripts and marks go at the start and then a few times a day. */
function sweepRegularly(
  { store, long }: Pick<Running, "store" | "long">,
  { retentionDays }: Config,
  log: Log,
): NodeJS.Timeout {
  const sweep = async (): Promise<void> => {
    try {
      log.debug({ event: "sweep", ...(await store.sweep({ retentionDays })) });
      await long?.shelf.sweep();
    } catch (error) {
      log.warn({ event: "sweep", err: error }, "old data could not be deleted; it is tried again later");
    }
  };
  void sweep();
  return setInterval(() => void sweep(), sweepEveryMs);
}

interface Running {
  readonly bot: Bot;
  readonly speech: Speech;
  readonly store: Store;
  readonly queue: OpenJobs;
  readonly gates: DiscordGates | undefined;
  readonly memberNews: RedisMemberNews | undefined;
  readonly sweeping: NodeJS.Timeout;
  readonly web: WebServer | undefined;
  readonly long: LongRecordings | undefined;
}

/** Tells whether a signal came. */
function stopOnSignal(running: Running, log: Log): () => boolean {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ event: "stopping", signal }, "stopping");
    setTimeout(() => {
      log.warn(
        { event: "stopped-late" },
        "something did not stop in time; its work goes on at the next start",
      );
      exit(0);
    }, stopWithinMs).unref();
    clearInterval(running.sweeping);
    await running.bot.stop(drainMs);
    await running.web?.close();
    await running.long?.close();
    await running.speech.close();
    await running.queue.close();
    running.gates?.close();
    running.memberNews?.close();
    await running.store.close();
    log.info({ event: "stopped" }, "stopped");
    exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => fail(log, error));
    });
  }
  return () => stopping;
}

/** One clear line for the operator on stderr, codes in the log, exit code 1. */
function fail(log: Log, error: unknown): never {
  log.fatal({ err: error, event: "failed" }, "cannot go on");
  const known = error instanceof BotError || error instanceof StoreError || error instanceof WebError;
  stderr.write(`earshot: ${known ? error.message : "an unexpected error; the log says where"}\n`);
  exit(1);
}
