import { join } from "node:path";

import type { Explain } from "../explanations/explain.ts";
import type { Words } from "../explanations/words.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Store } from "../store/store.ts";
import type { OpenCaptions } from "../transcription/captions.ts";
import type { WholeRecordings } from "../transcription/whole-recording.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import { createAnswerWork } from "./answers/answer-work.ts";
import { type CatchUp, createCatchUp } from "./notes/catch-up.ts";
import type { CaptionLinks } from "./captions/caption-links.ts";
import type { CaptionLimits } from "./captions/caption-limits.ts";
import type { Captioning } from "./captions/captioning.ts";
import { createCaptionParts } from "./captions/caption-parts.ts";
import { watchConsent } from "./records/consent-watch.ts";
import type { Command } from "./command.ts";
import { createCommandBot } from "./command-bot.ts";
import { createCommandRegistry } from "./command-registry.ts";
import { createDiscordApi, type DiscordApi } from "./discord/discord-api.ts";
import { createDownloads } from "./discord/downloads.ts";
import type { BotError } from "./errors.ts";
import { createGateway, type Gateway, type IdentifyGate, type ShardsOptions } from "./discord/gateway.ts";
import { createInteractions } from "./interactions.ts";
import { type BotLimits, defaultLimits } from "./limits.ts";
import { createKeptRequests } from "./requests/kept-requests.ts";
import { createLocks } from "./locks.ts";
import type { BotLog } from "./log.ts";
import { readDeletedIds, readGuildPlaces, readMessage, readReady } from "./discord/message.ts";
import { createNoteJob } from "./notes/note-job.ts";
import type { Observe } from "./observations.ts";
import { createProblemNotes } from "./answers/problem-notes.ts";
import { createRecordings } from "./recordings.ts";
import { errorCodes } from "./discord/refusals.ts";
import { createRestTransport, gated, type RestTransport } from "./discord/rest-transport.ts";
import { type BotState, stateOf } from "./discord/state.ts";
import { createRequestJob } from "./requests/request-job.ts";
import { createRunningWork, type RunningWork } from "./answers/running-work.ts";
import { createSentences, type RecognizerFacts } from "./answers/sentences.ts";
import { createDesk } from "./requests/desk.ts";
import { createStatusReport, type WaitingCalls } from "./records/status-report.ts";
import { createThreads } from "./discord/threads.ts";
import { createVoiceAdapters } from "./voice/voice-adapters.ts";
import { createVoiceNotes } from "./notes/voice-notes.ts";
import { createVoicePeople } from "./voice/voice-people.ts";
import { startWorker, wakeWaiting } from "./worker-role.ts";
import { discardCancelled } from "./answers/whole-work.ts";

export interface BotOptions {
  readonly token: string;
  /** REST base, without the version. */
  readonly apiUrl: string;
  /** The only origins recordings are downloaded from. */
  readonly cdnOrigins: readonly string[];
  /** Recordings are kept in a folder of it while they are worked on. */
  readonly dataDir: string;
  readonly maxAudioMinutes: number;
  readonly maxDownloadMb: number;
  /** How far back notes are answered that came while the bot was away; 24 unless told, 0 answers none. */
  readonly catchUpHours?: number;
  /** How long transcripts are kept at most, in days; 30 unless told. */
  readonly retentionDays?: number;
  /** How often what is too old is deleted, in ms; every six hours unless told. */
  readonly sweepEveryMs?: number;
  readonly transcriber: Transcriber;
  /** For long recordings; all of them go in clips where there is none. */
  readonly whole?: WholeRecordings | undefined;
  readonly openCaptions: OpenCaptions;
  readonly recognizer: RecognizerFacts;
  /** Who hears live captions, where that is not the same. */
  readonly captionRecognizer?: RecognizerFacts;
  /** Started and drained by the bot, but for a gateway; its handlers are registered when the bot is made. */
  readonly jobs: Jobs;
  /** How much of the bot this process is; all of it unless told. */
  readonly role?: "all" | "gateway" | "worker";
  readonly shards?: ShardsOptions | undefined;
  /** Given, other processes work with the same token: every request that counts waits for it. */
  readonly restGate?: (() => Promise<void>) | undefined;
  /** Given, other processes hold other shards: each of ours waits for it before it identifies. */
  readonly identifyGate?: IdentifyGate | undefined;
  /** How long transcripts are kept so that they need not be made again; none unless told. */
  readonly cacheDays?: number;
  readonly store: Pick<
    Store,
    | "cache"
    | "requests"
    | "settings"
    | "consent"
    | "once"
    | "answers"
    | "marks"
    | "seen"
    | "recovery"
    | "cipher"
    | "transcripts"
    | "usage"
    | "deleteMember"
    | "problems"
    | "memberData"
  >;
  readonly words: Words;
  readonly explain: Explain;
  readonly commands: readonly Command[];
  readonly log: BotLog;
  /** Told of what the bot did, in figures. */
  readonly observe?: Observe;
  /** Calls that wait for the speech service; left out where another process makes them. */
  readonly waitingCalls?: () => WaitingCalls;
  /** Where the web pages are, without a slash at the end; undefined where none are served. */
  readonly pagesAddress?: () => string | undefined;
  /** The connection to Discord was lost for good after `start` had succeeded. */
  readonly onLost: (error: BotError) => void;
  /** Changes single limits. */
  readonly limits?: Partial<BotLimits>;
  readonly captionLimits?: Partial<CaptionLimits>;
}

/** The whole bot. Nothing happens before `start`. */
export interface Bot {
  /** How it is at this moment. */
  state(): BotState;
  /** What links to captions lead to. */
  readonly captionPages: Pick<CaptionLinks, "open">;
  /** Logs in, registers the commands if they changed, and begins to work. Throws BotError. */
  start(): Promise<void>;
  /** The speech service answers again: what waits for it goes on at once. */
  serviceIsBack(): Promise<void>;
  /** Takes no more events, lets running work finish for `timeoutMs`, hands back the rest. */
  stop(timeoutMs: number): Promise<void>;
}

/** Puts the bot together from parts that know nothing of each other. */
export function createBot(options: BotOptions): Bot {
  const { token, apiUrl, store, jobs, log } = options;
  const limits: BotLimits = { ...defaultLimits, ...options.limits };
  const transport = createRestTransport(limits.requestTimeoutMs);
  const { role = "all", restGate } = options;
  const send: RestTransport["makeRequest"] = (url, init) => transport.makeRequest(url, init);
  const makeRequest = restGate ? gated(send, restGate) : send;
  const api = createDiscordApi({ token, apiUrl, timeoutMs: limits.requestTimeoutMs, makeRequest });
  const downloads = createDownloads({
    origins: options.cdnOrigins,
    folder: join(options.dataDir, "tmp"),
    maxMegabytes: options.maxDownloadMb,
    ...limits.download,
  });
  const registry = createCommandRegistry({ api, marks: store.marks, commands: options.commands });
  const { gateway, catchUp, captioning, links, running } = connectParts(options, {
    api,
    downloads,
    limits,
    makeRequest,
  });

  const closing: (() => void)[] = [];

  return {
    captionPages: links,
    state: () => stateOf(gateway, captioning),
    async start() {
      await downloads.sweep();
      const everyMs = limits.consentEveryMs;
      closing.push(watchConsent({ running, consent: store.consent, everyMs, log }));
      if (role === "worker") return await startWorker({ api, jobs, log });
      await catchUp.load();
      const { userId, applicationId } = await gateway.connect();
      api.isSelf(userId);
      try {
        const outcome = await registry.registerIfChanged(applicationId);
        log.info({ commands: options.commands.length, outcome }, "commands are known to Discord");
      } catch (error) {
        // Everything else works without; the next start tries again.
        log.error(errorCodes(error), "commands could not be registered");
      }
      // Nobody knows how the service is now; what waits asks it.
      await wakeWaiting(jobs);
      if (role === "all") jobs.start();
      await catchUp.start();
      await captioning.recover();
      log.info({ applicationId }, "bot is ready");
    },
    serviceIsBack: async () => await wakeWaiting(jobs),
    async stop(timeoutMs) {
      for (const close of closing) close();
      // While the gateway is there: leaving a voice channel takes it.
      await captioning.close();
      await gateway.close();
      await catchUp.close();
      await jobs.drain(timeoutMs);
      api.close();
      await Promise.all([downloads.close(), transport.close()]);
    },
  };
}

interface Foundations {
  readonly api: DiscordApi;
  readonly downloads: ReturnType<typeof createDownloads>;
  readonly limits: BotLimits;
  readonly makeRequest: RestTransport["makeRequest"];
}

interface Connected {
  readonly gateway: Gateway;
  readonly catchUp: CatchUp;
  readonly captioning: Captioning;
  readonly links: CaptionLinks;
  readonly running: RunningWork;
}

function connectParts(options: BotOptions, { api, downloads, limits, makeRequest }: Foundations): Connected {
  const { store, whole, words, explain, log } = options;
  const jobs = discardCancelled(options.jobs, whole);
  const { concurrency, patienceMs, leaveBeforeMs } = limits;
  const locks = createLocks();
  const running = createRunningWork();
  const sentences = createSentences({ words, explain, recognizer: options.recognizer });
  const recordings = createRecordings({ ...options, api, downloads });
  const work = createAnswerWork({ recordings, sentences, once: store.once, limits });
  const { observe = () => undefined } = options;
  const { retentionDays = 30 } = options;
  const noteProblem = createProblemNotes(store.problems, log);
  const told = { log, observe, noteProblem };
  const worded = { words, sentences, work, running, retentionDays };
  const shared = { ...worded, ...told, api, store, concurrency, patienceMs };
  const kept = createKeptRequests({ store, operatorDays: retentionDays });
  const { languages } = options.transcriber;
  const threads = createThreads(api, limits.refusalMs);
  const { missedConcurrency, awayWaitsMs } = limits;
  jobs.register(createNoteJob({ ...shared, threads, locks, missedConcurrency, awayWaitsMs }));
  jobs.register(createRequestJob({ ...shared, kept, languages, leaveBeforeMs, awayWaitsMs }));

  const { enqueuePausesMs } = limits;
  const notes = createVoiceNotes({ api, store, jobs, kept, words, locks, log, enqueuePausesMs });
  const people = createVoicePeople();
  const adapters = createVoiceAdapters((guildId, payload) => gateway.facts.send(guildId, payload));
  const facts = (): Gateway["facts"] => gateway.facts;
  const live = createCaptionParts(options, { ...told, api, facts, people, adapters, threads });
  const { captioning, links } = live;
  const status = createStatusReport({ ...options, problems: store.problems, captioning });
  const optedOut = async (memberId: string, isOut: boolean): Promise<void> => {
    live.decided(memberId, isOut);
    if (isOut) await whole?.discardOf({ memberId });
  };
  const desk = createDesk(options, {
    depth: () => jobs.depth(),
    forgetWords: async (memberId) => await live.forgetWords(memberId),
  });
  const bot = createCommandBot({
    api,
    store,
    jobs,
    kept,
    words,
    explain,
    running,
    captions: live.commands,
    desk,
    languages: options.transcriber.languages,
    status,
    recordingPage: live.recordingPage,
    optedOut,
  });
  const interaction = createInteractions({
    commands: options.commands,
    bot,
    jobs,
    answers: store.answers,
    components: desk.components,
    log,
  });
  const catchUp = createCatchUp({
    api,
    store,
    log,
    maxAgeMs: (options.catchUpHours ?? 24) * 3_600_000,
    writeAfterMs: limits.seenWriteAfterMs,
    pausesMs: limits.catchUpPausesMs,
    selfId: () => gateway.selfId(),
    canRead: (channelId) => gateway.canRead(channelId),
    async take(found) {
      const { message } = found;
      await notes.received(message, gateway.channelFacts(message.channelId, message.guildId), found);
    },
  });
  const gateway: Gateway = createGateway({
    token: options.token,
    apiUrl: options.apiUrl,
    makeRequest,
    log,
    shards: options.shards,
    identifyGate: options.identifyGate,
    onLost: options.onLost,
    ...limits.login,
    handlers: {
      interaction,
      async message(payload) {
        const message = readMessage(payload);
        const facts = gateway.channelFacts(message.channelId, message.guildId);
        await catchUp.watch(message, async () => await notes.received(message, facts));
      },
      ready: (payload) => catchUp.sessionBegan(readReady(payload)),
      guildAvailable(payload) {
        people.guild(payload);
        return catchUp.guildAvailable(readGuildPlaces(payload));
      },
      async voiceState(payload) {
        adapters.state(payload, gateway.selfId());
        const guildId = people.changed(payload);
        if (guildId !== undefined) await live.commands.peopleChanged(guildId);
      },
      voiceServer: (payload) => adapters.server(payload),
      async messageDeleted(payload) {
        const ids = readDeletedIds(payload);
        links.deleted(ids);
        await notes.deleted(ids);
      },
    },
  });
  return { gateway, catchUp, captioning, links, running };
}
