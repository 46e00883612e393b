import RPCClient from "@alicloud/pop-core";
import { expect, onTestFinished, test } from "vitest";

import {
  type LocalAlibaba,
  type LocalAlibabaOptions,
  startLocalAlibaba,
} from "../../../src/sandbox/alibaba/local-alibaba.ts";
import { serveFile, waveOf, type ServedFile } from "./file-server.ts";

const sentences = [
  {
    text: "Weather in Beijing",
    startMs: 340,
    endMs: 2365,
    words: [{ text: "Weather", startMs: 640, endMs: 940 }],
  },
];
const sound = waveOf(new Int16Array(16_000));

interface Stage {
  readonly local: LocalAlibaba;
  readonly client: RPCClient;
  readonly submit: (task?: Record<string, unknown>) => Promise<Answer>;
  readonly ask: (taskId: string) => Promise<Answer>;
  /** The state of a task once it has ended. */
  readonly ended: (taskId: string) => Promise<Answer>;
}

interface Answer {
  readonly TaskId: string;
  readonly StatusCode: number;
  readonly StatusText: string;
  readonly Result?: { readonly Sentences: readonly object[]; readonly Words?: readonly object[] };
  readonly BizDuration?: number;
}

/** The vendor's own client, pointed at the double, and a file to recognize. */
async function setStage(
  served: ServedFile = { bytes: sound },
  options: LocalAlibabaOptions = {},
): Promise<Stage> {
  const local = await startLocalAlibaba({ recognize: () => sentences, ...options });
  onTestFinished(() => local.close());
  const { url } = await serveFile(served);
  const { accessKeyId, accessKeySecret, appkey } = local.account;
  const client = new RPCClient({
    accessKeyId,
    accessKeySecret,
    endpoint: local.url,
    apiVersion: "2019-08-23",
  });
  const stage: Stage = {
    local,
    client,
    submit: (task) =>
      client.request<Answer>(
        "SubmitTask",
        { Task: JSON.stringify({ appkey, file_link: url, version: "4.0", enable_words: true, ...task }) },
        { method: "POST" },
      ),
    ask: (taskId) => client.request<Answer>("GetTaskResult", { TaskId: taskId }, { method: "GET" }),
    async ended(taskId) {
      await local.until(({ tasks }) =>
        tasks.some((task) => task.taskId === taskId && !["queueing", "running"].includes(task.outcome.type)),
      );
      return await stage.ask(taskId);
    },
  };
  return stage;
}

test("the vendor's client hands a recording in, asks for it and reads its words", async () => {
  const { local, submit, ask, ended } = await setStage();
  local.hold();
  const taken = await submit();
  expect(taken).toMatchObject({ StatusCode: 21050000, StatusText: "SUCCESS" });
  expect(await ask(taken.TaskId)).toMatchObject({ StatusCode: 21050002, StatusText: "QUEUEING" });
  local.release();
  expect(await ended(taken.TaskId)).toMatchObject({
    TaskId: taken.TaskId,
    StatusCode: 21050000,
    BizDuration: 1000,
    Result: {
      Sentences: [{ Text: "Weather in Beijing", BeginTime: 340, EndTime: 2365, ChannelId: 0 }],
      Words: [{ Word: "Weather", BeginTime: 640, EndTime: 940, ChannelId: 0 }],
    },
  });
});

test.each([
  ["another secret", { accessKeySecret: "not-the-secret" }, "SignatureDoesNotMatch"],
  ["another key", { accessKeyId: "LTAIOTHER" }, "InvalidAccessKeyId.NotFound"],
  ["the mainland's version", { apiVersion: "2018-08-17" }, "InvalidVersion"],
])("the vendor's client is refused with %s", async (_, change, code) => {
  const { local } = await setStage();
  const { accessKeyId, accessKeySecret } = local.account;
  const config = { accessKeyId, accessKeySecret, endpoint: local.url, apiVersion: "2019-08-23", ...change };
  const client = new RPCClient(config);
  await expect(client.request("GetTaskResult", { TaskId: "t" })).rejects.toMatchObject({ code });
});

test("a time that is off and a nonce that was used are refused", async () => {
  const { client } = await setStage();
  const Timestamp = "2024-06-15T12:00:00Z";
  const expired = client.request("GetTaskResult", { TaskId: "t", Timestamp });
  await expect(expired).rejects.toMatchObject({ code: "InvalidTimeStamp.Expired" });
  await client.request("GetTaskResult", { TaskId: "t", SignatureNonce: "once" });
  const again = client.request("GetTaskResult", { TaskId: "t", SignatureNonce: "once" });
  await expect(again).rejects.toMatchObject({ code: "SignatureNonceUsed" });
});

test("more than a hundred questions in a second are refused", async () => {
  const { client } = await setStage({}, { questionsPerSecond: 2 });
  const ask = (): Promise<unknown> => client.request("GetTaskResult", { TaskId: "t" });
  await Promise.all([ask(), ask()]);
  await expect(ask()).rejects.toMatchObject({ code: "Throttling.User" });
});

test.each([
  [41050014, { appkey: "" }],
  [41050015, { appkey: "another" }],
  [41050011, { file_link: "http://127.0.0.1/sample.wav" }],
  [41050011, { file_link: "D:\\files\\sample.wav" }],
  [41050011, { file_link: "https://example.com/a sample.wav" }],
  [41050012, { enable_callback: true }],
  [41050012, { enable_callback: true, callback_url: "http://10.0.0.1/" }],
  [41050013, { version: "3.0" }],
  [41050013, { version: "2.0" }],
  [41050013, { auto_split: true, enable_unify_post: true }],
  [41050013, { enable_inverse_text_normalization: true }],
  [41050013, { enable_disfluency: true }],
  [41050013, { max_single_segment_time: 9999 }],
  [41050013, { valid_times: [{ begin_time: 5, end_time: 5, channel_id: 0 }] }],
  [41050013, { enable_words: "yes" }],
  [41050013, { punctuation: true }],
])("a task is refused with %i: %j", async (code, task) => {
  const { submit } = await setStage();
  expect(await submit(task)).toMatchObject({ StatusCode: code });
});

test.each<[number, string, ServedFile]>([
  [41050024, "is not there", { status: 404 }],
  [41050025, "may not be read", { status: 403 }],
  [41050026, "comes from a broken server", { status: 500 }],
  [41050023, "is shorter than its length", { bytes: sound, declares: sound.length + 1 }],
  [41050023, "has no length", { bytes: sound, declares: null }],
  [41050003, "is no WAVE", { bytes: Buffer.from("words") }],
  [41050006, "is empty", { bytes: waveOf(new Int16Array()) }],
  [41050008, "has another rate", { bytes: waveOf(new Int16Array(8000), 8000) }],
  [41050004, "is too large", { bytes: waveOf(new Int16Array(2 ** 19)) }],
])("a task ends with %i where the file %s", async (code, _, served) => {
  const { submit, ended } = await setStage(served, { maxBytes: 2 ** 20 });
  expect(await ended((await submit()).TaskId)).toMatchObject({ StatusCode: code });
});

test.each([
  ["4.0", { Result: { Sentences: [{ Text: "Weather in Beijing" }] }, StatusCode: 21050000 }],
  ["2.0", { result: [{ text: "Weather in Beijing", begin_time: 340 }], status_code: 21050000 }],
])("a callback of version %s has the shape of its document", async (version, shape) => {
  const { submit, local } = await setStage();
  const server = await serveFile({});
  await submit({ version, enable_words: version === "4.0", enable_callback: true, callback_url: server.url });
  await server.got(1);
  expect(server.posted).toEqual([expect.objectContaining({})]);
  expect(server.posted[0]).toMatchObject(shape);
  expect(server.posted[0]).not.toHaveProperty("RequestId");
  await local.until(({ tasks }) => tasks[0]?.callbackStatus === 200);
});
