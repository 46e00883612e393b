import { describe, expect, onTestFinished, test } from "vitest";

import {
  createSisSentence,
  type SisSentence,
  type SisSentenceOptions,
} from "../../../src/recognizers/huawei/sis-sentence.ts";
import { startLocalSis, type LocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { clipOf } from "../clips.ts";
import { failsWell } from "../failure-suite.ts";
import { json, refused, startService, type Reply } from "../service.ts";
import { accessKey, password } from "./sis-client.ts";

const { signal } = new AbortController();
const heard = (words: string): Reply => json(200, { result: { words } }, { "x-request-id": "request-1" });

function clientOf(url: string, options: Partial<SisSentenceOptions> = {}): SisSentence {
  const client = createSisSentence({
    sampleRate: 16_000,
    region: "region-1",
    endpoint: url,
    iamEndpoint: url,
    credentials: accessKey,
    timeoutSeconds: 10,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

failsWell({
  heard,
  recognizerOf: (service, timeoutSeconds) => clientOf(service.url, { timeoutSeconds }),
  refusals: [
    ["SIS's own", refused(500, "SIS.0605"), { kind: "unavailable", code: "SIS.0605", retryable: true }],
    ["audio it cannot take", refused(400, "SIS.0602"), { kind: "rejected", code: "SIS.0602" }],
    ["the rate", refused(429, "APIG.0308"), { kind: "throttled", code: "APIG.0308", retryable: true }],
    ["a refusal with status 200", refused(200, "SIS.0601"), { kind: "rejected", code: "SIS.0601" }],
  ],
});

test("a clip goes to the flat interface as a WAVE file, and comes back without a score", async () => {
  const service = await startService(heard("欢迎使用华为云。"));
  const answer = await clientOf(service.url).recognize(clipOf(1000), { signal });
  expect(answer).toEqual({ text: "欢迎使用华为云。", requestId: "request-1" });
  const [arrival] = service.arrivals;
  expect(service.arrivals).toHaveLength(1);
  expect(arrival).toMatchObject({ method: "POST", path: "/v1.0/voice/asr/sentence" });
  expect(arrival?.headers).not.toHaveProperty("x-project-id");
  const { data, ...rest } = JSON.parse(String(arrival?.body)) as { data: string };
  expect(rest).toEqual({ encode_type: "wav", sample_rate: "16k" });
  expect(Buffer.from(data, "base64").subarray(44)).toEqual(Buffer.from(clipOf(1000).samples.buffer));
});

test("silence is an empty text", async () => {
  const service = await startService(json(200, { result: { words: "" } }));
  await expect(clientOf(service.url).recognize(clipOf(100), { signal })).resolves.toMatchObject({ text: "" });
});

test("it hears Mandarin and says so", () => {
  const client = clientOf("http://127.0.0.1:9");
  expect(client.recognizerFor({ language: "zh" }).identity).toBe(client.identity);
  expect(() => client.recognizerFor({ language: "en" })).toThrow(
    expect.objectContaining({ code: "LANGUAGE.UNHEARD" }),
  );
});

describe.each(["ak-sk", "password"] as const)("a strict double of it, asked with %s,", (type) => {
  async function start(): Promise<{ local: LocalSis; client: (rate: 8000 | 16000) => SisSentence }> {
    const local = await startLocalSis({ recognize: () => ({ text: "nice to meet you", score: 0.9 }) });
    onTestFinished(() => local.close());
    const { accessKey: key, secretKey, username, domainName, region, password: secret } = local.account;
    const credentials =
      type === "ak-sk"
        ? { type, accessKey: key, secretKey }
        : { ...password, type, username, password: secret, domainName, projectName: region };
    return {
      local,
      client: (sampleRate) => clientOf(local.url, { credentials, region, sampleRate }),
    };
  }

  test.each([8000, 16_000] as const)("answers a clip of a whole minute at %i Hz", async (rate) => {
    const { local, client } = await start();
    const sentence = client(rate);
    await expect(sentence.recognize(clipOf(60_000, rate), { signal })).resolves.toMatchObject({
      text: "Nice to meet you.",
    });
    const wanted = type === "ak-sk" ? ["sentence"] : ["tokens", "sentence"];
    expect(local.requests.map(({ endpoint }) => endpoint)).toEqual(wanted);
  });
});
