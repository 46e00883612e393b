import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BasicCredentials, Region } from "@huaweicloud/huaweicloud-sdk-core";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js";
import { getLogger, LogLevel } from "@huaweicloud/huaweicloud-sdk-core/logger/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { run } from "../../../src/sandbox/program.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { startLocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import type { LocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { bytesOf } from "../../../src/sandbox/wave.ts";
import { shortAudio, shortAudioUrl, startScripted } from "./calls.ts";

const sentence = clearSentences[6] ?? "";
const home = process.env["HOME"];
let scratch = "";
let sis: LocalSis;
let speech = "";

beforeAll(async () => {
  // The client writes a file of its own into the home folder.
  scratch = await mkdtemp(join(tmpdir(), "earshot-home-"));
  process.env["HOME"] = scratch;
  sis = await startLocalSis({ workers: 1 });
  speech = Buffer.from(bytesOf((await synthesize(sentence)).samples)).toString("base64");
});

afterAll(async () => {
  process.env["HOME"] = home;
  await sis.close();
  await rm(scratch, { recursive: true, force: true });
});

function call(data: Record<string, unknown>): Parameters<HcClient["sendRequest"]>[0] {
  return {
    method: "POST",
    url: "/v1/{project_id}/asr/short-audio",
    contentType: "application/json;charset=UTF-8",
    queryParams: {},
    pathParams: {},
    headers: {},
    data,
  };
}

function credentials({ account }: LocalSis, secretKey = account.secretKey): BasicCredentials {
  return new BasicCredentials().withAk(account.accessKey).withSk(secretKey);
}

describe("Huawei's own client", () => {
  test("gets a real transcript with a pair of keys", async () => {
    const client = new ClientBuilder((one) => one)
      .withCredential(credentials(sis).withProjectId(sis.account.projectId))
      .withEndpoint(sis.url)
      .build();
    const answer = await client.sendRequest(
      call(shortAudio({ add_punc: "yes", need_word_info: "yes" }, speech)),
    );
    expect(answer).toMatchObject({
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      result: {
        text: sentence,
        score: expect.closeTo(0.9, 0),
        word_info: expect.arrayContaining([
          { word: "this", start_time: expect.any(Number), end_time: expect.any(Number) },
        ]),
      },
    });
    expect(sis.requests.at(-1)).toMatchObject({ authentication: "signature", httpStatus: 200 });
  });

  test("gets one of 8 kHz audio too, by the model for it", async () => {
    const client = new ClientBuilder((one) => one)
      .withCredential(credentials(sis).withProjectId(sis.account.projectId))
      .withEndpoint(sis.url)
      .build();
    const rates = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-", "-ar", "8000", "-f", "s16le", "-"];
    const ffmpeg = { command: "ffmpeg", debianPackage: "ffmpeg" };
    const narrow = await run(ffmpeg, ["-v", "error", ...rates], Buffer.from(speech, "base64"));
    const config = { audio_format: "pcm8k16bit", property: "english_8k_common", add_punc: "yes" };
    const answer = await client.sendRequest(call(shortAudio(config, narrow.toString("base64"))));
    expect(answer).toMatchObject({ result: { text: sentence } });
  });

  test("finds the project by itself, with a signed GET that carries a body of two bytes", async () => {
    const client = new ClientBuilder((one) => one)
      .withCredential(credentials(sis).withIamEndpoint(sis.url))
      .withRegion(new Region(sis.account.region, sis.url))
      .build();
    const answer = await client.sendRequest(call(shortAudio({}, speech)));
    expect(answer).toMatchObject({ result: { text: sentence.toLowerCase().slice(0, -1) } });
    expect(sis.requests.slice(-2)).toMatchObject([
      { endpoint: "projects", bodyBytes: 2, httpStatus: 200 },
      { endpoint: "short-audio", httpStatus: 200 },
    ]);
  });

  test("with a wrong key is refused, and learns code and request id", async () => {
    const scripted = await startScripted();
    // On a refusal it logs the whole request; nobody wants to read that here.
    const quiet = { ...getLogger("quiet", LogLevel.ERROR), debug() {}, info() {}, warn() {}, error() {} };
    const client = new HcClient(new DefaultHttpClient({ logger: quiet }, [scripted.url]))
      .withCredential(credentials(scripted, "another-secret").withProjectId(scripted.account.projectId))
      .withEndpoints([scripted.url]);
    const refusal: unknown = await client.sendRequest(call(shortAudio())).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      httpStatusCode: 401,
      errorCode: "APIG.0301",
      requestId: scripted.requests[0]?.requestId,
    });
  });
});

interface Signed {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function signed(target: LocalSis): Signed {
  const data = shortAudio();
  const request = {
    method: "POST",
    endpoint: shortAudioUrl(target),
    headers: { "content-type": "application/json", "X-Project-Id": target.account.projectId },
    queryParams: {},
    data,
  };
  const headers: Record<string, string> = AKSKSigner.sign(request, credentials(target));
  return { url: request.endpoint, headers, body: JSON.stringify(data) };
}

async function statusOf({ url, headers, body }: Signed): Promise<number> {
  const { host: _, ...rest } = headers;
  return (await fetch(url, { method: "POST", headers: rest, body })).status;
}

/** The same request with one header's value changed. */
function withHeader(request: Signed, name: string, change: (value: string) => string): Signed {
  return { ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? "") } };
}

describe("what Huawei's own signer signed", () => {
  test("is accepted as it is", async () => {
    expect(await statusOf(signed(await startScripted()))).toBe(200);
  });

  test.each<[string, (request: Signed) => Signed]>([
    ["body", (one) => ({ ...one, body: one.body.replace("AAAA", "AAAB") })],
    ["query", (one) => ({ ...one, url: `${one.url}?added=1` })],
    ["signed header", (one) => withHeader(one, "content-type", (value) => `${value};x=1`)],
    ["date", (one) => withHeader(one, "X-Sdk-Date", nextSecond)],
    [
      "signature",
      (one) => withHeader(one, "Authorization", (value) => value.slice(0, -1) + otherDigit(value)),
    ],
    [
      "access key",
      (one) => withHeader(one, "Authorization", (value) => value.replace("Access=", "Access=X")),
    ],
  ])("is refused when the %s was changed afterwards", async (_, change) => {
    expect(await statusOf(change(signed(await startScripted())))).toBe(401);
  });
});

function nextSecond(date: string): string {
  return date.replace(/\dZ$/, (end) => `${(Number(end[0]) + 1) % 10}Z`);
}

function otherDigit(signature: string): string {
  return signature.endsWith("0") ? "1" : "0";
}
