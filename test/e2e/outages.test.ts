import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { type EncodedVoiceNote, encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { setStage, type Stage } from "./bot-process.ts";

let note: EncodedVoiceNote;
let stage: Stage | undefined;

beforeAll(async () => {
  note = await encodeVoiceNote((await synthesize(clearSentences[0] ?? "")).samples);
});

afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

const scripted = { sis: { recognize: () => ({ text: "the words", score: 0.9 }) } };
vi.setConfig({ testTimeout: 120_000 });

const later = /This recording will be transcribed when the service is back\./u;
const words = /^the words/iu;

test.each([
  ["hangs", { kind: "hang" }],
  ["answers nothing but 500", { kind: "status", httpStatus: 500 }],
  ["has no calls left", { kind: "code", code: "APIG.0501", httpStatus: 405 }],
  ["is not paid", { kind: "code", code: "APIG.0502", httpStatus: 405 }],
] as const)(
  "while the service %s the note says that it will be transcribed, and then it is",
  async (_, fault) => {
    stage = await setStage(scripted);
    stage.sis.failNext({ ...fault, times: "always" });
    const before = await stage.startBot({ SIS_TIMEOUT_SECONDS: "1" });
    const id = stage.post(note);
    await stage.answer(id, later);
    before.kill("SIGTERM");
    expect((await before.ended).code).toBe(0);
    stage.sis.clearFaults();
    await stage.startBot();
    await stage.answer(id, words);
    expect(stage.answers(id)).toEqual([expect.stringMatching(words)]);
  },
);

test("a service that refuses connections is waited for", async () => {
  stage = await setStage(scripted);
  const before = await stage.startBot({ SIS_ENDPOINT: "http://127.0.0.1:9" });
  const id = stage.post(note);
  await stage.answer(id, later);
  before.kill("SIGKILL");
  await before.ended;
  await stage.startBot();
  await stage.answer(id, words);
});

test("one note that gets through wakes all that wait: the breaker has closed", async () => {
  stage = await setStage(scripted);
  const { sis, discord, authorId } = stage;
  sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
  const bot = await stage.startBot();
  const ids = [stage.post(note), stage.post(note), stage.post(note)];
  for (const id of ids) await stage.answer(id, later);
  expect(bot.stdout()).toMatch(/"event":"recognizer-breaker","state":"open"/u);
  sis.clearFaults();
  // Somebody presses Retry, or a note's own pause ends: either way it is the probe.
  const first = ids[0] ?? "";
  const messageId = discord.messages(first).find(({ content }) => later.test(content))?.id;
  if (messageId !== undefined) discord.clickButton({ messageId, userId: authorId, label: "Retry" });
  for (const id of ids) await stage.answer(id, words);
  expect(bot.stdout()).toMatch(/"event":"recognizer-breaker","state":"closed"/u);
});
