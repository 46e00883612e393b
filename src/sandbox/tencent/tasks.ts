import { request } from "node:http";

import type { HeardSentence } from "../alibaba/ear.ts";
import { fetchRecording, type FetchedRecording } from "../alibaba/fetch-recording.ts";
import { StatusRefusal } from "../alibaba/status.ts";
import type { Fields } from "./fields.ts";
import type { RecordingWish } from "./recording-task.ts";
import { TencentRefusal } from "./refusal.ts";

/** Hears a whole recording, sentence by sentence. */
export type HearRecording = (
  recording: FetchedRecording,
  signal: AbortSignal,
) => Promise<readonly HeardSentence[]>;

type Outcome =
  | { readonly type: "waiting" }
  | { readonly type: "doing" }
  | { readonly type: "success"; readonly sentences: readonly HeardSentence[] }
  | { readonly type: "failed"; readonly code: number };

/** A task as the double keeps it: never words, but whether it was fetched and how it ended. */
export interface LocalTask {
  readonly taskId: number;
  outcome: Outcome["type"];
  /** HTTP statuses that the callback's tries were answered with; 0 where there was no answer. */
  readonly callbacks: number[];
}

export interface TasksOptions {
  readonly hear: HearRecording;
  /** 1 GB by the vendor's page. */
  readonly maxBytes: number;
  readonly changed: () => void;
}

/** Tasks at work. */
export interface Tasks {
  readonly all: readonly LocalTask[];
  create(wish: RecordingWish): Fields;
  /** Throws TencentRefusal FailedOperation.NoSuchTask. */
  describe(taskId: unknown): Fields;
  /** The next task that begins ends so. */
  failNext(code: number): void;
  /** Tasks stay in the queue until they are released. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

interface Work extends LocalTask {
  readonly wish: RecordingWish;
  state: Outcome;
  seconds: number;
}

const statuses: Readonly<Record<Outcome["type"], number>> = { waiting: 0, doing: 1, success: 2, failed: 3 };
/** What DescribeTaskStatus says of the callback's numbers; seed 003 has the second and, in other words, the third. */
const messages: Readonly<Record<number, string>> = {
  10_000: "Failed to transcode audio",
  10_001: "Failed to recognize audio!",
  10_002: "Audio too short",
  10_004: "Invalid audio file",
  10_006: "Audio channel num not match!",
  10_007: "Failed to download audio file!",
};
/** "At most 2 tries are made" (seed 003's answer and the vendor's page). */
const callbackTries = 2;

export function createTasks({ hear, maxBytes, changed }: TasksOptions): Tasks {
  const all: Work[] = [];
  const failures: number[] = [];
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  let gate: PromiseWithResolvers<void> | undefined;

  const become = (work: Work, state: Outcome): void => {
    work.state = state;
    work.outcome = state.type;
    changed();
  };
  const outcomeOf = async (work: Work, signal: AbortSignal): Promise<Outcome> => {
    const failure = failures.shift();
    if (failure !== undefined) return { type: "failed", code: failure };
    const { url, rate, channels } = work.wish;
    try {
      if (channels !== 1) return { type: "failed", code: 10_006 };
      const recording = await fetchRecording(url, { maxBytes, modelRate: rate, adaptRate: false }, signal);
      work.seconds = recording.samples.length / recording.sampleRate;
      return { type: "success", sentences: await hear(recording, signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { type: "failed", code: error instanceof StatusRefusal ? codeOf(error) : 10_001 };
    }
  };
  const run = async (work: Work): Promise<void> => {
    const { signal } = closing;
    await gate?.promise;
    signal.throwIfAborted();
    become(work, { type: "doing" });
    become(work, await outcomeOf(work, signal));
    for (let one = 0; work.wish.callbackUrl !== undefined && one < callbackTries; one++) {
      const status = await post(work.wish.callbackUrl, callbackForm(work), signal);
      work.callbacks.push(status);
      changed();
      if (status === 200) break;
    }
  };

  return {
    all,
    create(wish) {
      const taskId = 10_000_000_000 + all.length;
      const work: Work = {
        taskId,
        wish,
        outcome: "waiting",
        state: { type: "waiting" },
        seconds: 0,
        callbacks: [],
      };
      all.push(work);
      // Only closing ends a task by an error, and nobody waits for it then.
      const task: Promise<void> = run(work)
        .catch(() => undefined)
        .finally(() => running.delete(task));
      running.add(task);
      return { Data: { TaskId: taskId } };
    },
    describe(taskId) {
      const work = all.find((one) => one.taskId === taskId);
      if (!work) throw new TencentRefusal("FailedOperation.NoSuchTask", "There is no such task");
      return { Data: described(work) };
    },
    failNext: (code) => void failures.push(code),
    hold() {
      gate ??= Promise.withResolvers<void>();
    },
    release() {
      gate?.resolve();
      gate = undefined;
    },
    async close() {
      closing.abort();
      gate?.resolve();
      await Promise.all(running);
    },
  };
}

/** What fetching refuses in Alibaba's numbers, in Tencent's. */
function codeOf({ statusCode }: StatusRefusal): number {
  if (statusCode === 41_050_005) return 10_006;
  if (statusCode === 41_050_006) return 10_002;
  if (statusCode === 41_050_003) return 10_000;
  return statusCode === 41_050_008 ? 10_001 : 10_007;
}

function described({ taskId, state, wish, seconds }: Work): Fields {
  const heard = state.type === "success" ? state.sentences : [];
  return {
    TaskId: taskId,
    Status: statuses[state.type],
    StatusStr: state.type,
    Result: textOf(heard),
    ErrorMsg: state.type === "failed" ? (messages[state.code] ?? "Other failure") : "",
    ResultDetail: wish.words && heard.length > 0 ? heard.map(detailOf) : null,
    AudioDuration: seconds,
  };
}

/** "[0:0.020,0:2.380]  text\n" for each sentence. */
function textOf(sentences: readonly HeardSentence[]): string {
  return sentences
    .map(({ startMs, endMs, text }) => `[${clock(startMs)},${clock(endMs)}]  ${text}\n`)
    .join("");
}

function clock(ms: number): string {
  return `${Math.floor(ms / 60_000)}:${((ms % 60_000) / 1000).toFixed(3)}`;
}

/** Words count from the start of their sentence. */
function detailOf({ text, startMs, endMs, channel = 0, words = [] }: HeardSentence): Fields {
  return {
    FinalSentence: text,
    SliceSentence: text,
    StartMs: startMs,
    EndMs: endMs,
    SpeechSpeed: 2,
    SpeakerId: channel,
    WordsNum: words.length,
    Words: words.map((word) => ({
      Word: word.text,
      OffsetStartMs: Math.round(word.startMs - startMs),
      OffsetEndMs: Math.round(word.endMs - startMs),
    })),
  };
}

/** The callback: a form, whatever DescribeTaskStatus would say as JSON. */
function callbackForm({ taskId, state, wish, seconds }: Work): URLSearchParams {
  const form = new URLSearchParams({ requestId: String(taskId), appid: "1250000000", projectid: "0" });
  const heard = state.type === "success" ? state.sentences : [];
  form.set("code", state.type === "failed" ? String(state.code) : "0");
  form.set("message", state.type === "failed" ? (messages[state.code] ?? "") : "success");
  form.set("audioUrl", wish.url);
  form.set("text", textOf(heard));
  form.set("resultDetail", JSON.stringify(wish.words ? heard.map(detailOf) : null));
  form.set("audioTime", String(seconds));
  return form;
}

/** Posts the form and gives the status of the answer; 0 where there was none. */
async function post(url: string, form: URLSearchParams, signal: AbortSignal): Promise<number> {
  const bytes = Buffer.from(form.toString());
  return new Promise((resolve) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": bytes.length };
    const sent = request(url, { method: "POST", headers, signal }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", () => resolve(0));
    sent.end(bytes);
  });
}
