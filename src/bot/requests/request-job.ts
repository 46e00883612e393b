import { localeFor, type Words } from "../../explanations/words.ts";
import type { Problem } from "../../explanations/problem.ts";
import type { Job, JobHandler, JobOutcome, JobRun } from "../../jobs/jobs.ts";
import type { Store } from "../../store/store.ts";
import { createAnswer, type Destination } from "../answers/answer.ts";
import type { AnswerResult, AnswerTask } from "../answers/answer-task.ts";
import type { AnswerWork } from "../answers/answer-work.ts";
import { askedId } from "./asked.ts";
import { createConsentCheck } from "../records/consent.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { NoLongerWanted } from "../errors.ts";
import {
  createInteractionAnswer,
  createPlainAnswer,
  originalMessage,
  TokenOver,
} from "./interaction-answer.ts";
import type { KeptRequests } from "./kept-requests.ts";
import type { BotLog } from "../log.ts";
import { directTurn } from "../notes/note.ts";
import { answeredEvent, type Observe } from "../observations.ts";
import { type Outage, sitOut } from "../answers/outage.ts";
import { errorCodes, lastProblem } from "../discord/refusals.ts";
import { type RequestData, requestKind } from "./request.ts";
import { authorOf, houseOf } from "./request-house.ts";
import { dressRequest } from "./request-menus.ts";
import { callFor, moveAnswer } from "./request-move.ts";
import { retryId } from "../discord/retry.ts";
import type { NoteProblem } from "../answers/problem-notes.ts";
import type { RunningWork } from "../answers/running-work.ts";
import type { Sentences } from "../answers/sentences.ts";
import { recognizerSettings } from "../settings/spoken-languages.ts";
import { withheldId } from "../answers/withheld.ts";
import { createWorkState, type WorkMemory, type WorkState } from "../answers/work-state.ts";

export interface RequestJobOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "consent" | "settings" | "transcripts" | "usage">;
  /** How long transcripts are kept at most, in days. */
  readonly retentionDays: number;
  readonly words: Words;
  readonly kept: KeptRequests;
  /** What the recognizer can be asked for, as BCP-47 tags. */
  readonly languages: readonly string[];
  readonly sentences: Sentences;
  readonly work: AnswerWork;
  readonly running: RunningWork;
  readonly log: BotLog;
  readonly observe: Observe;
  readonly noteProblem: NoteProblem;
  readonly concurrency: number;
  /** How long the recording is kept while the service is away, once the answer has left the interaction, in ms. */
  readonly patienceMs: number;
  /** Pauses while Discord is out of reach, one after the other; the last is repeated. In ms. */
  readonly awayWaitsMs: readonly number[];
  /** So long before its token ends an answer leaves the interaction, in ms. */
  readonly leaveBeforeMs: number;
}

type RequestJob = Job<RequestData, WorkMemory>;

interface RequestRun {
  readonly job: RequestJob;
  readonly state: WorkState;
  readonly destination: Destination;
  /** The id of the interaction's first message, once that is known. */
  readonly originalId?: () => string | undefined;
  /** When the answer has to leave the interaction, in ms from now; undefined where it has left. */
  readonly leaveInMs: number | undefined;
}

/** The work behind /transcribe and the context menu: answered in the interaction, and where that takes too long, beside it. */
export function createRequestJob(options: RequestJobOptions): JobHandler<RequestData, WorkMemory> {
  const { log } = options;
  const over = (job: RequestJob, result: Pick<AnswerResult, "state" | "transcripts" | "problem">): void => {
    if (result.problem) options.noteProblem(job.turn.guildId, result.problem);
    const event = answeredEvent("command", job, result);
    if (event) options.observe(event);
  };

  const work = async (run: RequestRun, signal: AbortSignal): Promise<JobOutcome> => {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort(new TokenOver("the interaction is about to end"));
    const timer = run.leaveInMs === undefined ? undefined : setTimeout(leave, Math.max(0, run.leaveInMs));
    try {
      const task = await taskOf(options, run, AbortSignal.any([signal, leaving.signal]));
      const result = await options.work(task);
      await keepAnswer(options, run);
      const { state, outcome, problem } = result;
      log.info({ interactionId: run.job.key, code: problem?.code ?? problem?.reason }, `request ${state}`);
      over(run.job, result);
      return outcome;
    } catch (error) {
      if (error instanceof TokenOver || (!signal.aborted && leaving.signal.aborted)) return await moved(run);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  /** Goes on beside the interaction in a new run, or ends where there is nowhere to go on. */
  const moved = async ({ job, state }: RequestRun): Promise<JobOutcome> => {
    const found = await moveAnswer(options, job, state);
    log.info(
      { interactionId: job.key },
      found ? "request left its interaction" : "request lost its interaction",
    );
    if (found) await keepAnswer(options, { job, state });
    return found ? { type: "later", afterMs: 0, countsAsAttempt: false } : { type: "done" };
  };

  return {
    kind: requestKind,
    maxAttempts: 4,
    concurrency: options.concurrency,
    async run(job, jobRun) {
      const run = beginRun(options, job, jobRun);
      if (run.leaveInMs !== undefined && run.leaveInMs <= 0) return await moved(run);
      const running = options.running.begin(authorOf(job.data), jobRun.signal);
      try {
        return await work(run, running.signal);
      } catch (error) {
        const unwanted = [error, running.signal.reason].find((one) => one instanceof NoLongerWanted);
        if (!unwanted) return await sitOut(error, outageOf(options, run, running.signal));
        await explainUnwanted(options, run, unwanted);
        return { type: "done" };
      } finally {
        running.end();
      }
    },
    async giveUp(job, error) {
      log.error({ interactionId: job.key, attempt: job.attempt, ...errorCodes(error) }, "request given up");
      const run = beginRun(options, job, undefined);
      const isOver = run.leaveInMs !== undefined && run.leaveInMs <= 0;
      // Its time may be over by then: what there is to say is said beside it.
      if (!isOver) await showProblem(options, run, lastProblem(error));
      else if (await moveAnswer(options, job, run.state)) {
        const beside = beginRun(options, { ...job, progress: run.state.memory }, undefined);
        await showProblem(options, beside, lastProblem(error));
      }
      over(job, { state: "failed" });
    },
  };
}

function beginRun(
  options: RequestJobOptions,
  job: RequestJob,
  jobRun: JobRun<WorkMemory> | undefined,
): RequestRun {
  const { api } = options;
  const { interaction, isPrivate, expiresAtMs } = job.data;
  const begun = job.progress ?? { answer: { messageIds: [originalMessage], posting: false } };
  const state = createWorkState(begun, async (memory) => jobRun?.save(memory));
  const { place } = state.memory;
  let originalId: string | undefined;
  return {
    job,
    state,
    destination: place
      ? createPlainAnswer(api, {
          channelId: place.channelId,
          key: `${job.kind}:${job.key}`,
          firstId: state.memory.answer.messageIds[0],
          call: place.channelId === job.data.channelId ? callFor(options.words, job.data) : "",
        })
      : createInteractionAnswer(api, {
          token: interaction,
          isPrivate,
          onOriginal: (id) => {
            originalId = id;
          },
        }),
    originalId: () => originalId,
    leaveInMs: place ? undefined : expiresAtMs - options.leaveBeforeMs - Date.now(),
  };
}

/** Notes down where a public answer is, so that it goes when its recording is deleted. */
async function keepAnswer(
  { kept }: RequestJobOptions,
  { job, state, originalId }: Pick<RequestRun, "job" | "state" | "originalId">,
): Promise<void> {
  const { place, answer } = state.memory;
  const channelId = place?.channelId ?? (job.data.isPrivate ? null : job.data.channelId);
  const messageIds = answer.messageIds.map((id) => (id === originalMessage ? originalId?.() : id));
  const request = await kept.get(job.key);
  if (channelId === null || !request) return;
  const known = messageIds.filter((id) => id !== undefined);
  await kept.put(job.key, { ...request, answer: { channelId, messageIds: known } });
}

function outageOf(
  options: RequestJobOptions,
  { job, state, leaveInMs }: RequestRun,
  signal: AbortSignal,
): Outage {
  const { awayWaitsMs, log } = options;
  const leftMs = leaveInMs ?? job.enqueuedAtMs + options.patienceMs - Date.now();
  return { key: job.key, state, leftMs, awayWaitsMs, signal, log };
}

async function taskOf(options: RequestJobOptions, run: RequestRun, signal: AbortSignal): Promise<AnswerTask> {
  const { job, state, destination, leaveInMs } = run;
  const { sources, introductionKey, language } = job.data;
  const { settings, ...kept } = await houseOf(options, job, state);
  // All of them are of one message: one author, and one original where it is a forward.
  const [source] = sources;
  const isOptedOut =
    source && createConsentCheck({ api: options.api, consent: options.store.consent, source });
  return {
    ...voiceOf(job),
    owner: { kind: job.kind, key: job.key, memberId: authorOf(job.data) },
    sources,
    ...kept,
    settings: recognizerSettings(settings, language ?? undefined),
    house: settings,
    withheldId: withheldId(job.key),
    dress: (sections) => dressRequest(options, { id: job.key, data: job.data, house: settings }, sections),
    destination,
    state,
    signal,
    introductionKey,
    resumed: job.progress !== undefined,
    turn: job.turn,
    // While it is in the interaction there is no point in waiting for longer than that lives.
    patienceMs:
      leaveInMs === undefined ? job.enqueuedAtMs + options.patienceMs - Date.now() : leaveInMs - 1000,
    async check() {
      if (await isOptedOut?.()) throw new NoLongerWanted("opted-out");
    },
  };
}

function voiceOf({
  kind,
  key,
  data,
  turn,
}: RequestJob): Pick<AnswerTask, "locale" | "retryId" | "cancelId" | "direct"> {
  return {
    locale: localeFor(data.locale),
    retryId: retryId(kind, key),
    cancelId: askedId({ action: "cancel", key, askerId: data.userId }),
    direct: turn.guildId === directTurn,
  };
}

/** Somebody asked, so they are told why they get nothing, unless the answer itself was taken away. */
async function explainUnwanted(
  options: RequestJobOptions,
  run: RequestRun,
  { why }: NoLongerWanted,
): Promise<void> {
  const reason =
    why === "opted-out" ? "opted-out" : why === "deleted" ? "download-gone" : "missing-permission";
  try {
    await showProblem(options, run, { reason });
  } catch (error) {
    if (!(error instanceof NoLongerWanted)) throw error;
    options.log.info({ interactionId: run.job.key, code: error.why }, "request was taken away");
  }
}

async function showProblem(options: RequestJobOptions, run: RequestRun, problem: Problem): Promise<void> {
  const { state, destination, job } = run;
  const answer = createAnswer({
    destination,
    state: state.memory.answer,
    save: (next) => state.update({ answer: next }),
  });
  await answer.show([options.sentences.problem(problem, "final", { ...voiceOf(job), introduced: false })]);
}
