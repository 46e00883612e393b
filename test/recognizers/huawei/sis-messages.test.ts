import { describe, expect, test } from "vitest";

import {
  maxClipMs,
  readAnswer,
  requestBody,
  sampleRateOf,
} from "../../../src/recognizers/huawei/sis-messages.ts";
import type { Recognition } from "../../../src/recognizers/recognizer.ts";

function read(body: unknown, status = 200): Recognition {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readAnswer({ status, headers: { "x-request-id": "gateway-1" }, body: text });
}

describe("a request's body", () => {
  const samples = Int16Array.of(0, 1, -1, 32767, -32768);

  test("is JSON with the samples as Base64 of little-endian PCM", () => {
    const body: unknown = JSON.parse(requestBody(samples, { property: "english_16k_common" }).toString());
    expect(body).toEqual({
      config: { audio_format: "pcm16k16bit", property: "english_16k_common" },
      data: Buffer.from([0, 0, 1, 0, 255, 255, 255, 127, 0, 128]).toString("base64"),
    });
  });

  test("takes only the samples it is given of a larger buffer", () => {
    const part = requestBody(samples.subarray(1, 3), { property: "english_16k_common" });
    expect(part.toString()).toContain(`"data":"${Buffer.from([1, 0, 255, 255]).toString("base64")}"}`);
  });

  test("names the format that fits the property's rate", () => {
    const body = requestBody(samples, { property: "english_8k_common" }).toString();
    expect(body).toContain('"audio_format":"pcm8k16bit"');
  });

  test("sends each setting that is set", () => {
    const settings = {
      property: "english_16k_common",
      addPunc: "yes",
      digitNorm: "no",
      vocabularyId: "words-1",
      needWordInfo: "yes",
    } as const;
    expect(JSON.parse(requestBody(samples, settings).toString())).toMatchObject({
      config: { add_punc: "yes", digit_norm: "no", vocabulary_id: "words-1", need_word_info: "yes" },
    });
  });

  test("stays JSON with settings that need escaping", () => {
    const body = requestBody(samples, { property: 'a"b\\c', vocabularyId: "grüß" });
    expect(JSON.parse(body.toString())).toMatchObject({
      config: { property: 'a"b\\c', vocabulary_id: "grüß" },
    });
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])("has no byte too many with %i samples", (count) => {
    const body = requestBody(new Int16Array(count), { property: "english_16k_common" }).toString();
    const { data } = JSON.parse(body) as { data: string };
    expect(Buffer.from(data, "base64")).toHaveLength(count * 2);
  });
});

describe("the longest clip", () => {
  test("is bound by seconds with the limits of 2024", () => {
    expect(maxClipMs({ maxClipSeconds: 30, maxBase64Bytes: 2_000_000, sampleRate: 16000 })).toBe(30_000);
  });

  test("is bound by size where the seconds allow more", () => {
    const longest = maxClipMs({ maxClipSeconds: 60, maxBase64Bytes: 2_000_000, sampleRate: 16000 });
    const samples = new Int16Array((longest * 16000) / 1000);
    const { data } = JSON.parse(requestBody(samples, { property: "english_16k_common" }).toString()) as {
      data: string;
    };
    expect([longest, data.length <= 2_000_000, data.length > 1_999_900]).toEqual([46_875, true, true]);
  });
});

test.each([
  ["english_8k_common", 8000],
  ["english_16k_common", 16000],
  ["arabic_16k_general", 16000],
  ["something", 16000],
])("the rate of %s is %i", (property, rate) => {
  expect(sampleRateOf(property)).toBe(rate);
});

describe("an answer", () => {
  test("gives text, confidence, words and the service's id", () => {
    const words = [
      { start_time: 0, end_time: 300, word: "nice" },
      { start_time: 300, end_time: 400, word: "to" },
    ];
    expect(read({ trace_id: "trace-1", result: { text: "Nice to", score: 0.9, word_info: words } })).toEqual({
      text: "Nice to",
      confidence: 0.9,
      words: [
        { text: "nice", startMs: 0, endMs: 300 },
        { text: "to", startMs: 300, endMs: 400 },
      ],
      requestId: "trace-1",
    });
  });

  test("of silence is an empty text", () => {
    expect(read({ trace_id: "t", result: { text: "", score: 0 } })).toMatchObject({
      text: "",
      confidence: 0,
    });
  });

  test("may lack everything but the text", () => {
    expect(read({ result: { text: null, score: null, word_info: null } })).toEqual({
      text: "",
      requestId: "gateway-1",
    });
  });

  test.each([
    [1.5, 1],
    [-1, 0],
  ])("with a score of %d is read as %d", (score, confidence) => {
    expect(read({ result: { text: "a", score } }).confidence).toBe(confidence);
  });

  test("with a score that is no number has no confidence", () => {
    expect(read({ result: { text: "a", score: "high" } })).not.toHaveProperty("confidence");
  });

  test.each([
    ["run backwards", [{ start_time: 300, end_time: 200, word: "a" }]],
    [
      "are out of order",
      [
        { start_time: 300, end_time: 400, word: "b" },
        { start_time: 0, end_time: 300, word: "a" },
      ],
    ],
    ["are missing", [{ word: "a" }]],
  ])("whose word times %s has no words, but its text", (_case, words) => {
    expect(read({ result: { text: "a", word_info: words } })).toEqual({ text: "a", requestId: "gateway-1" });
  });

  test.each([["<html>busy</html>"], ["{}"], ['{"result":{}}'], ['{"result":"said"}'], ["null"], [""]])(
    "%j is malformed",
    (body) => {
      expect(() => read(body)).toThrow(expect.objectContaining({ kind: "malformed", code: "MALFORMED" }));
    },
  );

  test("that is malformed is not quoted, because it may be what somebody said", () => {
    const thrown = catching(() => read('{"result":{"text":"a secret'));
    expect(JSON.stringify([thrown.message, thrown.cause, Object.values(thrown)])).not.toContain("secret");
  });

  test("of success that carries an error code is a refusal", () => {
    expect(() => read({ error_code: "SIS.0303", error_msg: "x" })).toThrow(
      expect.objectContaining({ code: "SIS.0303", retryable: true }),
    );
  });

  test("of refusal gives code, status and the gateway's id", () => {
    expect(() => read({ error_code: "SIS.0032", error_msg: "x" }, 400)).toThrow(
      expect.objectContaining({
        kind: "rejected",
        code: "SIS.0032",
        httpStatus: 400,
        requestId: "gateway-1",
      }),
    );
  });

  test("of refusal never quotes the service's message", () => {
    const thrown = catching(() =>
      read({ error_code: "SIS.0032", error_msg: "your token MIIabc is wrong" }, 400),
    );
    expect(thrown.message).toBe("SIS answered 400 SIS.0032");
  });

  test.each([["<html>502</html>"], ['{"error_code":"<script>"}'], ['{"error_code":7}']])(
    "of refusal with no usable code in %j is named by its status",
    (body) => {
      expect(() => read(body, 502)).toThrow(expect.objectContaining({ code: "HTTP.502", retryable: true }));
    },
  );
});

function catching(step: () => unknown): Error {
  try {
    step();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}
