import { asr } from "tencentcloud-sdk-nodejs-asr";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { waveFile } from "../../../src/audio/wave-file.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { type LocalTencent, startLocalTencent } from "../../../src/sandbox/tencent/local-tencent.ts";
import { serveFile } from "../alibaba/file-server.ts";

type Client = InstanceType<typeof asr.v20190614.Client>;

const sentence = clearSentences[6] ?? "";
let local: LocalTencent;
let wave: Buffer;

beforeAll(async () => {
  local = await startLocalTencent({ workers: 1 });
  wave = waveFile((await synthesize(sentence)).samples, 16_000);
});

afterAll(async () => {
  await local.close();
});

/** Tencent's own client; it signs the host without its port, and takes the service's name off it. */
function official(target: LocalTencent, secretKey = target.account.secretKey): Client {
  const endpoint = new URL(target.url).host;
  return new asr.v20190614.Client({
    credential: { secretId: target.account.secretId, secretKey },
    region: "",
    profile: { httpProfile: { endpoint, protocol: "http://" } },
  });
}

const whole = (audio: Buffer): Parameters<Client["SentenceRecognition"]>[0] => ({
  EngSerViceType: "16k_en",
  SourceType: 1,
  VoiceFormat: "wav",
  Data: audio.toString("base64"),
  DataLen: audio.length,
  WordInfo: 1,
});

test("Tencent's own client gets a real transcript with word times", async () => {
  const answer = await official(local).SentenceRecognition(whole(wave));
  expect(answer.Result).toBe(sentence);
  expect(answer.WordList?.map(({ Word }) => Word)).toContain("this");
  expect(answer.WordSize).toBe(answer.WordList?.length);
});

test("Tencent's own client hands a recording in and gets its words", async () => {
  const { url } = await serveFile({ bytes: wave });
  const client = official(local);
  const { Data: created } = await client.CreateRecTask({
    EngineModelType: "16k_en",
    ChannelNum: 1,
    ResTextFormat: 1,
    SourceType: 0,
    Url: url,
  });
  await local.until(({ tasks }) => tasks[0]?.outcome === "success");
  const { Data: described } = await client.DescribeTaskStatus({ TaskId: created?.TaskId ?? 0 });
  expect(described).toMatchObject({ StatusStr: "success", ErrorMsg: "" });
  expect(described?.Result).toMatch(/^\[0:\d\.\d{3},0:\d\.\d{3}\] {2}this is the best news/i);
  expect(described?.ResultDetail?.[0]?.Words?.map(({ Word }) => Word)).toContain("news");
  await expect(client.DescribeTaskStatus({ TaskId: 7 })).rejects.toMatchObject({
    code: "FailedOperation.NoSuchTask",
  });
});

async function scripted(): Promise<LocalTencent> {
  const double = await startLocalTencent({ recognize: () => ({ text: "hello", score: 0 }) });
  onTestFinished(() => double.close());
  return double;
}

test("with a wrong secret it is refused, and learns code and request id", async () => {
  const double = await scripted();
  const refusal: unknown = await official(double, "wrong")
    .SentenceRecognition(whole(wave))
    .catch((error: unknown) => error);
  const requestId = double.calls[0]?.requestId;
  expect(refusal).toMatchObject({ code: "AuthFailure.SignatureFailure", requestId });
});

test("an action nobody knows is refused", async () => {
  const double = await scripted();
  const client = official(double);
  await expect(client.request("Sing", {})).rejects.toMatchObject({ code: "InvalidAction" });
});

/** So many samples of silence, as the parameters that bring them. */
const silence = (samples: number, rate: 8000 | 16000): Partial<ReturnType<typeof whole>> => {
  const audio = waveFile(new Int16Array(samples), rate);
  return { Data: audio.toString("base64"), DataLen: audio.length };
};

describe("a call of it is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["without an engine", { EngSerViceType: undefined }, "MissingParameter"],
    [
      "with an engine there is not",
      { EngSerViceType: "48k_en" },
      "InvalidParameterValue.ErrorInvalidEngservice",
    ],
    ["with a parameter nobody knows", { Mood: "happy" }, "UnknownParameter"],
    ["with a number as a text", { SourceType: "1" }, "InvalidParameter"],
    ["from another source", { SourceType: 2 }, "InvalidParameterValue.ErrorInvalidSourcetype"],
    [
      "with a link that is not public",
      { SourceType: 0, Url: "http://10.0.0.1/a" },
      "InvalidParameterValue.ErrorInvalidUrl",
    ],
    ["with a format there is not", { VoiceFormat: "flac" }, "InvalidParameterValue.ErrorInvalidVoiceFormat"],
    ["with another format than the audio's", { VoiceFormat: "mp3" }, "FailedOperation.ErrorRecognize"],
    ["with a length after Base64", { DataLen: 1 }, "InvalidParameter.ErrorContentlength"],
    ["with line breaks in the audio", { Data: "QUFB\nQUFB" }, "InvalidParameterValue.ErrorInvalidVoicedata"],
    ["with more than a minute", silence(61 * 8000, 8000), "InvalidParameterValue.ErrorVoicedataTooLong"],
    ["with an unknown list of hot words", { HotwordId: "none" }, "InvalidParameterValue.InvalidVocabId"],
    ["with a setting out of range", { WordInfo: 3 }, "InvalidParameterValue"],
  ])("%s", async (_, change, code) => {
    const double = await scripted();
    const fields = { ...whole(waveFile(new Int16Array(1600), 16_000)), ...change };
    await expect(official(double).SentenceRecognition(fields)).rejects.toMatchObject({ code });
  });

  test("beyond thirty in a second", async () => {
    const double = await startLocalTencent({
      quota: { requests: 2, windowMs: 60_000 },
      recognize: () => ({ text: "hello", score: 0 }),
    });
    onTestFinished(() => double.close());
    const client = official(double);
    const audio = whole(waveFile(new Int16Array(1600), 16_000));
    await client.SentenceRecognition(audio);
    await client.SentenceRecognition(audio);
    await expect(client.SentenceRecognition(audio)).rejects.toMatchObject({
      code: "RequestLimitExceeded.UinLimitExceeded",
    });
  });
});
