import type { Locale } from "../../explanations/explain.ts";
import type { Problem } from "../../explanations/problem.ts";
import type { JobOutcome, JobTurn } from "../../jobs/jobs.ts";
import type { Store } from "../../store/store.ts";
import type { RecognizerSettings } from "../../transcription/transcriber.ts";
import type { WholeOwner } from "../../transcription/whole-recording.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import { createAnswer, type Destination, type LiveMessages, type Page } from "./answer.ts";
import type { AudioSource } from "../discord/attachments.ts";
import { NoLongerWanted } from "../errors.ts";
import type { Minutes } from "../records/minutes.ts";
import { createProgress, type Progress, type ProgressLimits } from "./progress.ts";
import type { Dress } from "../requests/request-menus.ts";
import type { RecordingOutcome, Recordings } from "../recordings.ts";
import { finishedOf, outcomeOf } from "../requests/finished-recording.ts";
import type { KeepTranscripts } from "../records/transcript-keeper.ts";
import type { House, Section } from "./transcript-pages.ts";
import type { ProblemStage, Sentences, Voice } from "./sentences.ts";
import type { WorkState } from "./work-state.ts";
import type { WorkStage } from "./work-stage.ts";
import type { Pending } from "./whole-work.ts";

/** Recordings that somebody waits for the words of, with everything that differs between a note and a command. */
export interface AnswerTask {
  /** One, or several of one message, which are answered together. */
  readonly sources: readonly AudioSource[];
  /** Whose work it is, for what lies ready for a service meanwhile. */
  readonly owner: WholeOwner;
  readonly turn: JobTurn;
  readonly locale: Locale;
  readonly destination: Destination;
  readonly state: WorkState;
  readonly signal: AbortSignal;
  /** Custom id of the Retry button. */
  readonly retryId: string;
  /** Custom id of the Cancel button, for what somebody asked for. */
  readonly cancelId?: string;
  /** What the recognizer is asked for, where that is not what is configured. */
  readonly settings?: RecognizerSettings;
  /** How the server wants words shown. */
  readonly house: House;
  readonly minutes: Minutes;
  /** Keeps the words before they are shown. */
  readonly keep: KeepTranscripts;
  /** Where the recording is, for answers that stand elsewhere; "" for others. */
  readonly origin?: string;
  /** Custom id of the button that shows withheld words. */
  readonly withheldId: string;
  /** Adds what belongs below the answer. */
  readonly dress?: (sections: readonly Section[]) => Promise<Dress>;
  /** Whether it is read by one person alone, and not in a server. */
  readonly direct: boolean;
  /** Once for this key the answer says what is sent where; null where that needs no saying. */
  readonly introductionKey: string | null;
  /** Whether an earlier run has shown something: it stays until there is more to say. */
  readonly resumed: boolean;
  /** How long it may still be put off, in ms. */
  readonly patienceMs: number;
  /** Throws NoLongerWanted; asked before the recording is fetched and before its words are posted. */
  readonly check: () => Promise<void>;
}

/** How a run ended, and what the work item does next. */
export interface AnswerResult {
  readonly state: "answered" | "failed" | "waiting";
  readonly outcome: JobOutcome;
  readonly problem?: Problem;
  /** Of every recording that has words, or is known to have none. */
  readonly transcripts?: readonly Transcript[];
}

export interface AnswerWorkOptions {
  readonly recordings: Recordings;
  readonly sentences: Sentences;
  readonly once: Store["once"];
  readonly limits: ProgressLimits & {
    /** Pauses while the service is away, one after the other; the last is repeated. In ms. */
    readonly waitsMs: readonly number[];
  };
}

/** Runs a task once. Throws NoLongerWanted, aborts and what nobody expected; whatever it posted is in the task's state. */
export type AnswerWork = (task: AnswerTask) => Promise<AnswerResult>;

/** The way from a task to its answer, the same for notes and commands. */
export function createAnswerWork(options: AnswerWorkOptions): AnswerWork {
  const { recordings, sentences, limits } = options;

  const work: AnswerWork = async (task) => {
    const { state } = task;
    await task.check();
    const unwanted = new AbortController();
    const signal = AbortSignal.any([task.signal, unwanted.signal]);
    const answer = createAnswer({
      destination: task.destination,
      state: state.memory.answer,
      save: (next) => state.update({ answer: next }),
    });
    const voice = createVoice(task, options.once);
    const progress = createProgress({
      limits,
      signal,
      resumed: task.resumed,
      show: async (stage) => answer.show([stagePage(sentences, stage, await voice())]),
      onError(error) {
        if (error instanceof NoLongerWanted) unwanted.abort(error);
      },
    });
    let heard: Heard;
    let quietMs: number;
    try {
      heard = await listen(recordings, task, { signal, progress });
      quietMs = progress.quietMs();
    } finally {
      await progress.stop();
    }
    const { results, pending } = heard;
    if (pending) {
      const page = async (): Promise<Page> => sentences.pending(pending, await voice());
      return await waitForService(task, pending, { answer, progress, page });
    }
    const last = results.at(-1);
    if (mayHeal(task, last, quietMs)) return await hush(task, last.problem, quietMs);
    await progress.editable();
    await task.check();
    return await conclude({
      task,
      answer,
      results,
      voice: await voice(),
      sentences,
      waitsMs: limits.waitsMs,
    });
  };

  return async (task) => {
    try {
      return await work(task);
    } catch (error) {
      const isUnwanted = [error, task.signal.reason].some((one) => one instanceof NoLongerWanted);
      if (isUnwanted) await recordings.discard(task.state.memory.whole);
      throw error;
    }
  };
}

/** What a run came to: the recordings that are over, and the one that is not where a service has it. */
interface Heard {
  readonly results: readonly RecordingOutcome[];
  readonly pending?: Pending;
}

/** One recording after the other. What passes by itself ends the run: later it goes on with that recording. */
async function listen(
  recordings: Recordings,
  { sources, settings, turn, state, owner, minutes }: AnswerTask,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<Heard> {
  const results: RecordingOutcome[] = state.memory.finished.map(outcomeOf);
  for (const source of sources.slice(results.length)) {
    if (results.length > 0) progress.next();
    const refused = await minutes.reserve(source);
    const result =
      refused ??
      (await recordings.transcribe({
        source,
        settings,
        turn,
        signal,
        progress,
        known: state.memory.clips,
        onClip: (clip) => state.update({ clips: [...state.memory.clips, clip] }),
        whole: { kept: state.memory.whole, owner, save: (whole) => state.update({ whole }) },
      }));
    if (result.type === "handed-in" || result.type === "in-clips") return { results, pending: result };
    if (!refused) await minutes.settle(result);
    results.push(result);
    if (result.type === "problem" && result.again === "by-itself") break;
    if (sources.length > 1)
      await state.update({ finished: results.map(finishedOf), clips: [], whole: null, told: "" });
  }
  return { results };
}

/** Says where the recording is, once for each place, and frees the worker until it is time to ask. */
async function waitForService(
  { state, check }: AnswerTask,
  pending: Pending,
  show: {
    readonly answer: LiveMessages;
    readonly progress: Progress;
    readonly page: () => Promise<Page>;
  },
): Promise<AnswerResult> {
  const told = pending.type === "handed-in" ? pending.stage : pending.type;
  if (state.memory.told !== told) {
    await show.progress.editable();
    await check();
    await show.answer.show([await show.page()]);
    await state.update({ told });
  }
  return { state: "waiting", outcome: { type: "later", afterMs: pending.afterMs, countsAsAttempt: false } };
}

type Trouble = Extract<RecordingOutcome, { readonly type: "problem" }>;

/** What heals within a few seconds is never shown, not even where its tries are used up sooner: once, it is tried anew. */
function mayHeal(
  { state, patienceMs }: AnswerTask,
  result: RecordingOutcome | undefined,
  quietMs: number,
): result is Trouble {
  if (result?.type !== "problem" || result.again !== "by-itself") return false;
  return !state.memory.hushed && patienceMs > 0 && quietMs > 0 && (result.retryAfterMs ?? 0) <= quietMs;
}

async function hush({ state }: AnswerTask, problem: Problem, quietMs: number): Promise<AnswerResult> {
  await state.update({ hushed: true });
  return { state: "waiting", outcome: { type: "later", afterMs: quietMs, countsAsAttempt: false }, problem };
}

/** Who speaks: whether this answer is the one that introduces the bot is decided when the first page is written, and kept. */
function createVoice(
  { state, sources, introductionKey, locale, retryId, cancelId, direct, house, origin }: AnswerTask,
  once: Store["once"],
): () => Promise<Voice> {
  return async () => {
    if (state.memory.introduced === null) {
      state.keep({ introduced: introductionKey !== null && (await once.claim(introductionKey)) });
    }
    const { finished, introduced } = state.memory;
    const part = { index: Math.min(finished.length + 1, sources.length), total: sources.length };
    return { locale, retryId, cancelId, direct, part, house, origin, introduced: introduced === true };
  };
}

function stagePage(sentences: Sentences, stage: WorkStage, voice: Voice): Page {
  if (stage.type === "fetching") return sentences.fetching(voice);
  if (stage.type === "listening") return sentences.listening(stage.progress, voice, stage.leftMs);
  return sentences.problem(stage.problem, "retrying", voice);
}

interface Conclusion {
  readonly task: AnswerTask;
  readonly answer: LiveMessages;
  /** Of each recording that was listened to; only the last may be one that passes by itself. */
  readonly results: readonly RecordingOutcome[];
  readonly voice: Voice;
  readonly sentences: Sentences;
  readonly waitsMs: readonly number[];
}

async function conclude(conclusion: Conclusion): Promise<AnswerResult> {
  const { task, answer, results, voice, sentences } = conclusion;
  const trouble = troubleOf(task, results);
  if (trouble === undefined) return await showResults(conclusion);
  const { problem } = trouble;
  const { stage, waitMs } = plan(conclusion, trouble);
  const told = stage === "waiting" ? { ...problem, nextTryInMs: waitMs } : problem;
  await answer.show([sentences.problem(told, stage, voice)]);
  if (waitMs === undefined) return { state: "failed", outcome: { type: "done" }, problem };
  await task.state.update({ waits: task.state.memory.waits + 1 });
  return {
    state: "waiting",
    outcome: { type: "later", afterMs: waitMs, countsAsAttempt: false },
    problem,
  };
}

/** What the whole answer has to say instead of words: of several recordings each speaks for itself, but for what may still pass. */
function troubleOf(
  { sources, patienceMs }: AnswerTask,
  results: readonly RecordingOutcome[],
): Trouble | undefined {
  const last = results.at(-1);
  if (last?.type !== "problem") return undefined;
  const passes = last.again === "by-itself" && patienceMs > 0;
  return sources.length === 1 || passes ? last : undefined;
}

/** What is done about a problem. What somebody may retry by hand stays a work item until then, words recognized so far included. */
function plan(
  { task, waitsMs }: Conclusion,
  { again, retryAfterMs }: Trouble,
): { readonly stage: ProblemStage; readonly waitMs?: number } {
  if (again === "never") return { stage: "final" };
  if (task.patienceMs <= 0) return { stage: again === "by-itself" ? "waited" : "final" };
  if (again === "by-hand") return { stage: "retry", waitMs: task.patienceMs };
  const pauseMs = waitsMs[Math.min(task.state.memory.waits, waitsMs.length - 1)] ?? task.patienceMs;
  return { stage: "waiting", waitMs: Math.min(Math.max(pauseMs, retryAfterMs ?? 0), task.patienceMs) };
}

async function showResults({ task, answer, results, voice, sentences }: Conclusion): Promise<AnswerResult> {
  const sections = sectionsOf(task, results);
  const told = (await task.keep(results)) ? { ...voice, withheldId: task.withheldId } : voice;
  const dress = await task.dress?.(sections);
  const pagesOf = (files: boolean): readonly Page[] => {
    const pages = sentences.results(sections, told, { files });
    return dress ? dress(pages, files) : pages;
  };
  await showWithFiles(answer, pagesOf);
  const [only] = results;
  const transcripts = results.flatMap((result) => (result.type === "transcript" ? [result.transcript] : []));
  const outcome = { type: "done" } as const;
  return transcripts.length > 0
    ? { state: "answered", outcome, transcripts }
    : { state: "failed", outcome, ...(only?.type === "problem" && { problem: only.problem }) };
}

function sectionsOf({ sources }: AnswerTask, results: readonly RecordingOutcome[]): readonly Section[] {
  return results.map((result, index) => ({ name: sources[index]?.file.name ?? "", result }));
}

/** Places that take no files get the answer without. */
async function showWithFiles(
  answer: LiveMessages,
  pagesOf: (files: boolean) => readonly Page[],
): Promise<void> {
  const pages = pagesOf(true);
  try {
    await answer.show(pages);
  } catch (error) {
    const noFiles =
      error instanceof NoLongerWanted &&
      error.why === "no-access" &&
      pages.some(({ file, exports }) => file ?? exports);
    if (!noFiles) throw error;
    await answer.show(pagesOf(false));
  }
}
