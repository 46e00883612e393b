import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import { callbackBody, oldCallbackBody, type TaskFacts, type TaskOutcome } from "./bodies.ts";
import type { Ear } from "./ear.ts";
import { fetchRecording, type FetchRules } from "./fetch-recording.ts";
import { StatusRefusal } from "./status.ts";
import type { TaskWish } from "./task-rules.ts";

/** A task as the double keeps it: never words, but whether it was fetched and how it ended. */
export interface LocalTask {
  readonly taskId: string;
  readonly wish: TaskWish;
  readonly requestedMs: number;
  outcome: TaskOutcome;
  /** Length of what was fetched, in ms; 0 before that. Only recordings that were fetched are paid for. */
  durationMs: number;
  solvedMs: number;
  /** HTTP status that the callback was answered with; undefined where none was sent. */
  callbackStatus: number | undefined;
}

export interface TasksOptions {
  readonly ear: Ear;
  readonly rules: Omit<FetchRules, "adaptRate">;
  /** Time in the queue, in ms. */
  readonly queueMs: number;
  /** Whether callbacks are sent where they are asked for. */
  readonly sendsCallbacks: boolean;
  /** Told of every change of a task. */
  readonly changed: () => void;
}

/** Tasks at work. */
export interface Tasks {
  readonly all: readonly LocalTask[];
  take(wish: TaskWish): LocalTask;
  find(taskId: string): TaskFacts | undefined;
  /** The next task that begins ends so. */
  failNext(statusCode: number): void;
  /** Tasks stay in the queue until they are released. */
  hold(): void;
  release(): void;
  forget(): void;
  close(): Promise<void>;
}

const mostTasks = 10_000;

export function createTasks(options: TasksOptions): Tasks {
  const all: LocalTask[] = [];
  const failures: number[] = [];
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  let gate: PromiseWithResolvers<void> | undefined;

  const work = async (task: LocalTask): Promise<void> => {
    const { signal } = closing;
    task.outcome = await outcomeOf(task, signal);
    task.solvedMs = Date.now();
    options.changed();
    if (!options.sendsCallbacks || task.wish.callbackUrl === undefined) return;
    const body = task.wish.version === "4.0" ? callbackBody(factsOf(task)) : oldCallbackBody(factsOf(task));
    task.callbackStatus = await post(task.wish.callbackUrl, body, signal);
    options.changed();
  };

  const outcomeOf = async (task: LocalTask, signal: AbortSignal): Promise<TaskOutcome> => {
    await delay(options.queueMs, undefined, { signal });
    await gate?.promise;
    signal.throwIfAborted();
    task.outcome = { type: "running" };
    options.changed();
    const failure = failures.shift();
    if (failure !== undefined) return { type: "failed", statusCode: failure };
    try {
      const { fileLink, adaptRate } = task.wish;
      const recording = await fetchRecording(fileLink, { ...options.rules, adaptRate }, signal);
      if (task.wish.autoSplit && recording.sampleRate !== 8000) throw new StatusRefusal(41050008);
      task.durationMs = Math.round((recording.samples.length * 1000) / recording.sampleRate);
      return { type: "heard", sentences: await options.ear.hear(recording, task.wish, signal) };
    } catch (error) {
      signal.throwIfAborted();
      return {
        type: "failed",
        // What the engine does not survive is an error of the service.
        statusCode: error instanceof StatusRefusal ? error.statusCode : 51050002,
      };
    }
  };

  return {
    all,
    take(wish) {
      const task: LocalTask = {
        taskId: randomBytes(16).toString("hex"),
        wish,
        requestedMs: Date.now(),
        outcome: { type: "queueing" },
        durationMs: 0,
        solvedMs: 0,
        callbackStatus: undefined,
      };
      if (all.push(task) > mostTasks) all.shift();
      // Only closing ends a task by an error, and nobody waits for it then.
      const run: Promise<void> = work(task)
        .catch(() => undefined)
        .finally(() => running.delete(run));
      running.add(run);
      return task;
    },
    find(taskId) {
      const task = all.find((one) => one.taskId === taskId);
      return task && factsOf(task);
    },
    failNext: (statusCode) => void failures.push(statusCode),
    hold() {
      gate ??= Promise.withResolvers<void>();
    },
    release() {
      gate?.resolve();
      gate = undefined;
    },
    forget() {
      all.length = 0;
    },
    async close() {
      closing.abort();
      gate?.resolve();
      gate = undefined;
      await Promise.all(running);
      await options.ear.close();
    },
  };
}

function factsOf({ taskId, wish, outcome, durationMs, requestedMs, solvedMs }: LocalTask): TaskFacts {
  return { taskId, words: wish.words, outcome, durationMs, requestedMs, solvedMs };
}

/** Posts JSON (seed 002: by the POST method) and gives the status of the answer; 0 where there was none. */
async function post(url: string, body: unknown, signal: AbortSignal): Promise<number> {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": bytes.length };
    const request = send(url, { method: "POST", headers, signal }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", () => resolve(0));
    request.end(bytes);
  });
}
