import { ChannelType } from "discord.js";

import { localeFor } from "../../explanations/words.ts";
import type { Words } from "../../explanations/words.ts";
import type { Job, JobHandler, JobOutcome, JobRun } from "../../jobs/jobs.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Store } from "../../store/store.ts";
import { createAnswer, type Destination } from "../answers/answer.ts";
import type { AnswerResult, AnswerTask } from "../answers/answer-task.ts";
import type { AnswerWork } from "../answers/answer-work.ts";
import { findAnswer } from "../answers/channel-answer.ts";
import { createConsentCheck } from "../records/consent.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { NoLongerWanted } from "../errors.ts";
import { settingsAt } from "../settings/house.ts";
import type { Locks } from "../locks.ts";
import type { BotLog } from "../log.ts";
import { createMinutes } from "../records/minutes.ts";
import { type NoteData, noteKind } from "./note.ts";
import { noteDestination, originOf, rememberedBy } from "./note-destination.ts";
import { answeredEvent, type Observe } from "../observations.ts";
import { answerOf, createNoteRecord, type NoteRecord } from "./note-record.ts";
import { type Outage, sitOut } from "../answers/outage.ts";
import { errorCodes, isDiscordAway, lastProblem } from "../discord/refusals.ts";
import { removeAnswer } from "./removal.ts";
import type { Removals } from "./removal-job.ts";
import { retryId } from "../discord/retry.ts";
import type { NoteProblem } from "../answers/problem-notes.ts";
import type { RunningWork } from "../answers/running-work.ts";
import type { Sentences } from "../answers/sentences.ts";
import { recognizerSettings } from "../settings/spoken-languages.ts";
import type { Threads } from "../discord/threads.ts";
import { createTranscriptKeeper } from "../records/transcript-keeper.ts";
import { withheldId } from "../answers/withheld.ts";
import { createWorkState, type WorkMemory, type WorkState } from "../answers/work-state.ts";

export interface NoteJobOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "answers" | "consent" | "once" | "settings" | "transcripts" | "usage">;
  /** How long transcripts are kept at most, in days. */
  readonly retentionDays: number;
  readonly threads: Threads;
  readonly words: Words;
  readonly sentences: Sentences;
  readonly work: AnswerWork;
  readonly locks: Locks;
  readonly removals: Pick<Removals, "takeAwayLater">;
  readonly running: RunningWork;
  readonly log: BotLog;
  readonly observe: Observe;
  readonly noteProblem: NoteProblem;
  readonly concurrency: number;
  /** How many of them may be notes that were missed. */
  readonly missedConcurrency: number;
  /** How long a note is kept while the service is away, in ms. */
  readonly patienceMs: number;
  /** Pauses while Discord is out of reach, one after the other; the last is repeated. In ms. */
  readonly awayWaitsMs: readonly number[];
}

type NoteJob = Job<NoteData, WorkMemory>;

/** What belongs to one run of one note. */
interface NoteRun {
  readonly job: NoteJob;
  readonly record: NoteRecord;
  readonly state: WorkState;
  readonly destination: Destination;
  /** The settings that hold where the note is. */
  readonly settings: Settings;
}

/** The durable work behind a voice note: run as often as needed, it is answered exactly once. */
export function createNoteJob(options: NoteJobOptions): JobHandler<NoteData, WorkMemory> {
  const { log } = options;
  const over = (job: NoteJob, result: Pick<AnswerResult, "state" | "transcripts" | "problem">): void => {
    if (result.problem) options.noteProblem(job.turn.guildId, result.problem);
    const event = answeredEvent("note", job, result);
    if (event) options.observe(event);
  };
  return {
    kind: noteKind,
    maxAttempts: 6,
    maxLosses: 12,
    concurrency: options.concurrency,
    laneConcurrency: { file: options.missedConcurrency },
    async run(job, jobRun) {
      const noteRun = await beginRun(options, job, jobRun);
      const running = options.running.begin(job.data.source.authorId, jobRun.signal);
      try {
        const result = await options.work(taskOf(options, noteRun, running.signal));
        if (result.state !== "waiting") await noteRun.record.keep(noteRun.state.memory, result.state);
        log.info(fieldsOf(job, result), `note ${result.state}`);
        over(job, result);
        return result.outcome;
      } catch (error) {
        const unwanted = [error, running.signal.reason].find((one) => one instanceof NoLongerWanted);
        if (!unwanted) return await sitOut(error, outageOf(options, noteRun, running.signal));
        log.info({ messageId: job.key, code: unwanted.why }, "note no longer wanted");
        await withdraw(options, noteRun, unwanted);
        return { type: "done" } satisfies JobOutcome;
      } finally {
        running.end();
      }
    },
    async giveUp(job, error) {
      log.error({ messageId: job.key, attempt: job.attempt, ...errorCodes(error) }, "note given up");
      const noteRun = await beginRun(options, job, undefined);
      const { destination, state } = noteRun;
      const answer = createAnswer({
        destination,
        state: state.memory.answer,
        save: (next) => state.update({ answer: next }),
      });
      const voice = { ...voiceOf(job), introduced: state.memory.introduced === true };
      const problem = lastProblem(error);
      await answer.show([options.sentences.problem(problem, "final", voice)]);
      await noteRun.record.keep(state.memory, "failed");
      over(job, { state: "failed", problem });
    },
  };
}

function outageOf(
  { awayWaitsMs, patienceMs, log }: NoteJobOptions,
  { job, state }: NoteRun,
  signal: AbortSignal,
): Outage {
  const leftMs = job.enqueuedAtMs + patienceMs - Date.now();
  return { key: job.key, state, leftMs, awayWaitsMs, signal, log };
}

async function beginRun(
  options: NoteJobOptions,
  job: NoteJob,
  jobRun: JobRun<WorkMemory> | undefined,
): Promise<NoteRun> {
  const { data } = job;
  const { answers } = options.store;
  const record = createNoteRecord({ answers, locks: options.locks, data });
  const memory = job.progress ?? rememberedBy(await answers.get(data.messageId));
  const state = createWorkState(memory, async (next) => {
    // The record comes first: whoever deletes the note finds the message there, whatever happens to this job.
    await record.keep(next, "working");
    await jobRun?.save(next);
  });
  const settings = await settingsAt(options.store.settings, data);
  return { job, record, state, settings, destination: noteDestination(options, { job, state, settings }) };
}

function taskOf(
  options: NoteJobOptions,
  { job, state, settings, destination }: NoteRun,
  signal: AbortSignal,
): AnswerTask {
  const { data } = job;
  const { source } = data;
  const { transcripts, usage } = options.store;
  const { guildId, channelId, messageId, parentId = null } = data;
  const account = { guildId: guildId ?? "", memberId: source.authorId };
  const place = {
    key: messageId,
    guildId,
    channelId,
    // Who may read a private thread cannot be told from its channel.
    parentId: data.channelType === ChannelType.PrivateThread ? null : parentId,
    memberId: source.authorId,
    askerId: guildId === null ? source.authorId : null,
    isPrivate: guildId === null,
    linkId: messageId,
    linkChannelId: channelId,
  };
  const isOptedOut = createConsentCheck({ api: options.api, consent: options.store.consent, source });
  return {
    ...voiceOf(job),
    owner: { kind: job.kind, key: job.key, memberId: source.authorId },
    sources: [source],
    settings: recognizerSettings(settings),
    house: settings,
    minutes: createMinutes({ usage, account, settings, state }),
    keep: createTranscriptKeeper({ transcripts, settings, operatorDays: options.retentionDays, place }),
    withheldId: withheldId(messageId),
    origin: originOf(options.words, data, settings),
    destination,
    state,
    signal,
    turn: job.turn,
    resumed: state.memory.answer.messageIds.length > 0,
    introductionKey: `introduction:${data.guildId ?? data.channelId}`,
    patienceMs: job.enqueuedAtMs + options.patienceMs - Date.now(),
    async check() {
      const answer = await options.store.answers.get(data.messageId);
      if (answer?.state === "deleted") throw new NoLongerWanted("deleted");
      if (await isOptedOut()) throw new NoLongerWanted("opted-out");
    },
  };
}

function voiceOf({ kind, key, data }: NoteJob): Pick<AnswerTask, "locale" | "retryId" | "direct"> {
  return { locale: localeFor(data.locale), retryId: retryId(kind, key), direct: data.guildId === null };
}

/** Takes back what was posted, and the introduction with it: the next answer then brings it. */
async function withdraw(options: NoteJobOptions, noteRun: NoteRun, { why }: NoLongerWanted): Promise<void> {
  const { job, state, record } = noteRun;
  const { introduced, answer, place } = state.memory;
  await options.store.transcripts.delete(job.data.messageId);
  if (introduced) await options.store.once.release(`introduction:${job.data.guildId ?? job.data.channelId}`);
  await record.keep(state.memory, why === "no-access" ? "failed" : "deleted");
  if (why === "no-access") return;
  const { channelId, messageId } = job.data;
  try {
    const forgotten = answer.posting
      ? await findAnswer(options.api, { channelId, messageId, place })
      : undefined;
    const posted = answerOf(job.data, { answer, place: place ?? forgotten?.place ?? null }, "deleted");
    const messageIds = [...new Set([...answer.messageIds, ...(forgotten?.messageIds ?? [])])];
    await removeAnswer(options.api, { ...posted, messageIds });
  } catch (error) {
    // This job may have been cancelled: it would not be run again.
    if (!isDiscordAway(error)) throw error;
    await options.removals.takeAwayLater(messageId);
  }
}

function fieldsOf(job: NoteJob, { problem, transcripts = [] }: AnswerResult): object {
  return {
    messageId: job.key,
    guildId: job.data.guildId,
    attempt: job.attempt,
    tookMs: Date.now() - job.enqueuedAtMs,
    ...(problem && { code: problem.code ?? problem.reason, traceId: problem.traceId }),
    ...transcripts.map(({ durationMs, requests }) => ({ durationMs, requests }))[0],
  };
}
