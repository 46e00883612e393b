import type { Problem } from "../../explanations/problem.ts";
import type { Store } from "../../store/store.ts";
import { NoLongerWanted } from "../errors.ts";
import type { RecordingOutcome, Recordings } from "../recordings.ts";
import { finishedOf, outcomeOf } from "../requests/finished-recording.ts";
import { createAnswer, type LiveMessages, type Page } from "./answer.ts";
import { conclude, type Trouble } from "./answer-conclusion.ts";
import type { AnswerResult, AnswerTask } from "./answer-task.ts";
import { createProgress, type Progress, type ProgressLimits } from "./progress.ts";
import type { Sentences, Voice } from "./sentences.ts";
import type { Pending } from "./whole-work.ts";
import type { WorkStage } from "./work-stage.ts";

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
