import { createAnswerWork } from "./answers/answer-work.ts";
import { createProblemNotes } from "./answers/problem-notes.ts";
import { createRunningWork, type RunningWork } from "./answers/running-work.ts";
import { createSentences } from "./answers/sentences.ts";
import { discardCancelled } from "./answers/whole-work.ts";
import type { BotOptions } from "./bot-options.ts";
import type { CaptionCommands } from "./captions/caption-commands.ts";
import type { CaptionLinks } from "./captions/caption-links.ts";
import { type CaptionParts, createCaptionParts } from "./captions/caption-parts.ts";
import type { Captioning } from "./captions/captioning.ts";
import { createCommandBot } from "./command-bot.ts";
import type { DiscordApi } from "./discord/discord-api.ts";
import type { Downloads } from "./discord/downloads.ts";
import { createGateway, type Gateway } from "./discord/gateway.ts";
import { readDeletedIds, readGuildPlaces, readReady } from "./discord/gateway-events.ts";
import { readMessage } from "./discord/message.ts";
import type { RestTransport } from "./discord/rest-transport.ts";
import { createThreads } from "./discord/threads.ts";
import { createInteractions } from "./interactions.ts";
import type { BotLimits } from "./limits.ts";
import { createLocks } from "./locks.ts";
import { type CatchUp, createCatchUp } from "./notes/catch-up.ts";
import { createNoteJob } from "./notes/note-job.ts";
import { createRemovals } from "./notes/removal-job.ts";
import { createVoiceNotes } from "./notes/voice-notes.ts";
import { createRecordings } from "./recordings.ts";
import { watchConsent } from "./records/consent-watch.ts";
import { createStatusReport } from "./records/status-report.ts";
import { createDesk } from "./requests/desk.ts";
import { createKeptRequests } from "./requests/kept-requests.ts";
import { createRequestJob } from "./requests/request-job.ts";
import { createVoiceAdapters } from "./voice/voice-adapters.ts";
import { createVoicePeople } from "./voice/voice-people.ts";

/** What everything else stands on: Discord's REST interface, files and limits. */
export interface Foundations {
  readonly api: DiscordApi;
  readonly downloads: Downloads;
  readonly limits: BotLimits;
  readonly makeRequest: RestTransport["makeRequest"];
}

/** The parts that whoever starts and stops the bot has to do with. */
export interface Connected {
  readonly gateway: Gateway;
  readonly catchUp: CatchUp;
  readonly captioning: Captioning;
  readonly links: CaptionLinks;
  readonly startAuto: CaptionCommands["startAuto"];
  /** Lets count in this process what was decided in another one. Returns how to end that. */
  readonly watchConsent: () => () => void;
}

/** Makes every part and leads Discord's events and the jobs to them; nothing happens yet. */
export function connectParts(
  options: BotOptions,
  { api, downloads, limits, makeRequest }: Foundations,
): Connected {
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
  const removals = createRemovals({ api, store, jobs, kept, locks, log, patienceMs, awayWaitsMs });
  jobs.register(removals.job);
  jobs.register(createNoteJob({ ...shared, threads, locks, removals, missedConcurrency, awayWaitsMs }));
  jobs.register(createRequestJob({ ...shared, kept, languages, leaveBeforeMs, awayWaitsMs }));

  const { enqueuePausesMs } = limits;
  const notes = createVoiceNotes({ api, store, jobs, removals, words, locks, log, enqueuePausesMs });
  const people = createVoicePeople();
  const adapters = createVoiceAdapters((guildId, payload) => gateway.facts.send(guildId, payload));
  const facts = (): Gateway["facts"] => gateway.facts;
  const live = createCaptionParts(options, { ...told, api, facts, people, adapters, threads });
  const { captioning, links } = live;
  const { startAuto } = live.commands;
  const status = createStatusReport({ ...options, problems: store.problems, captioning });
  const optedOut = async (memberId: string, isOut: boolean): Promise<void> => {
    captioning.decided(memberId, isOut);
    void options.memberNews?.tell({ type: "decided", memberId });
    if (isOut) await whole?.discardOf({ memberId });
  };
  const desk = createDesk(options, {
    depth: () => jobs.depth(),
    async forgetWords(memberId) {
      void options.memberNews?.tell({ type: "deleted", memberId });
      await live.forgetWords(memberId);
    },
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
    languages,
    captionLanguages: options.openCaptions.languages,
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
      async guildAvailable(payload) {
        people.guild(payload);
        const places = readGuildPlaces(payload);
        catchUp.guildAvailable(places);
        await live.commands.peopleChanged(places.guildId);
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
  const watching = (): (() => void) =>
    watchMembers(options, { running, live, everyMs: limits.consentEveryMs });
  return { gateway, catchUp, captioning, links, startAuto, watchConsent: watching };
}

/** What members did in other processes counts in this one. */
function watchMembers(
  { store, memberNews: news, log }: BotOptions,
  {
    running,
    live,
    everyMs,
  }: { readonly running: RunningWork; readonly live: CaptionParts; readonly everyMs: number },
): () => void {
  const forgetWords = async (memberId: string): Promise<void> => await live.forgetWords(memberId);
  const { captioning } = live;
  return watchConsent({ running, captioning, consent: store.consent, forgetWords, news, everyMs, log });
}
