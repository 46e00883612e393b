import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { createAlibaba } from "../../src/recognizers/alibaba/alibaba.ts";
import type { RecordingLimits } from "../../src/recognizers/recording-recognizer.ts";
import {
  type LocalAlibaba,
  type LocalAlibabaOptions,
  startLocalAlibaba,
} from "../../src/sandbox/alibaba/local-alibaba.ts";
import { takeCallback } from "../../src/speech/long-recordings.ts";
import { createLog } from "../../src/log.ts";
import { createShelf } from "../../src/store/shelf.ts";
import type { WholeProgress, WholeRecordings, WholeStep } from "../../src/transcription/whole-recording.ts";
import { createWholeRecordings } from "../../src/transcription/whole-recordings.ts";
import { startWebServer } from "../../src/web/server.ts";
import { callbackPath, createShelfRoutes, recordingPath } from "../../src/web/shelf.ts";
import { waveOf } from "../sandbox/alibaba/file-server.ts";

const sentences = [
  {
    text: "Good morning.",
    startMs: 200,
    endMs: 900,
    words: [
      { text: "good", startMs: 200, endMs: 500 },
      { text: "morning", startMs: 500, endMs: 900 },
    ],
  },
  { text: "How are you?", startMs: 1200, endMs: 1900 },
];

interface Stage {
  readonly local: LocalAlibaba;
  readonly whole: WholeRecordings;
  /** What was written down; a test may set it back, as a process that died leaves it. */
  progress: WholeProgress | null;
  /** Dies when it is about to write down progress of this type. */
  diesAt: WholeProgress["type"] | undefined;
  readonly events: string[];
  readonly woken: unknown[];
  /** The next step, as a new run of the work item takes it. */
  readonly step: (file?: string) => Promise<WholeStep>;
  /** Resolves when the double's task is over and its callback was answered. */
  readonly ended: (index?: number) => Promise<void>;
  readonly onShelf: () => Promise<readonly string[]>;
  readonly write: (name: string, bytes: Uint8Array) => Promise<string>;
}

interface StageOptions {
  readonly alibaba?: LocalAlibabaOptions;
  readonly limits?: Partial<RecordingLimits>;
  readonly timeoutMs?: number;
}

/** A tone of so many seconds: longer than a second counts as long here. */
function soundOf(seconds: number, loudness = 5000): Buffer {
  return waveOf(
    Int16Array.from({ length: seconds * 16_000 }, (_, index) => Math.round(loudness * Math.sin(index / 5))),
  );
}

async function setStage({
  alibaba = {},
  limits = {},
  timeoutMs = 10_000,
}: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-whole-"));
  const local = await startLocalAlibaba({ recognize: () => sentences, ...alibaba });
  const { appkey } = local.account;
  const client = createAlibaba({
    endpoint: local.url,
    apiVersion: "2019-08-23",
    key: local.account,
    appkey,
    sampleRate: 16_000,
    language: "en",
    version: "4.0",
    plan: "paid",
    inverseTextNormalization: false,
    disfluency: false,
    autoSplit: false,
    timeoutMs,
    askEveryMs: 1,
  });
  const recognizer = { ...client, limits: { ...client.limits, ...limits } };
  const shelf = createShelf(join(folder, "shelf"));
  const woken: unknown[] = [];
  const wake = async (owner: unknown): Promise<boolean> => await Promise.resolve(woken.push(owner) > 0);
  const onCallback = takeCallback(recognizer, shelf, { wake, log: createLog("silent") });
  const server = await startWebServer({
    host: "127.0.0.1",
    port: 0,
    routes: [],
    roomyRoutes: [createShelfRoutes({ shelf, onCallback })],
    onError: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(async () => {
    await server.close();
    await client.close();
    await local.close();
    await rm(folder, { recursive: true });
  });
  // By a name: the service takes no IP address.
  const origin = `http://localhost:${server.port}`;
  const events: string[] = [];
  const whole = createWholeRecordings({
    recognizer,
    shelf,
    longMs: 1000,
    addresses: (ticket) => ({
      url: origin + recordingPath(ticket),
      callbackUrl: origin + callbackPath(ticket),
    }),
    onEvent: ({ event, code }) => events.push(code === undefined ? event : `${event} ${code}`),
    pausesMs: [1, 1],
  });
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  const long = await write("long.wav", soundOf(2));
  const stage: Stage = {
    local,
    whole,
    progress: null,
    diesAt: undefined,
    events,
    woken,
    step: async (file = long) =>
      await whole.step({
        progress: stage.progress,
        owner: { kind: "note", key: "1", memberId: "2" },
        file: async () => await Promise.resolve(file),
        maxDurationMs: 60_000,
        signal: new AbortController().signal,
        async save(progress) {
          if (progress.type === stage.diesAt) throw new Error("killed");
          stage.progress = await Promise.resolve(progress);
        },
      }),
    ended: async (index = 0) => await local.until(({ tasks }) => tasks[index]?.callbackStatus !== undefined),
    onShelf: async () => await readdir(join(folder, "shelf")),
    write,
  };
  return stage;
}

test("a long recording is handed in, fetched, and its words are there when the service knocks", async () => {
  const stage = await setStage();
  expect(await stage.step()).toMatchObject({ type: "waiting", stage: "queued" });
  expect(stage.progress).toMatchObject({ type: "handed-in", tries: 1 });
  await stage.ended();
  expect(stage.woken).toEqual([{ kind: "note", key: "1", memberId: "2" }]);
  const step = await stage.step();
  expect(step).toMatchObject({
    type: "words",
    transcript: {
      text: "Good morning. How are you?",
      durationMs: 2000,
      confidence: null,
      recognizer: "alibaba",
      requests: 2,
      segments: [
        { startMs: 200, endMs: 900, text: "Good morning.", estimated: false },
        { startMs: 1200, endMs: 1900, text: "How are you?", estimated: true },
      ],
    },
  });
  expect(stage.local.tasks).toMatchObject([{ durationMs: 2000, callbackStatus: 200 }]);
  expect(await stage.onShelf()).toEqual([]);
  expect(stage.events).toEqual(["handed-in", "heard"]);
});

test("a short recording goes in clips, and the service hears nothing of it", async () => {
  const stage = await setStage();
  expect(await stage.step(await stage.write("short.wav", soundOf(1)))).toEqual({ type: "in-clips" });
  expect(stage.local.calls).toEqual([]);
});

test("so does one that is over the service's limits", async () => {
  const stage = await setStage({ limits: { maxFileBytes: 50_000 } });
  expect(await stage.step()).toEqual({ type: "in-clips" });
  const other = await setStage({ limits: { maxDurationMs: 1500 } });
  expect(await other.step()).toEqual({ type: "in-clips" });
  expect(await stage.onShelf()).toEqual([]);
});

test("plain silence is known without the service", async () => {
  const stage = await setStage();
  const silence = await stage.write("silence.wav", soundOf(2, 0));
  expect(await stage.step(silence)).toMatchObject({ type: "words", transcript: { text: "", requests: 0 } });
  expect(stage.local.calls).toEqual([]);
});

test("two speakers are told apart by a dash at each turn", async () => {
  const turns = ["How are you?", "Fine.", "And you?"].map((text, index) => ({
    text,
    startMs: index * 500,
    endMs: index * 500 + 400,
    channel: index === 0 ? 1 : 2,
  }));
  const stage = await setStage({ alibaba: { recognize: () => turns } });
  await stage.step();
  await stage.ended();
  expect(await stage.step()).toMatchObject({ transcript: { text: "– How are you? – Fine. And you?" } });
});

test("killed before the task's id was written down, it is found again and paid for once", async () => {
  const stage = await setStage();
  stage.diesAt = "handed-in";
  await expect(stage.step()).rejects.toThrow("killed");
  stage.diesAt = undefined;
  await stage.ended();
  expect(stage.progress).toMatchObject({ type: "offered" });
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  expect(await stage.step()).toMatchObject({ type: "words" });
  expect(stage.local.tasks).toHaveLength(1);
});

test("killed before the service fetched it, the task it may have begun finds nothing and costs nothing", async () => {
  const stage = await setStage();
  stage.local.hold();
  stage.diesAt = "handed-in";
  await expect(stage.step()).rejects.toThrow("killed");
  stage.diesAt = undefined;
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  stage.local.release();
  await stage.ended(1);
  await stage.local.until(({ tasks }) => tasks[0]?.outcome.type === "failed");
  expect(await stage.step()).toMatchObject({ type: "words" });
  expect(stage.local.tasks).toMatchObject([
    { durationMs: 0, outcome: { type: "failed", statusCode: 41050024 } },
    { durationMs: 2000, outcome: { type: "heard" } },
  ]);
});

test("an answer to handing in that is lost is made up for by the callback", async () => {
  const stage = await setStage({ timeoutMs: 300 });
  stage.local.failNext({ kind: "hang", endpoint: "submit", afterwards: true });
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  await stage.ended();
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  expect(await stage.step()).toMatchObject({ type: "words" });
  expect(stage.local.tasks).toHaveLength(1);
  expect(stage.events).toEqual(["trouble TIMEOUT", "handed-in", "heard"]);
});

test.each([
  ["a service that is down", { kind: "gateway", code: "ServiceUnavailable", httpStatus: 503 }],
  ["a used nonce", { kind: "gateway", code: "SignatureNonceUsed" }],
  ["a reset", { kind: "reset" }],
  ["nonsense", { kind: "malformed" }],
] as const)("handing in outlasts %s", async (_, fault) => {
  const stage = await setStage();
  stage.local.failNext({ ...fault, endpoint: "submit", times: 2 });
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  expect(await stage.step()).toMatchObject({ type: "waiting" });
  await stage.ended();
  expect(await stage.step()).toMatchObject({ type: "words" });
});

test("a service that stays down is given up, and clips are the way", async () => {
  const stage = await setStage();
  stage.local.failNext({ kind: "status", httpStatus: 502, endpoint: "submit", times: "always" });
  await stage.step();
  await stage.step();
  expect(await stage.step()).toMatchObject({
    type: "refused",
    error: { reason: "service-unavailable", code: "HTTP.502" },
  });
  expect(await stage.step()).toEqual({ type: "in-clips" });
  expect(await stage.onShelf()).toEqual([]);
});

test("a refused account is given up at once", async () => {
  const stage = await setStage({ alibaba: { account: { appkey: "another" } } });
  stage.local.failNext({ kind: "refuse", statusCode: 41050021, endpoint: "submit" });
  expect(await stage.step()).toMatchObject({
    type: "refused",
    error: { reason: "service-credentials", code: "ALIBABA.41050021" },
  });
  expect(stage.local.calls).toHaveLength(1);
});

test.each([41050002, 41050026, 51050000, 51050005])(
  "a task that ends with %i is handed in once more",
  async (statusCode) => {
    const stage = await setStage();
    stage.local.failNextTask(statusCode);
    await stage.step();
    await stage.ended();
    expect(await stage.step()).toMatchObject({ type: "waiting" });
    await stage.ended(1);
    expect(await stage.step()).toMatchObject({ type: "words" });
  },
);

test("but not a third time", async () => {
  const stage = await setStage();
  for (const _ of [1, 2]) stage.local.failNextTask(51050002);
  await stage.step();
  await stage.ended();
  await stage.step();
  await stage.ended(1);
  expect(await stage.step()).toMatchObject({ type: "refused", error: { code: "ALIBABA.51050002" } });
  expect(stage.local.tasks).toHaveLength(2);
});

test.each([41050001, 41050003, 41050005, 41050008])(
  "a task that ends with %i is not handed in again",
  async (statusCode) => {
    const stage = await setStage();
    stage.local.failNextTask(statusCode);
    await stage.step();
    await stage.ended();
    expect(await stage.step()).toMatchObject({ type: "refused", error: { code: `ALIBABA.${statusCode}` } });
    expect(await stage.onShelf()).toEqual([]);
  },
);

test("trouble with a question says nothing of the task", async () => {
  const stage = await setStage();
  await stage.step();
  await stage.ended();
  stage.local.failNext({ kind: "gateway", code: "Throttling.User", times: 3 });
  stage.local.failNext({ kind: "gateway", code: "InvalidAccessKeyId.NotFound", httpStatus: 404 });
  for (const _ of [1, 2, 3, 4]) expect(await stage.step()).toMatchObject({ type: "waiting" });
  expect(await stage.step()).toMatchObject({ type: "words" });
});

test("a task that takes longer than the service promises is given up, but not one whose words are there", async () => {
  const stage = await setStage({ limits: { doneWithinMs: -1 } });
  stage.local.hold();
  await stage.step();
  expect(await stage.step()).toMatchObject({ type: "refused", error: { code: "RECORDING.LATE" } });
  const other = await setStage({ limits: { doneWithinMs: -1 } });
  await other.step();
  await other.ended();
  expect(await other.step()).toMatchObject({ type: "words" });
});

test("what nobody wants any more is taken off the shelf, and the task fails unpaid", async () => {
  const stage = await setStage();
  stage.local.hold();
  await stage.step();
  await stage.whole.discard(stage.progress);
  stage.local.release();
  await stage.local.until(({ tasks }) => tasks[0]?.outcome.type === "failed");
  expect(stage.local.tasks).toMatchObject([{ durationMs: 0, outcome: { statusCode: 41050024 } }]);
});
