import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import { afterAll, beforeAll, expect, test } from "vitest";

import { waveFile } from "../../../src/audio/wave-file.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { startLocalSis, type LocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { post, tokenOf } from "./calls.ts";

const sentence = clearSentences[6] ?? "";
const home = process.env["HOME"];
let scratch = "";
let sis: LocalSis;
let wave = "";

beforeAll(async () => {
  // The client writes a file of its own into the home folder.
  scratch = await mkdtemp(join(tmpdir(), "earshot-home-"));
  process.env["HOME"] = scratch;
  sis = await startLocalSis({ workers: 1, quota: { requests: 100, windowMs: 1000 } });
  wave = waveFile((await synthesize(sentence)).samples, 16_000).toString("base64");
});

afterAll(async () => {
  process.env["HOME"] = home;
  await sis.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Asks with Huawei's own client, signed by its own signer. */
async function ask(data: Record<string, unknown>): Promise<unknown> {
  const { account, url } = sis;
  const key = new BasicCredentials().withAk(account.accessKey).withSk(account.secretKey);
  const client = new ClientBuilder((one) => one)
    .withCredential(key.withProjectId(account.projectId))
    .withEndpoint(url)
    .build();
  return client.sendRequest({
    method: "POST",
    url: "/v1.0/voice/asr/sentence",
    contentType: "application/json;charset=UTF-8",
    queryParams: {},
    pathParams: {},
    headers: {},
    data,
  });
}

test.each([
  ["what is needed", {}],
  ["an empty url beside it, as the vendor's old client sends one,", { url: "" }],
])("Huawei's own client gets a real transcript for %s", async (_, more) => {
  const answer = await ask({ data: wave, encode_type: "wav", sample_rate: "16k", ...more });
  expect(answer).toMatchObject({ result: { words: sentence } });
  expect(answer).not.toHaveProperty("trace_id");
});

const whole = { data: "AAAA", encode_type: "wav", sample_rate: "16k" };
const silence = (seconds: number, rate: 8000 | 16000): string =>
  waveFile(new Int16Array(seconds * rate), rate).toString("base64");

test.each<[string, Record<string, unknown>, string]>([
  ["neither data nor url", { data: "" }, "SIS.0601"],
  ["both data and url", { url: "https://bucket.obs.example/a" }, "SIS.0601"],
  ["a url", { data: "", url: "https://bucket.obs.example/a" }, "SIS.0608"],
  ["the fields of the newer interface", { config: {} }, "SIS.0601"],
  ["an unknown encoding", { encode_type: "opus" }, "SIS.0602"],
  ["an unknown rate", { sample_rate: "48k" }, "SIS.0601"],
  ["audio that is none", {}, "SIS.0602"],
  ["audio of another rate", { data: silence(1, 8000) }, "SIS.0601"],
  [
    "a rate that was left out, which means 8k",
    { data: silence(1, 16_000), sample_rate: undefined },
    "SIS.0601",
  ],
  ["more than a minute", { data: silence(61, 16_000) }, "SIS.0604"],
  ["broken Base64", { data: "A A=" }, "SIS.0032"],
])("refuses %s", async (_, change, code) => {
  const token = await tokenOf(sis);
  const url = `${sis.url}/v1.0/voice/asr/sentence`;
  const { status, body } = await post(url, { ...whole, ...change }, { "x-auth-token": token });
  expect([status, body["error_code"]]).toEqual([400, code]);
});
