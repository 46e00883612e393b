import { expect, onTestFinished, test } from "vitest";

import {
  apiVersionOf,
  createAlibaba,
  type AlibabaOptions,
} from "../../../src/recognizers/alibaba/alibaba.ts";
import type { OfferedRecording, RecordingRecognizer } from "../../../src/recognizers/recording-recognizer.ts";
import type { CallFault } from "../../../src/sandbox/alibaba/faults.ts";
import {
  type LocalAlibaba,
  type LocalAlibabaOptions,
  startLocalAlibaba,
} from "../../../src/sandbox/alibaba/local-alibaba.ts";
import { serveFile, waveOf } from "../../sandbox/alibaba/file-server.ts";

const signal = AbortSignal.timeout(30_000);
const never = new AbortController().signal;
const sentences = [
  { text: "Good morning.", startMs: 200, endMs: 900, words: [{ text: "good", startMs: 200, endMs: 500 }] },
  { text: "And you?", startMs: 1000, endMs: 1900, channel: 1 },
];

interface Stage {
  readonly local: LocalAlibaba;
  readonly alibaba: RecordingRecognizer;
  readonly recording: OfferedRecording;
}

async function setStage(
  settings: Partial<AlibabaOptions> = {},
  options: LocalAlibabaOptions = {},
): Promise<Stage> {
  const local = await startLocalAlibaba({ recognize: () => sentences, ...options });
  const { accessKeyId, accessKeySecret, appkey } = local.account;
  const alibaba = createAlibaba({
    endpoint: local.url,
    apiVersion: "2019-08-23",
    key: { accessKeyId, accessKeySecret },
    appkey,
    sampleRate: 16_000,
    language: "en",
    version: "4.0",
    plan: "paid",
    inverseTextNormalization: false,
    disfluency: false,
    autoSplit: false,
    ...settings,
  });
  onTestFinished(async () => {
    await alibaba.close();
    await local.close();
  });
  const bytes = waveOf(new Int16Array(32_000), options.modelRate);
  const { url } = await serveFile({ bytes });
  const recording = { url, callbackUrl: url, bytes: bytes.length, durationMs: 2000 };
  return { local, alibaba, recording };
}

async function ended({ local }: Stage, taskId: string): Promise<void> {
  await local.until(({ tasks }) =>
    tasks.some((task) => task.taskId === taskId && !["queueing", "running"].includes(task.outcome.type)),
  );
}

test("a recording is handed in and asked for until its words are there", async () => {
  const stage = await setStage();
  const { local, alibaba, recording } = stage;
  local.hold();
  const { id } = await alibaba.submit(recording, { signal });
  expect(await alibaba.ask(id, { signal })).toEqual({ type: "queued" });
  local.release();
  await ended(stage, id);
  expect(await alibaba.ask(id, { signal })).toEqual({
    type: "heard",
    heard: {
      requestId: expect.any(String) as string,
      sentences: [
        {
          text: "Good morning.",
          startMs: 200,
          endMs: 900,
          channel: 0,
          words: [{ text: "good", startMs: 200, endMs: 500 }],
        },
        { text: "And you?", startMs: 1000, endMs: 1900, channel: 1 },
      ],
    },
  });
});

test("nobody speaking is no failure", async () => {
  const stage = await setStage({}, { recognize: () => [] });
  const { id } = await stage.alibaba.submit(stage.recording, { signal });
  await ended(stage, id);
  expect(await stage.alibaba.ask(id, { signal })).toMatchObject({ type: "heard", heard: { sentences: [] } });
});

test.each<[string, Partial<AlibabaOptions>, object]>([
  ["post-processing for digits", { inverseTextNormalization: true }, { unifyPost: true, words: true }],
  ["post-processing without filler words", { disfluency: true }, { unifyPost: true }],
  [
    "shorter pauses and sentences",
    { maxEndSilenceMs: 300, maxSegmentMs: 15_000 },
    { maxEndSilenceMs: 300, maxSegmentMs: 15_000 },
  ],
  ["ids of models and words", { vocabularyId: "v", classVocabularyId: "c", customizationId: "m" }, {}],
  ["the old version", { version: "2.0" }, { version: "2.0", words: false, adaptRate: false }],
])("the strict double takes %s", async (_, settings, wish) => {
  const { local, alibaba, recording } = await setStage(settings);
  await alibaba.submit(recording, { signal });
  expect(local.tasks[0]?.wish).toMatchObject(wish);
});

test("two speakers are told apart at 8 kHz", async () => {
  const stage = await setStage({ autoSplit: true, sampleRate: 8000 }, { modelRate: 8000 });
  const { id } = await stage.alibaba.submit(stage.recording, { signal });
  await ended(stage, id);
  expect(stage.local.tasks[0]?.wish.autoSplit).toBe(true);
  expect(await stage.alibaba.ask(id, { signal })).toMatchObject({
    heard: { sentences: [{ channel: 0 }, { channel: 1 }] },
  });
});

test("silence around the sound is left out of what is to be listened to, where there is enough of it", async () => {
  const { local, alibaba, recording } = await setStage();
  await alibaba.submit({ ...recording, sound: { startMs: 700.4, endMs: 1500.2 } }, { signal });
  await alibaba.submit({ ...recording, sound: { startMs: 100, endMs: 1900 } }, { signal });
  expect(local.tasks.map(({ wish }) => wish.validTimes)).toEqual([[{ beginMs: 700, endMs: 1501 }], []]);
});

test.each(["4.0", "2.0"] as const)("a callback of version %s is read as an answer is", async (version) => {
  const stage = await setStage({ version });
  const server = await serveFile({});
  const { url: callbackUrl, posted } = server;
  const { id } = await stage.alibaba.submit({ ...stage.recording, callbackUrl }, { signal });
  await server.got(1);
  const news = stage.alibaba.readCallback(JSON.stringify(posted[0]));
  expect(news).toMatchObject({
    taskId: id,
    state: { type: "heard", heard: { sentences: [{ text: "Good morning.", startMs: 200 }, { channel: 1 }] } },
  });
});

test.each([
  "",
  "[]",
  "{}",
  '{"TaskId":"t"}',
  '{"TaskId":"t","StatusCode":21050000}',
  '{"task_id":"t","status_code":21050000}',
])("a callback that says nothing is not read: %s", async (body) => {
  const { alibaba } = await setStage();
  expect(alibaba.readCallback(body)).toBeUndefined();
});

test.each([
  [41050001, "rejected", false],
  [41050002, "unavailable", true],
  [41050003, "rejected", false],
  [41050010, "unavailable", true],
  [41050015, "credentials", false],
  [41050021, "credentials", false],
  [41050023, "unavailable", true],
  [51050000, "unavailable", true],
  [51050005, "timeout", true],
  [41059999, "rejected", false],
  [59999999, "unavailable", true],
])("a task that ends with %i has failed", async (statusCode, kind, retryable) => {
  const stage = await setStage();
  stage.local.failNextTask(statusCode);
  const { id } = await stage.alibaba.submit(stage.recording, { signal });
  await ended(stage, id);
  expect(await stage.alibaba.ask(id, { signal })).toMatchObject({
    type: "failed",
    error: { code: `ALIBABA.${statusCode}`, kind, retryable },
  });
});

test.each<[string, CallFault, object]>([
  [
    "too many questions",
    { kind: "gateway", code: "Throttling.User" },
    { kind: "throttled", code: "ALIBABA.Throttling.User", retryable: true },
  ],
  ["a used nonce", { kind: "gateway", code: "SignatureNonceUsed" }, { kind: "unavailable", retryable: true }],
  [
    "a wrong signature",
    { kind: "gateway", code: "SignatureDoesNotMatch" },
    { kind: "credentials", code: "ALIBABA.SignatureDoesNotMatch" },
  ],
  ["a clock that is off", { kind: "gateway", code: "InvalidTimeStamp.Expired" }, { kind: "credentials" }],
  [
    "a service that is down",
    { kind: "gateway", code: "ServiceUnavailable", httpStatus: 503 },
    { kind: "unavailable", retryable: true, httpStatus: 503 },
  ],
  [
    "an internal error",
    { kind: "gateway", code: "InternalError", httpStatus: 500 },
    { kind: "unavailable", retryable: true },
  ],
  [
    "a code nobody documented",
    { kind: "gateway", code: "Brand.New" },
    { kind: "rejected", code: "ALIBABA.Brand.New" },
  ],
  ["a status alone", { kind: "status", httpStatus: 502 }, { kind: "unavailable", code: "HTTP.502" }],
  ["a proxy's page", { kind: "html" }, { kind: "unavailable", code: "HTTP.502" }],
  ["a reset", { kind: "reset" }, { kind: "unavailable", code: "NETWORK.ECONNRESET" }],
  ["half an answer", { kind: "truncated" }, { retryable: true }],
  ["JSON that breaks off", { kind: "malformed" }, { kind: "malformed", code: "MALFORMED" }],
  ["nothing at all", { kind: "empty" }, { kind: "malformed" }],
  ["another shape", { kind: "answer", body: { TaskId: 7, StatusCode: "ok" } }, { kind: "malformed" }],
  ["an endless answer", { kind: "huge" }, { kind: "malformed" }],
  ["no answer", { kind: "hang" }, { kind: "timeout", code: "TIMEOUT" }],
])("%s is told apart", async (_, fault, error) => {
  const { local, alibaba } = await setStage({ timeoutMs: fault.kind === "hang" ? 200 : 10_000 });
  local.failNext(fault);
  await expect(alibaba.ask("task", { signal })).rejects.toMatchObject({ name: "RecognizerError", ...error });
});

test("a refused submission throws its status code, and nothing of a message", async () => {
  const { local, alibaba, recording } = await setStage({ appkey: "another" });
  const refused = alibaba.submit(recording, { signal });
  await expect(refused).rejects.toMatchObject({ code: "ALIBABA.41050015", kind: "credentials" });
  await expect(refused).rejects.not.toThrow(local.account.accessKeyId);
});

test("an abort is rethrown as it is", async () => {
  const { local, alibaba, recording } = await setStage();
  local.failNext({ kind: "hang", endpoint: "submit" });
  const abort = new AbortController();
  const submission = alibaba.submit(recording, { signal: AbortSignal.any([abort.signal, never]) });
  await local.until(({ calls }) => calls.length === 1);
  const reason = new Error("enough");
  abort.abort(reason);
  await expect(submission).rejects.toBe(reason);
});

test("questions keep well below a hundred a second", async () => {
  const { local, alibaba } = await setStage();
  await Promise.all(Array.from({ length: 12 }, async () => await alibaba.ask("task", { signal })));
  const arrivals = local.calls.map(({ arrivedMs }) => arrivedMs);
  // Spread over more than a second: what one burst would have brought at once.
  expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeGreaterThan(1000);
});

test("the region decides the API's version", () => {
  expect(apiVersionOf("ap-southeast-1")).toBe("2019-08-23");
  expect(apiVersionOf("cn-shanghai")).toBe("2018-08-17");
});
