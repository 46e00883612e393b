import { randomUUID } from "node:crypto";

import type { HeardSentence } from "./ear.ts";
import { statusNames } from "./status.ts";

/** Where a task is. */
export type TaskOutcome =
  | { readonly type: "queueing" }
  | { readonly type: "running" }
  | { readonly type: "heard"; readonly sentences: readonly HeardSentence[] }
  | { readonly type: "failed"; readonly statusCode: number };

export interface TaskFacts {
  readonly taskId: string;
  readonly words: boolean;
  readonly outcome: TaskOutcome;
  readonly durationMs: number;
  readonly requestedMs: number;
  readonly solvedMs: number;
}

/** A request id as the gateway makes them. */
export function newRequestId(): string {
  return randomUUID().toUpperCase();
}

function codeOf(outcome: TaskOutcome): number {
  if (outcome.type === "queueing") return 21050002;
  if (outcome.type === "running") return 21050001;
  if (outcome.type === "failed") return outcome.statusCode;
  return outcome.sentences.length === 0 ? 21050003 : 21050000;
}

/** The answer to a submission or a question (seed 002, "Response parameters"). */
export function statusBody(statusCode: number, taskId: string): Record<string, unknown> {
  return {
    TaskId: taskId,
    RequestId: newRequestId(),
    StatusText: statusNames[statusCode] ?? "UNKNOWN",
    StatusCode: statusCode,
  };
}

/** The answer to GetTaskResult: a failed task is no failed call. */
export function taskBody(facts: TaskFacts): Record<string, unknown> {
  const body = statusBody(codeOf(facts.outcome), facts.taskId);
  if (facts.outcome.type === "queueing") return body;
  if (facts.outcome.type === "running") return { ...body, BizDuration: 0 };
  return { ...body, ...ended(facts) };
}

/** What is posted to the callback address in version 4.0: the same names, with RequestTime and without RequestId. */
export function callbackBody(facts: TaskFacts): Record<string, unknown> {
  const { RequestId: _, ...body } = statusBody(codeOf(facts.outcome), facts.taskId);
  return { ...body, ...ended(facts), RequestTime: facts.requestedMs };
}

/** The same in version 2.0 (seed 002, "Earlier versions"). */
export function oldCallbackBody(facts: TaskFacts): Record<string, unknown> {
  const { outcome } = facts;
  const statusCode = codeOf(outcome);
  return {
    ...(outcome.type === "heard" && outcome.sentences.length > 0
      ? { result: outcome.sentences.map(oldSentence) }
      : {}),
    task_id: facts.taskId,
    status_code: statusCode,
    status_text: statusNames[statusCode],
    request_time: facts.requestedMs,
    solve_time: facts.solvedMs,
    biz_duration: facts.durationMs,
  };
}

function ended({ outcome, words, durationMs, solvedMs }: TaskFacts): Record<string, unknown> {
  const figures = { BizDuration: durationMs, SolveTime: solvedMs };
  if (outcome.type !== "heard" || outcome.sentences.length === 0) return figures;
  const { sentences } = outcome;
  return {
    ...figures,
    Result: {
      Sentences: sentences.map((sentence, index) => newSentence(sentence, sentences[index - 1])),
      ...(words ? { Words: sentences.flatMap(wordsOf) } : {}),
    },
  };
}

function newSentence(
  { text, startMs, endMs, channel = 0 }: HeardSentence,
  before: HeardSentence | undefined,
): Record<string, unknown> {
  return {
    EndTime: endMs,
    SilenceDuration: Math.max(0, Math.round((startMs - (before?.endMs ?? 0)) / 1000)),
    BeginTime: startMs,
    Text: text,
    ChannelId: channel,
    SpeechRate: Math.round((text.split(" ").length * 60_000) / Math.max(1, endMs - startMs)),
    EmotionValue: 5,
  };
}

function oldSentence({ text, startMs, endMs, channel = 0 }: HeardSentence): Record<string, unknown> {
  return {
    begin_time: startMs,
    channel_id: channel,
    emotion_value: 5,
    end_time: endMs,
    silence_duration: 0,
    speech_rate: Math.round((text.split(" ").length * 60_000) / Math.max(1, endMs - startMs)),
    text,
  };
}

function wordsOf({ words = [], channel = 0 }: HeardSentence): Record<string, unknown>[] {
  return words.map(({ text, startMs, endMs }) => ({
    ChannelId: channel,
    Word: text,
    BeginTime: Math.round(startMs),
    EndTime: Math.round(endMs),
  }));
}
