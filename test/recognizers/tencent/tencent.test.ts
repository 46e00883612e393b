import { describe, expect, onTestFinished, test } from "vitest";

import {
  createTencent,
  type Tencent,
  type TencentOptions,
} from "../../../src/recognizers/tencent/tencent.ts";
import { type LocalTencent, startLocalTencent } from "../../../src/sandbox/tencent/local-tencent.ts";
import { clipOf } from "../clips.ts";
import { failsWell } from "../failure-suite.ts";
import { json, startService, type Reply } from "../service.ts";

const { signal } = new AbortController();
const key = { secretId: "AKIDEXAMPLE", secretKey: "example-secret-key" };

const response = (fields: Record<string, unknown>, status = 200): Reply =>
  json(status, { Response: { ...fields, RequestId: "request-1" } });
const heard = (text: string, words: unknown = null): Reply =>
  response({ Result: text, AudioDuration: 100, WordSize: 0, WordList: words });
const refused = (code: string): Reply => response({ Error: { Code: code, Message: "told" } });

function clientOf(endpoint: string, options: Partial<TencentOptions> = {}): Tencent {
  const client = createTencent({ key, endpoint, engine: "16k_en", timeoutSeconds: 10, ...options });
  onTestFinished(() => client.close());
  return client;
}

failsWell({
  heard,
  recognizerOf: (service, timeoutSeconds) => clientOf(service.url, { timeoutSeconds }),
  refusals: [
    [
      "its own",
      refused("InternalError.ErrorRecognize"),
      {
        kind: "unavailable",
        code: "TENCENT.InternalError.ErrorRecognize",
        retryable: true,
        requestId: "request-1",
      },
    ],
    ["the rate", refused("RequestLimitExceeded.UinLimitExceeded"), { kind: "throttled", retryable: true }],
    ["a wrong key", refused("AuthFailure.SecretIdNotFound"), { kind: "credentials", retryable: false }],
    [
      "an account that is not activated",
      refused("FailedOperation.UserNotRegistered"),
      { kind: "credentials", retryable: false },
    ],
    [
      "a wrong request",
      refused("InvalidParameter.ErrorContentlength"),
      { kind: "rejected", retryable: false },
    ],
    [
      "a code of a family",
      refused("InternalError.New"),
      { code: "TENCENT.InternalError.New", retryable: true },
    ],
    ["a code that is none", refused("<script>"), { kind: "malformed", code: "MALFORMED" }],
  ],
});

test("a clip goes out as a WAVE file with its length before Base64, and comes back with word times", async () => {
  const words = [{ Word: "hello", StartTime: 10, EndTime: 300 }];
  const service = await startService(heard("Hello.\n", words));
  await expect(clientOf(service.url).recognize(clipOf(1000), { signal })).resolves.toEqual({
    text: "Hello.",
    words: [{ text: "hello", startMs: 10, endMs: 300 }],
    requestId: "request-1",
  });
  const [arrival] = service.arrivals;
  expect(arrival).toMatchObject({ method: "POST", path: "/" });
  expect(arrival?.headers).toMatchObject({
    "content-type": "application/json",
    "x-tc-action": "SentenceRecognition",
    "x-tc-version": "2019-06-14",
  });
  const { Data, ...rest } = JSON.parse(String(arrival?.body)) as { Data: string };
  expect(rest).toMatchObject({
    EngSerViceType: "16k_en",
    SourceType: 1,
    VoiceFormat: "wav",
    DataLen: 32_044,
  });
  expect(Buffer.from(Data, "base64").subarray(44)).toEqual(Buffer.from(clipOf(1000).samples.buffer));
});

test("a recording without a voice is silence, not an error", async () => {
  const service = await startService(refused("InvalidParameterValue.NoHumanVoice"));
  await expect(clientOf(service.url).recognize(clipOf(100), { signal })).resolves.toEqual({
    text: "",
    requestId: "request-1",
  });
});

test.each([
  [{ language: "ja" }, "16k_ja", 16_000],
  [{ language: "en-GB" }, "16k_en", 16_000],
  [{ property: "8k_zh" }, "8k_zh", 8000],
] as const)("%j asks the engine %s at %i Hz", async (settings, engine, sampleRate) => {
  const service = await startService(heard("a"));
  const recognizer = clientOf(service.url).recognizerFor(settings);
  await recognizer.recognize(clipOf(100, sampleRate), { signal });
  expect(JSON.parse(String(service.arrivals[0]?.body))).toMatchObject({ EngSerViceType: engine });
  expect(recognizer.identity).toBe(`tencent:${engine}`);
});

test("a language it does not hear is refused", () => {
  expect(() => clientOf("http://127.0.0.1:9").recognizerFor({ language: "cy" })).toThrow(
    expect.objectContaining({ code: "LANGUAGE.UNHEARD" }),
  );
});

/** It hears a fixed text. */
async function start(): Promise<LocalTencent> {
  const local = await startLocalTencent({
    hotwordIds: ["names"],
    recognize: () => ({
      text: "nice to meet you",
      score: 0,
      words: [{ text: "nice", startMs: 0, endMs: 200 }],
    }),
  });
  onTestFinished(() => local.close());
  return local;
}

describe("a strict double", () => {
  test.each([8000, 16_000] as const)("takes a clip of a whole minute at %i Hz", async (rate) => {
    const local = await start();
    const client = clientOf(local.url, { key: local.account, engine: rate === 8000 ? "8k_en" : "16k_en" });
    await expect(client.recognize(clipOf(60_000, rate), { signal })).resolves.toMatchObject({
      text: "Nice to meet you.",
      words: [{ text: "nice", startMs: 0, endMs: 200 }],
    });
  });

  test("takes every setting", async () => {
    const local = await start();
    const client = clientOf(local.url, { key: local.account });
    const settings = { language: "zh", vocabularyId: "names", addPunc: "no", digitNorm: "no" } as const;
    await expect(client.recognizerFor(settings).recognize(clipOf(100), { signal })).resolves.toMatchObject({
      text: "nice to meet you",
    });
  });

  test("refuses a wrong secret", async () => {
    const local = await start();
    const client = clientOf(local.url, { key: { ...local.account, secretKey: "wrong" } });
    await expect(client.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      kind: "credentials",
      code: "TENCENT.AuthFailure.SignatureFailure",
    });
  });
});
