import { z } from "zod";

import type { Word } from "../recognizer.ts";
import type { HeardSentence, RecordingNews, RecordingState } from "../recording-recognizer.ts";
import { readableId, statusError, unreadable } from "./alibaba-errors.ts";

const time = z.number().nonnegative();
const sentence = z.object({
  Text: z.string(),
  BeginTime: time,
  EndTime: time,
  ChannelId: z.number().catch(0),
});
const word = z.object({ Word: z.string(), BeginTime: time, EndTime: time, ChannelId: z.number().catch(0) });

/** An answer to SubmitTask or GetTaskResult, and a callback of version 4.0 (seed 002). Everything but the code may be missing. */
const answerSchema = z.object({
  TaskId: z.string().nullish().catch(undefined),
  RequestId: z.string().nullish().catch(undefined),
  StatusCode: z.number().int(),
  Result: z
    .object({ Sentences: z.array(sentence).nullish(), Words: z.array(word).nullish().catch(undefined) })
    .nullish(),
});

/** A callback of version 2.0 (seed 002, "Earlier versions"): the result is the list of sentences itself. */
const oldCallbackSchema = z.object({
  task_id: z.string(),
  status_code: z.number().int(),
  result: z
    .array(z.object({ text: z.string(), begin_time: time, end_time: time, channel_id: z.number().catch(0) }))
    .nullish(),
});

type Answer = z.infer<typeof answerSchema>;

const success = 21050000;
const running = 21050001;
const queueing = 21050002;
const nothingSaid = 21050003;

/** The id of a task that was taken. Throws RecognizerError where it was not, or where the answer cannot be read. */
export function readSubmission(body: unknown): { readonly id: string; readonly requestId?: string } {
  const answer = answerSchema.safeParse(body).data;
  if (!answer) throw unreadable();
  const requestId = readableId(answer.RequestId);
  if (answer.StatusCode !== success) throw statusError(answer.StatusCode, requestId);
  const id = readableId(answer.TaskId);
  if (id === undefined) throw unreadable();
  return { id, ...(requestId === undefined ? {} : { requestId }) };
}

/** How a task stands, out of an answer to GetTaskResult. Throws RecognizerError where it cannot be read. */
export function readState(body: unknown): RecordingState {
  const answer = answerSchema.safeParse(body).data;
  if (!answer) throw unreadable();
  return stateOf(answer);
}

/** What a callback of either version tells; undefined where it is none. */
export function readNews(body: unknown): RecordingNews | undefined {
  const old = oldCallbackSchema.safeParse(body).data;
  const answer = old ? modern(old) : answerSchema.safeParse(body).data;
  const taskId = readableId(answer?.TaskId);
  if (!answer || taskId === undefined) return undefined;
  const hasNoResult = answer.StatusCode === success && !answer.Result?.Sentences;
  return hasNoResult ? undefined : { taskId, state: stateOf(answer) };
}

function modern({ task_id, status_code, result }: z.infer<typeof oldCallbackSchema>): Answer {
  const Sentences = result?.map(({ text, begin_time, end_time, channel_id }) => ({
    Text: text,
    BeginTime: begin_time,
    EndTime: end_time,
    ChannelId: channel_id,
  }));
  return { TaskId: task_id, StatusCode: status_code, Result: Sentences && { Sentences } };
}

function stateOf(answer: Answer): RecordingState {
  const requestId = readableId(answer.RequestId);
  const id = requestId === undefined ? {} : { requestId };
  switch (answer.StatusCode) {
    case running:
      return { type: "running" };
    case queueing:
      return { type: "queued" };
    case nothingSaid:
      return { type: "heard", heard: { sentences: [], ...id } };
    case success:
      if (!answer.Result?.Sentences) throw unreadable();
      return { type: "heard", heard: { sentences: sentencesOf(answer.Result), ...id } };
    default:
      return { type: "failed", error: statusError(answer.StatusCode, requestId) };
  }
}

function sentencesOf({ Sentences, Words }: NonNullable<Answer["Result"]>): HeardSentence[] {
  const spoken = (Sentences ?? []).toSorted((one, other) => one.BeginTime - other.BeginTime);
  const words = wordsBySentence(spoken, Words ?? []);
  return spoken.map(({ Text, BeginTime, EndTime, ChannelId }, index) => {
    const own = words.get(index);
    return {
      text: Text,
      startMs: BeginTime,
      endMs: Math.max(BeginTime, EndTime),
      channel: ChannelId,
      ...(own === undefined ? {} : { words: own }),
    };
  });
}

type Sentence = z.infer<typeof sentence>;

/** The words come in a list of their own: each belongs to the last sentence of its channel that had begun by its middle. */
function wordsBySentence(
  sentences: readonly Sentence[],
  words: readonly z.infer<typeof word>[],
): Map<number, Word[]> {
  const found = new Map<number, Word[]>();
  const inOrder = words.toSorted((one, other) => one.BeginTime - other.BeginTime);
  for (const channel of new Set(sentences.map(({ ChannelId }) => ChannelId))) {
    const indexes = sentences.flatMap((one, index) => (one.ChannelId === channel ? [index] : []));
    let at = 0;
    for (const { Word: text, BeginTime: startMs, EndTime: endMs, ChannelId } of inOrder) {
      if (ChannelId !== channel) continue;
      const middleMs = (startMs + endMs) / 2;
      while (beginOf(sentences, indexes[at + 1]) <= middleMs) at += 1;
      const index = indexes[at] ?? 0;
      const own = found.get(index) ?? [];
      found.set(index, own);
      own.push({ text, startMs, endMs: Math.max(startMs, endMs) });
    }
  }
  return found;
}

function beginOf(sentences: readonly Sentence[], index: number | undefined): number {
  return index === undefined ? Infinity : (sentences[index]?.BeginTime ?? Infinity);
}
