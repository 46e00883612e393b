import { expect, onTestFinished, test } from "vitest";

import type { StreamingRecognizer } from "../../../src/recognizers/streaming-recognizer.ts";
import {
  createTencentRealtime,
  type TencentRealtimeOptions,
} from "../../../src/recognizers/tencent/realtime.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import {
  type LocalTencent,
  type LocalTencentOptions,
  startLocalTencent,
} from "../../../src/sandbox/tencent/local-tencent.ts";

const never = new AbortController().signal;
const ignore = (): void => undefined;

/** It hears a word for each half second. */
const counting: NonNullable<LocalTencentOptions["recognize"]> = ({ samples, sampleRate }) => {
  const words = Math.floor(samples.length / sampleRate / 0.5);
  return { text: Array.from({ length: words }, (_, index) => `word${index + 1}`).join(" "), score: 0 };
};

async function start(
  options: LocalTencentOptions = {},
  settings: Partial<TencentRealtimeOptions> = {},
): Promise<{ readonly local: LocalTencent; readonly recognizer: StreamingRecognizer }> {
  const local = await startLocalTencent({ recognize: counting, ...options });
  const service = createTencentRealtime({
    key: local.account,
    appId: local.account.appId,
    endpoint: local.socketUrl,
    engine: "16k_en",
    timeoutSeconds: 10,
    ...settings,
  });
  onTestFinished(async () => {
    await service.close();
    await local.close();
  });
  return { local, recognizer: service.recognizerFor({}) };
}

/** Sound in pieces of 20 ms, as a voice channel brings it. */
function pieces(lengthMs: number): Int16Array[] {
  return Array.from({ length: lengthMs / 20 }, () => new Int16Array(320));
}

test("words come while somebody speaks, and all of them at the end", async () => {
  const { local, recognizer } = await start();
  const interim: string[] = [];
  const heard = Promise.withResolvers<void>();
  const stream = recognizer.open({
    signal: never,
    onInterim(text) {
      interim.push(text);
      if (text.endsWith("word2")) heard.resolve();
    },
  });
  for (const piece of pieces(500)) stream.push(piece);
  await local.until(() => local.realtime.connections[0]?.audioMs === 500);
  for (const piece of pieces(500)) stream.push(piece);
  await heard.promise;
  expect(interim.at(-1)).toBe("word1 word2");
  for (const piece of pieces(500)) stream.push(piece);
  await expect(stream.end()).resolves.toMatchObject({ text: "word1 word2 word3" });
  expect(local.realtime.connections).toMatchObject([{ audioMs: 1500, endTold: true, outcome: "final" }]);
});

test("real speech is heard, with the times of its words", async () => {
  const sentence = clearSentences[6] ?? "";
  const { recognizer } = await start({ recognize: undefined as never, workers: 1 });
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push((await synthesize(sentence)).samples);
  const { text, words = [] } = await stream.end();
  expect(text).toBe(sentence.toLowerCase().replace(".", ""));
  expect(words.length).toBe(text.split(" ").length);
});

test("five seconds at once are sent no faster than the service takes them", async () => {
  const { local, recognizer } = await start();
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push(new Int16Array(5 * 16_000));
  await expect(stream.end()).resolves.toMatchObject({ text: expect.stringContaining("word10") as string });
  expect(local.realtime.connections[0]?.outcome).toBe("final");
});

test.each([
  [4001, "rejected", false],
  [4002, "credentials", false],
  [4006, "throttled", true],
  [4008, "unavailable", true],
  [5000, "unavailable", true],
  [6001, "credentials", false],
])("%i ends the stream as %s; worth another try: %s", async (number, kind, retryable) => {
  const { local, recognizer } = await start();
  local.realtime.failNext(number, 20);
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push(new Int16Array(3200));
  await expect(stream.end()).rejects.toMatchObject({ code: `TENCENT.REALTIME.${number}`, kind, retryable });
});

test("a connection that drops is told as such", async () => {
  const { local, recognizer } = await start();
  local.realtime.failNext("drop", 20);
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push(new Int16Array(3200));
  await expect(stream.end()).rejects.toMatchObject({ kind: "unavailable", retryable: true });
});

test("a service that is not there is told as such", async () => {
  const { local, recognizer } = await start();
  await local.close();
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  await expect(stream.end()).rejects.toMatchObject({ kind: "unavailable", code: "NETWORK.SOCKET" });
});

test("a last word that never comes ends at the deadline", async () => {
  const { recognizer } = await start(
    { recognize: () => new Promise(() => undefined) },
    { timeoutSeconds: 0.3 },
  );
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push(new Int16Array(16_000));
  await expect(stream.end()).rejects.toMatchObject({ kind: "timeout", code: "TIMEOUT" });
});

test("whoever gives a stream up tells its end all the same", async () => {
  const { local, recognizer } = await start();
  const stop = new AbortController();
  const heard = Promise.withResolvers<void>();
  const stream = recognizer.open({ signal: stop.signal, onInterim: () => heard.resolve() });
  stream.push(new Int16Array(16_000));
  await heard.promise;
  stop.abort(new Error("enough"));
  await expect(stream.end()).rejects.toThrow("enough");
  await local.until(() => local.realtime.connections[0]?.endTold === true);
});

test.each<[string, Partial<TencentRealtimeOptions>, number]>([
  ["a wrong secret", { key: { secretId: "AKIDLOCALDEMO0000000000000000000000", secretKey: "wrong" } }, 4002],
  ["another account's number", { appId: "7" }, 4003],
  ["an engine there is not", { engine: "48k_en" }, 4001],
])("%s is refused by the double", async (_, settings, number) => {
  const { recognizer } = await start({}, settings);
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  await expect(stream.end()).rejects.toMatchObject({ code: `TENCENT.REALTIME.${number}` });
});

test("silence on the line ends it with 4008, as the service does after 15 s", async () => {
  const { recognizer, local } = await start({ maxGapMs: 50 });
  const stream = recognizer.open({ signal: never, onInterim: ignore });
  stream.push(new Int16Array(320));
  await local.until(() => local.realtime.connections[0]?.outcome === 4008);
  await expect(stream.end()).rejects.toMatchObject({ code: "TENCENT.REALTIME.4008" });
});

test("no more streams are free than the account allows, and ended ones are free again", async () => {
  const { recognizer } = await start({}, { maxStreams: 2 });
  const streams = [1, 2].map(() => recognizer.open({ signal: never, onInterim: ignore }));
  expect(recognizer.free).toBe(0);
  await Promise.all(streams.map((stream) => stream.end()));
  expect(recognizer.free).toBe(2);
});
