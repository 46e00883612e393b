import type { Locale } from "../explanations/explain.ts";
import type { Problem } from "../explanations/problem.ts";
import type { JobOutcome, JobTurn } from "../jobs/jobs.ts";
import type { Store } from "../store/store.ts";
import type { Transcript } from "../transcription/transcript.ts";
import { createAnswer, type Destination, type LiveMessages, type Page } from "./answer.ts";
import type { AudioSource } from "./attachments.ts";
import { NoLongerWanted } from "./errors.ts";
import { createProgress, type ProgressLimits } from "./progress.ts";
import type { RecordingOutcome, Recordings } from "./recordings.ts";
import type { ProblemStage, Sentences, Voice } from "./sentences.ts";
import type { WorkState } from "./work-state.ts";
import type { WorkStage } from "./work-stage.ts";

/** A recording that somebody waits for the words of, with everything that differs between a note and a command. */
export interface AnswerTask {
  readonly source: AudioSource;
  readonly turn: JobTurn;
  readonly locale: Locale;
  readonly destination: Destination;
  readonly state: WorkState;
  readonly signal: AbortSignal;
  /** Custom id of the Retry button. */
  readonly retryId: string;
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
  readonly transcript?: Transcript;
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

  return async (task) => {
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
    let result: RecordingOutcome;
    let quietMs: number;
    try {
      result = await recordings.transcribe({
        source: task.source,
        turn: task.turn,
        signal,
        progress,
        known: state.memory.clips,
        onClip: (clip) => state.update({ clips: [...state.memory.clips, clip] }),
      });
      quietMs = progress.quietMs();
    } finally {
      await progress.stop();
    }
    if (mayHeal(task, result, quietMs)) return await hush(task, result.problem, quietMs);
    await progress.editable();
    await task.check();
    return await conclude({ task, answer, result, voice: await voice(), sentences, waitsMs: limits.waitsMs });
  };
}

type Trouble = Extract<RecordingOutcome, { readonly type: "problem" }>;

/** What heals within a few seconds is never shown, not even where its tries are used up sooner: once, it is tried anew. */
function mayHeal(
  { state, patienceMs }: AnswerTask,
  result: RecordingOutcome,
  quietMs: number,
): result is Trouble {
  if (result.type !== "problem" || result.again !== "by-itself") return false;
  return !state.memory.hushed && patienceMs > 0 && quietMs > 0 && (result.retryAfterMs ?? 0) <= quietMs;
}

async function hush({ state }: AnswerTask, problem: Problem, quietMs: number): Promise<AnswerResult> {
  await state.update({ hushed: true });
  return { state: "waiting", outcome: { type: "later", afterMs: quietMs, countsAsAttempt: false }, problem };
}

/** Who speaks: whether this answer is the one that introduces the bot is decided when the first page is written, and kept. */
function createVoice(
  { state, introductionKey, locale, retryId, direct }: AnswerTask,
  once: Store["once"],
): () => Promise<Voice> {
  return async () => {
    if (state.memory.introduced === null) {
      state.keep({ introduced: introductionKey !== null && (await once.claim(introductionKey)) });
    }
    return { locale, retryId, direct, introduced: state.memory.introduced === true };
  };
}

function stagePage(sentences: Sentences, stage: WorkStage, voice: Voice): Page {
  if (stage.type === "fetching") return sentences.fetching(voice);
  if (stage.type === "listening") return sentences.listening(stage.progress, voice);
  return sentences.problem(stage.problem, "retrying", voice);
}

interface Conclusion {
  readonly task: AnswerTask;
  readonly answer: LiveMessages;
  readonly result: RecordingOutcome;
  readonly voice: Voice;
  readonly sentences: Sentences;
  readonly waitsMs: readonly number[];
}

async function conclude(conclusion: Conclusion): Promise<AnswerResult> {
  const { task, answer, result, voice, sentences } = conclusion;
  if (result.type === "transcript") {
    await showTranscript(conclusion, result.transcript);
    return { state: "answered", outcome: { type: "done" }, transcript: result.transcript };
  }
  const { problem } = result;
  const { stage, waitMs } = plan(conclusion, result);
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

async function showTranscript(
  { answer, voice, sentences }: Conclusion,
  transcript: Transcript,
): Promise<void> {
  const pages = sentences.transcript(transcript, voice);
  try {
    await answer.show(pages);
  } catch (error) {
    const noFiles =
      error instanceof NoLongerWanted && error.why === "no-access" && pages.some(({ file }) => file);
    if (!noFiles) throw error;
    await answer.show(sentences.withoutFile(transcript, voice));
  }
}
