import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { parseJson } from "../http-faults.ts";
import type {
  HeardRecording,
  HeardSentence,
  RecordingNews,
  RecordingState,
  RecordingTask,
} from "../recording-recognizer.ts";
import { type TencentResponse, unreadable } from "./answers.ts";

const time = z.number().nonnegative();
const word = z.object({ Word: z.string(), OffsetStartMs: time, OffsetEndMs: time });
const detail = z.object({
  FinalSentence: z.string().nullish(),
  StartMs: time,
  EndMs: time,
  SpeakerId: z.number().nullish().catch(undefined),
  Words: z.array(word).nullish().catch(undefined),
});
const details = z.array(detail).nullish().catch(undefined);

/** A 64-bit number, as its digits where JavaScript's numbers cannot hold it. */
const taskId = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative().transform(String)]);
const created = z.object({ Data: z.object({ TaskId: taskId }) });
const described = z.object({
  Data: z.object({
    Status: z.number().int(),
    Result: z.string().nullish(),
    ErrorMsg: z.string().nullish().catch(undefined),
    ResultDetail: details,
  }),
});

/** The id of a task that was taken. Throws RecognizerError where it cannot be read. */
export function readTaskId({ fields, requestId }: TencentResponse): RecordingTask {
  const read = created.safeParse(fields).data;
  if (!read) throw unreadable(requestId);
  return { id: read.Data.TaskId, ...(requestId === undefined ? {} : { requestId }) };
}

/** How a task stands, out of an answer to DescribeTaskStatus. Throws RecognizerError where it cannot be read. */
export function readTask({ fields, requestId }: TencentResponse): RecordingState {
  const read = described.safeParse(fields).data;
  if (!read) throw unreadable(requestId);
  const { Status, Result, ErrorMsg, ResultDetail } = read.Data;
  if (Status === 0) return { type: "queued" };
  if (Status === 1) return { type: "running" };
  if (Status === 2) return { type: "heard", heard: heardOf(Result ?? "", ResultDetail, requestId) };
  if (Status === 3) return { type: "failed", error: taskError(codeOfMessage(ErrorMsg ?? ""), requestId) };
  throw unreadable(requestId);
}

/**
 * What a callback tells: a form with code, message, requestId (the task's id), text and resultDetail. Undefined where it
 * is none.
 */
export function readNews(body: string): RecordingNews | undefined {
  const form = new URLSearchParams(body);
  const id = form.get("requestId") ?? "";
  const code = form.get("code") ?? "";
  if (!/^\d{1,20}$/.test(id) || !/^\d{1,6}$/.test(code)) return undefined;
  if (code !== "0")
    return { taskId: id, state: { type: "failed", error: taskError(Number(code), undefined) } };
  const listed = details.safeParse(parseJson(form.get("resultDetail") ?? "null")).data;
  return { taskId: id, state: { type: "heard", heard: heardOf(form.get("text") ?? "", listed, undefined) } };
}

function heardOf(
  text: string,
  listed: z.infer<typeof details>,
  requestId: string | undefined,
): HeardRecording {
  const sentences = listed && listed.length > 0 ? listed.map(detailed) : linesOf(text);
  const ordered = sentences
    .filter((sentence) => sentence.text !== "")
    .toSorted((one, other) => one.startMs - other.startMs);
  return { sentences: ordered, ...(requestId === undefined ? {} : { requestId }) };
}

/** Words count from their sentence's start. */
function detailed({
  FinalSentence,
  StartMs,
  EndMs,
  SpeakerId,
  Words,
}: z.infer<typeof detail>): HeardSentence {
  const words = (Words ?? []).map(({ Word: text, OffsetStartMs, OffsetEndMs }) => ({
    text,
    startMs: StartMs + OffsetStartMs,
    endMs: StartMs + Math.max(OffsetStartMs, OffsetEndMs),
  }));
  return {
    text: (FinalSentence ?? "").trim(),
    startMs: StartMs,
    endMs: Math.max(StartMs, EndMs),
    channel: SpeakerId ?? 0,
    ...(words.length === 0 ? {} : { words }),
  };
}

const line = /^\[(\d+):(\d+(?:\.\d+)?),(\d+):(\d+(?:\.\d+)?)(?:,(\d+))?\]\s*(.*)$/;

/** "[0:0.020,0:2.380]  text" for each sentence: minutes and seconds, and a speaker where there are several. */
function linesOf(text: string): HeardSentence[] {
  return text.split("\n").flatMap((one) => {
    const [, fromMinutes, fromSeconds, toMinutes, toSeconds, speaker, said] = line.exec(one.trim()) ?? [];
    if (said === undefined) return [];
    const startMs = Math.round((Number(fromMinutes) * 60 + Number(fromSeconds)) * 1000);
    const endMs = Math.round((Number(toMinutes) * 60 + Number(toSeconds)) * 1000);
    return [{ text: said.trim(), startMs, endMs: Math.max(startMs, endMs), channel: Number(speaker ?? 0) }];
  });
}

/** What DescribeTaskStatus says in words, as the number that the callback has for it. */
const messages: readonly (readonly [RegExp, number])[] = [
  [/channel/i, 10_006],
  [/download|url/i, 10_007],
  [/too short/i, 10_002],
  [/too long|duration/i, 10_003],
  [/transcod|decode|format/i, 10_000],
  [/invalid|empty/i, 10_004],
  [/recogni[sz]e/i, 10_001],
];

function codeOfMessage(message: string): number {
  return messages.find(([pattern]) => pattern.test(message))?.[1] ?? 10_005;
}

/** A task that failed, by the callback's numbers; of the message nothing is kept. */
function taskError(code: number, requestId: string | undefined): RecognizerError {
  const again = code === 10_001 || code === 10_005;
  return new RecognizerError(`Tencent's task failed with ${code}`, {
    kind: again ? "unavailable" : "rejected",
    code: `TENCENT.TASK.${code}`,
    retryable: again,
    requestId,
  });
}
