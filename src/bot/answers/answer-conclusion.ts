import { NoLongerWanted } from "../errors.ts";
import type { RecordingOutcome } from "../recordings.ts";
import type { LiveMessages, Page } from "./answer.ts";
import type { AnswerResult, AnswerTask } from "./answer-task.ts";
import type { ProblemStage, Sentences, Voice } from "./sentences.ts";
import type { Section } from "./transcript-pages.ts";

/** A recording that came to a problem instead of words. */
export type Trouble = Extract<RecordingOutcome, { readonly type: "problem" }>;

/** What a task came to, and who says it. */
export interface Conclusion {
  readonly task: AnswerTask;
  readonly answer: LiveMessages;
  /** Of each recording that was listened to; only the last may be one that passes by itself. */
  readonly results: readonly RecordingOutcome[];
  readonly voice: Voice;
  readonly sentences: Sentences;
  readonly waitsMs: readonly number[];
}

/** Shows the words, or what there is to say instead, and tells what the work item does next. */
export async function conclude(conclusion: Conclusion): Promise<AnswerResult> {
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
