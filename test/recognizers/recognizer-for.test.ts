import { expect, onTestFinished, test } from "vitest";

import { createSis } from "../../src/recognizers/huawei/sis.ts";
import { createQuota, type Quota } from "../../src/recognizers/quota.ts";
import type { RecognizerFor, RecognizerSettings } from "../../src/recognizers/recognizer.ts";
import { createRecognizerFor } from "../../src/recognizers/recognizer-for.ts";
import { createLocalSlots } from "../../src/recognizers/slots.ts";
import { clipOf } from "./clips.ts";
import { heard, startService } from "./service.ts";

const call = {
  signal: new AbortController().signal,
  turn: { lane: "note", guildId: "1", memberId: "2" },
} as const;

/** SIS in a region, and what it is asked for. */
async function start(region = "ap-southeast-3"): Promise<{
  readonly recognizerFor: RecognizerFor;
  readonly asked: () => Record<string, unknown>[];
  /** Places of the quota that were given away. */
  readonly places: () => number;
}> {
  const service = await startService(heard("a"));
  const sis = createSis({
    region,
    endpoint: service.url,
    iamEndpoint: service.url,
    projectId: "project",
    credentials: { type: "ak-sk", accessKey: "key", secretKey: "secret" },
    property: "english_16k_common",
    addPunc: "yes",
    maxClipSeconds: 30,
    maxBase64Bytes: 2_000_000,
    timeoutSeconds: 10,
  });
  const quota = createQuota({ slots: createLocalSlots({ qps: 100 }) });
  let places = 0;
  const counted: Quota = {
    ...quota,
    place(...about) {
      places++;
      return quota.place(...about);
    },
  };
  onTestFinished(async () => {
    quota.close();
    await sis.close();
  });
  return {
    recognizerFor: createRecognizerFor(sis, { quota: counted, around: (recognizer) => recognizer }),
    asked: () =>
      service.arrivals.map(
        ({ body }) => (JSON.parse(body.toString()) as { config: Record<string, unknown> }).config,
      ),
    places: () => places,
  };
}

test("the same settings give the same recognizer, others another of the same identity's name", async () => {
  const { recognizerFor } = await start();
  const plain = recognizerFor();
  expect(recognizerFor({})).toBe(plain);
  const words = recognizerFor({ vocabularyId: "names" });
  expect(words).not.toBe(plain);
  expect(words.name).toBe(plain.name);
  expect([plain, words].map(({ identity }) => identity)).toEqual([
    "sis:english_16k_common:punc=yes",
    "sis:english_16k_common:punc=yes:words=names",
  ]);
});

test("no more than some recognizers are kept", async () => {
  const { recognizerFor } = await start();
  const plain = recognizerFor();
  for (let one = 0; one < 64; one++) recognizerFor({ vocabularyId: `v${one}` });
  expect(recognizerFor()).not.toBe(plain);
});

test.each<[RecognizerSettings, Record<string, unknown>]>([
  [{}, { property: "english_16k_common", add_punc: "yes" }],
  [{ language: "en-GB" }, { property: "english_16k_common" }],
  [{ language: "zh" }, { property: "chinese_16k_common" }],
  [{ property: "english_8k_common" }, { property: "english_8k_common", audio_format: "pcm8k16bit" }],
  [
    { addPunc: "no", digitNorm: "yes" },
    { add_punc: "no", digit_norm: "yes" },
  ],
])("settings %j reach the service as %j", async (settings, config) => {
  const { recognizerFor, asked } = await start("cn-east-3");
  const recognizer = recognizerFor(settings);
  await recognizer.recognize({ ...clipOf(100), sampleRate: recognizer.sampleRate }, call);
  expect(asked()).toEqual([expect.objectContaining(config)]);
});

test("a language that a region has no model for is refused before anything is sent", async () => {
  const { recognizerFor, asked } = await start();
  expect(() => recognizerFor({ language: "zh-CN" })).toThrow(
    expect.objectContaining({ code: "LANGUAGE.UNHEARD", kind: "rejected", retryable: false }),
  );
  expect(asked()).toEqual([]);
});

test("every recognizer of a service takes its places in the one quota", async () => {
  const { recognizerFor, asked, places } = await start();
  const all = ["a", "b", "c"].map((vocabularyId) => recognizerFor({ vocabularyId }));
  await Promise.all(all.map((one) => one.recognize(clipOf(100), call)));
  expect([asked().length, places()]).toEqual([3, 3]);
});
