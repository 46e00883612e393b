import { expect, onTestFinished, test } from "vitest";

import type { OfferedRecording, RecordingRecognizer } from "../../../src/recognizers/recording-recognizer.ts";
import {
  createTencentRecordings,
  type TencentRecordingsOptions,
} from "../../../src/recognizers/tencent/recordings.ts";
import {
  type LocalTencent,
  type LocalTencentOptions,
  startLocalTencent,
} from "../../../src/sandbox/tencent/local-tencent.ts";
import { serveFile, waveOf } from "../../sandbox/alibaba/file-server.ts";
import { json, startService } from "../service.ts";

const signal = AbortSignal.timeout(30_000);
const sentences = [
  { text: "Good morning.", startMs: 200, endMs: 900, words: [{ text: "good", startMs: 200, endMs: 500 }] },
  { text: "And you?", startMs: 61_000, endMs: 61_900 },
];

interface Stage {
  readonly local: LocalTencent;
  readonly tencent: RecordingRecognizer;
  readonly recording: OfferedRecording;
  /** Hands the recording in and waits until its task has ended. */
  readonly done: () => Promise<string>;
}

async function setStage(
  settings: Partial<TencentRecordingsOptions> = {},
  options: LocalTencentOptions = {},
): Promise<Stage> {
  const local = await startLocalTencent({
    recognizeRecording: () => sentences,
    recognize: () => ({ text: "", score: 0 }),
    ...options,
  });
  const tencent = createTencentRecordings({
    endpoint: local.url,
    key: local.account,
    engine: "16k_en",
    timeoutSeconds: 10,
    ...settings,
  });
  onTestFinished(async () => {
    await tencent.close();
    await local.close();
  });
  const bytes = waveOf(new Int16Array(tencent.sampleRate * 2), tencent.sampleRate);
  const { url } = await serveFile({ bytes });
  const { url: callbackUrl } = await startService(json(200, { code: 0, message: "success" }));
  const recording = { url, callbackUrl, bytes: bytes.length, durationMs: 2000 };
  return {
    local,
    tencent,
    recording,
    async done() {
      const { id } = await tencent.submit(recording, { signal });
      await local.until(({ tasks }) => tasks.some((task) => ["success", "failed"].includes(task.outcome)));
      return id;
    },
  };
}

test("a recording is handed in and asked for until its words are there", async () => {
  const { local, tencent, done, recording } = await setStage();
  local.hold();
  const { id } = await tencent.submit(recording, { signal });
  expect(await tencent.ask(id, { signal })).toEqual({ type: "queued" });
  local.release();
  await done();
  expect(await tencent.ask(id, { signal })).toEqual({
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
        { text: "And you?", startMs: 61_000, endMs: 61_900, channel: 0 },
      ],
    },
  });
});

test.each(["16k_fr", "8k_zh"])("the engine %s is asked only for what it gives", async (engine) => {
  const { tencent, done } = await setStage({ engine });
  const state = await tencent.ask(await done(), { signal });
  expect(state).toMatchObject({
    type: "heard",
    heard: {
      sentences: [
        { text: "Good morning.", startMs: 200, endMs: 900 },
        { startMs: 61_000, endMs: 61_900 },
      ],
    },
  });
});

test("nobody speaking is no failure", async () => {
  const { tencent, done } = await setStage({}, { recognizeRecording: () => [] });
  expect(await tencent.ask(await done(), { signal })).toMatchObject({
    type: "heard",
    heard: { sentences: [] },
  });
});

test.each([
  [10_000, "rejected", false],
  [10_001, "unavailable", true],
  [10_002, "rejected", false],
  [10_004, "rejected", false],
  [10_005, "unavailable", true],
  [10_006, "rejected", false],
  [10_007, "rejected", false],
])(
  "a task that failed with %i is an outcome of kind %s; worth another try: %s",
  async (code, kind, retryable) => {
    const { local, tencent, done } = await setStage();
    local.failNextTask(code);
    expect(await tencent.ask(await done(), { signal })).toMatchObject({
      type: "failed",
      error: { code: `TENCENT.TASK.${code}`, kind, retryable },
    });
  },
);

test("a recording that cannot be fetched fails as such", async () => {
  const { tencent, local, recording } = await setStage();
  const { url } = await startService(json(404, {}));
  const { id } = await tencent.submit({ ...recording, url }, { signal });
  await local.until(({ tasks }) => tasks.some((task) => task.outcome === "failed"));
  expect(await tencent.ask(id, { signal })).toMatchObject({ error: { code: "TENCENT.TASK.10007" } });
});

test("an unknown task is an error, not an outcome", async () => {
  const { tencent } = await setStage();
  await expect(tencent.ask("7", { signal })).rejects.toMatchObject({
    code: "TENCENT.FailedOperation.NoSuchTask",
    retryable: false,
  });
});

test("a task's id of 64 bits comes back as it went out", async () => {
  const id = "18446744073709551615";
  const service = await startService((response, { headers }) => {
    const data =
      headers["x-tc-action"] === "CreateRecTask" ? `{"TaskId":${id}}` : `{"TaskId":${id},"Status":0}`;
    response.end(`{"Response":{"Data":${data},"RequestId":"request-1"}}`);
  });
  const { tencent, recording } = await setStage({ endpoint: service.url });
  expect(await tencent.submit(recording, { signal })).toEqual({ id, requestId: "request-1" });
  expect(await tencent.ask(id, { signal })).toEqual({ type: "queued" });
  expect(String(service.arrivals[1]?.body)).toBe(`{"TaskId":${id}}`);
});

test("the callback tells the task, and its words", async () => {
  const { tencent, recording, local } = await setStage();
  const posted = Promise.withResolvers<string>();
  const callback = await startService((response, { body, headers }) => {
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    posted.resolve(String(body));
    response.writeHead(200).end('{"code":0,"message":"success"}');
  });
  const { id } = await tencent.submit({ ...recording, callbackUrl: callback.url }, { signal });
  expect(tencent.readCallback(await posted.promise)).toEqual({
    taskId: id,
    state: {
      type: "heard",
      heard: {
        sentences: expect.arrayContaining([expect.objectContaining({ text: "And you?" })]) as unknown,
      },
    },
  });
  await local.until(({ tasks }) => tasks[0]?.callbacks.length === 1);
});

test("a callback of a failed task says why, and what is none says nothing", async () => {
  const { tencent } = await setStage();
  expect(tencent.readCallback("code=10006&message=x&requestId=7")).toMatchObject({
    taskId: "7",
    state: { type: "failed", error: { code: "TENCENT.TASK.10006" } },
  });
  for (const body of ["", "{}", "code=0", "requestId=seven&code=0", "requestId=7&code=many"])
    expect(tencent.readCallback(body)).toBeUndefined();
});
