import { Client } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";

import type { LocalSis, LocalSisOptions } from "../../../src/sandbox/sis/local-sis.ts";
import { upsampled } from "../../../src/sandbox/sis/upsampling.ts";
import { post, shortAudio, shortAudioUrl, silence, startScripted, tokenOf } from "./calls.ts";
import type { Answer } from "./calls.ts";

async function send(
  sis: LocalSis,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return post(shortAudioUrl(sis), body, {
    "x-auth-token": await tokenOf(sis),
    "x-language": "en-us",
    ...headers,
  });
}

/** A WAVE file of silence. */
function wave({ rate = 16_000, channels = 1, bits = 16, format = 1, samples = 160 } = {}): string {
  const bytes = Buffer.alloc(44 + (samples * channels * bits) / 8);
  bytes.write("RIFF", 0);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(format, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt16LE(bits, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  return bytes.toString("base64");
}

describe("an answer (seed 000 tables 5-7 to 5-9)", () => {
  test("has trace_id, text and score, and a request id in its header", async () => {
    const sis = await startScripted();
    const { status, headers, body } = await send(sis, shortAudio());
    expect(status).toBe(200);
    expect(body).toEqual({
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      result: { text: "nice to meet you", score: 0.9123 },
    });
    expect(headers.get("x-request-id")).toBe(sis.requests.at(-1)?.requestId);
  });

  test("has capital and full stop with add_punc=yes, and not with no", async () => {
    const sis = await startScripted();
    expect((await send(sis, shortAudio({ add_punc: "yes" }))).body).toMatchObject({
      result: { text: "Nice to meet you." },
    });
    expect((await send(sis, shortAudio({ add_punc: "no" }))).body).toMatchObject({
      result: { text: "nice to meet you" },
    });
  });

  test("has the words and their times with need_word_info=yes", async () => {
    const words = [{ text: "nice", startMs: 10, endMs: 200.4 }];
    const sis = await startScripted({ recognize: () => ({ text: "nice", score: 1, words }) });
    expect((await send(sis, shortAudio({ need_word_info: "yes" }))).body).toMatchObject({
      result: { word_info: [{ start_time: 10, end_time: 200, word: "nice" }] },
    });
  });

  test("is empty, not an error, where nothing was said", async () => {
    const sis = await startScripted({ recognize: () => ({ text: "", score: 0 }) });
    const { status, body } = await send(sis, shortAudio({ add_punc: "yes" }));
    expect([status, body["result"]]).toEqual([200, { text: "", score: 0 }]);
  });
});

/** A tenth of a second of 1 kHz. */
function sine(rate: number): Int16Array {
  return Int16Array.from(
    { length: rate / 10 },
    (_, index) => 8000 * Math.sin((2 * Math.PI * 1000 * index) / rate),
  );
}

describe("the audio that is heard is the audio that was sent", () => {
  const samples = Int16Array.from({ length: 1600 }, (_, index) => index * 17 - 9000);
  const raw = Buffer.from(samples.buffer).toString("base64");
  const header = Buffer.from(wave(), "base64").subarray(0, 40);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(samples.byteLength);
  const file = Buffer.concat([header, size, Buffer.from(samples.buffer)]).toString("base64");

  test.each([
    ["pcm16k16bit", raw],
    ["wav", file],
  ])("as %s", async (format, data) => {
    const heard: Int16Array[] = [];
    const sis = await startScripted({
      recognize: (audio) => {
        heard.push(audio.samples);
        return { text: "", score: 0 };
      },
    });
    await send(sis, shortAudio({ audio_format: format }, data));
    expect(heard).toEqual([samples]);
    expect(sis.requests.at(-1)?.audioMs).toBe(100);
  });

  test("8 kHz is doubled to the engine's 16 kHz without bending a tone", () => {
    const doubled = upsampled(sine(8000)).subarray(64, -64);
    const wanted = sine(16_000).subarray(64, -64);
    const worst = Math.max(...doubled.map((sample, index) => Math.abs(sample - (wanted[index] ?? 0))));
    expect(worst).toBeLessThan(80);
  });
});

describe("is refused as the seed says:", () => {
  const config = { audio_format: "pcm16k16bit", property: "english_16k_common" };
  const second = silence(1000);
  test.each<[rule: string, code: string, body: unknown, options?: LocalSisOptions]>([
    ["§6.8 SIS.0032, no JSON", "SIS.0032", "{"],
    ["§6.8 SIS.0032, JSON with a comma too many", "SIS.0032", `{"config":{},"data":"AAAA",}`],
    ["table 5-3, a body that is no object", "SIS.0032", "[]"],
    ["table 5-3, no config", "SIS.0012", { data: second }],
    ["table 5-3, no data", "SIS.0012", { config }],
    ["table 5-3, config is an object", "SIS.0032", { config: "x", data: second }],
    ["table 5-3, an unknown field", "SIS.0031", { config, data: second, url: "https://example.com" }],
    ["table 5-3, data is a text", "SIS.0032", { config, data: 7 }],
    ["table 5-3, no prefix", "SIS.0032", { config, data: `data:audio/wav;base64,${second}` }],
    ["§6.8 SIS.0032, a blank in the Base64", "SIS.0032", { config, data: ` ${second}` }],
    [
      "§6.8 SIS.0032, a line break in the Base64",
      "SIS.0032",
      { config, data: `${second.slice(0, 76)}\n${second.slice(76)}` },
    ],
    ["§6.8 SIS.0032, wrong characters in the Base64", "SIS.0032", { config, data: "-_-_" }],
    [
      "§6.8 SIS.0032, Base64 without its padding",
      "SIS.0032",
      { config, data: silence(1).replace(/=+$/, "") },
    ],
    ["table 5-3, empty data", "SIS.0032", { config, data: "" }],
    ["table 5-3, longer than 30 seconds", "SIS.0604", shortAudio({}, silence(30_001))],
    ["table 5-3, more than 2 MB", "SIS.0604", shortAudio({}, "A".repeat(2_000_004))],
    ["table 5-4, no audio_format", "SIS.0012", { config: { property: config.property }, data: second }],
    ["table 5-4, no property", "SIS.0012", { config: { audio_format: "wav" }, data: second }],
    ["table 5-4, an unknown setting", "SIS.0031", shortAudio({ language: "en" })],
    ["table 5-4, add_punc is yes or no", "SIS.0032", shortAudio({ add_punc: "true" })],
    ["table 5-4, settings are texts", "SIS.0032", shortAudio({ add_punc: true })],
    ["table 5-4, digit_norm is yes or no", "SIS.0032", shortAudio({ digit_norm: "" })],
    ["table 5-4, need_word_info is yes or no", "SIS.0032", shortAudio({ need_word_info: "YES" })],
    ["table 5-4, vocabulary_id exists", "SIS.0201", shortAudio({ vocabulary_id: "words" })],
    [
      "table 5-4, digit_norm on the international site",
      "SIS.0031",
      shortAudio({ digit_norm: "no" }),
      { audio: { site: "international" } },
    ],
    [
      "table 5-4, vocabulary_id on the international site",
      "SIS.0031",
      shortAudio({ vocabulary_id: "" }),
      { audio: { site: "international" } },
    ],
    [
      "table 5-4, need_word_info on the international site",
      "SIS.0031",
      shortAudio({ need_word_info: "yes" }),
      { audio: { site: "international" } },
    ],
    ["table 5-5, no Ogg", "SIS.0032", shortAudio({ audio_format: "ogg" })],
    ["table 5-5, wav that is none", "SIS.0032", shortAudio({ audio_format: "wav" })],
    [
      "table 5-5, wav with two channels",
      "SIS.0032",
      shortAudio({ audio_format: "wav" }, wave({ channels: 2 })),
    ],
    ["table 5-5, wav with 8 bits", "SIS.0032", shortAudio({ audio_format: "wav" }, wave({ bits: 8 }))],
    ["table 5-5, wav that is not PCM", "SIS.0032", shortAudio({ audio_format: "wav" }, wave({ format: 7 }))],
    ["table 5-5, a wav file sent as raw samples", "SIS.0032", shortAudio({}, wave())],
    ["table 5-5, half a sample", "SIS.0032", shortAudio({}, Buffer.alloc(321).toString("base64"))],
    ["table 5-6, an unknown property", "SIS.0032", shortAudio({ property: "english_16k" })],
    [
      "§6.8 SIS.0301, 16 kHz samples for an 8 kHz model",
      "SIS.0301",
      shortAudio({ property: "english_8k_common" }),
    ],
    [
      "§6.8 SIS.0301, 8 kHz samples for a 16 kHz model",
      "SIS.0301",
      shortAudio({ audio_format: "pcm8k16bit" }),
    ],
    [
      "table 5-4, wav of another rate than the model's",
      "SIS.0301",
      shortAudio({ audio_format: "wav" }, wave({ rate: 8000 })),
    ],
  ])("%s: %s", async (_, code, body, options) => {
    const sis = await startScripted(options);
    const answer = await send(sis, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error_code: code, error_msg: expect.stringMatching(/^[ -~]+$/) });
    expect(sis.requests.at(-1)).toMatchObject({ code, httpStatus: 400 });
  });
});

describe("is just taken:", () => {
  test.each<[string, unknown, LocalSisOptions?]>([
    ["30 seconds", shortAudio({}, silence(30_000))],
    [
      "a minute, where the limits say so",
      shortAudio({}, silence(45_000)),
      { audio: { maxSeconds: 60, maxBase64Bytes: 4_000_000 } },
    ],
    ["8 kHz for an 8 kHz model", shortAudio({ audio_format: "pcm8k16bit", property: "english_8k_common" })],
    ["wav of the model's rate", shortAudio({ audio_format: "wav" }, wave())],
    [
      "a hot word table that exists",
      shortAudio({ vocabulary_id: "words" }),
      { audio: { vocabularies: ["words"] } },
    ],
    ["a blank vocabulary_id (table 5-4)", shortAudio({ vocabulary_id: "" })],
  ])("%s", async (_, body, options) => {
    expect((await send(await startScripted(options), body)).status).toBe(200);
  });
});

describe("around the body", () => {
  test("§6.5: messages are Chinese unless X-Language asks for English", async () => {
    const sis = await startScripted();
    const english = await send(sis, "{");
    const chinese = await send(sis, "{", { "x-language": "zh-cn" });
    expect(english.body["error_msg"]).toBe("The JSON format of the request body is incorrect");
    expect(chinese.body["error_msg"]).toBe("请求体JSON格式错误");
  });

  test("§4.1: Content-Type is mandatory and application/json", async () => {
    const sis = await startScripted();
    const { body } = await send(sis, shortAudio(), { "content-type": "text/plain" });
    expect(body["error_code"]).toBe("SIS.0032");
    expect((await send(sis, shortAudio(), { "content-type": "application/json;charset=UTF-8" })).status).toBe(
      200,
    );
  });

  test("§6.5: Content-Length is mandatory for POST", async () => {
    const sis = await startScripted();
    const body = new Blob([JSON.stringify(shortAudio())]).stream();
    const headers = { "x-auth-token": await tokenOf(sis) };
    const response = await fetch(shortAudioUrl(sis), { method: "POST", body, duplex: "half", headers });
    expect(response.status).toBe(411);
  });

  test("§4.2: a body over 12 MB is refused by the gateway", async () => {
    const sis = await startScripted();
    const answer = await send(sis, "a".repeat(12 * 2 ** 20 + 1)).catch(() => undefined);
    // Whoever is still sending may lose the answer with the connection.
    expect(answer?.status ?? 413).toBe(413);
    expect(sis.requests.at(-1)).toMatchObject({ httpStatus: 413, code: "APIG.0201" });
  });

  test.each([
    ["GET", "/v1/p/asr/short-audio"],
    ["POST", "/v1/asr/short-audio"],
    ["POST", "/v2/p/asr/short-audio"],
    ["POST", "/v1/p/asr/flash"],
    ["POST", "//"],
  ])("%s %s is not published: 404 APIG.0101", async (method, path) => {
    const sis = await startScripted();
    const body = method === "POST" ? "{}" : null;
    const client = new Client(sis.url);
    onTestFinished(() => client.destroy());
    const response = await client.request({ method, path, body });
    expect(response.statusCode).toBe(404);
    expect(await response.body.json()).toMatchObject({
      error_code: "APIG.0101",
      request_id: response.headers["x-request-id"],
    });
  });

  test("an address over 32 KB: 414 APIG.0201", async () => {
    const sis = await startScripted();
    const response = await fetch(`${shortAudioUrl(sis)}?${"a".repeat(33_000)}`, {
      method: "POST",
      body: "{}",
    });
    expect(response.status).toBe(414);
  });
});
