import { spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { joinSpeech } from "../../src/sandbox/joined-speech.ts";
import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { type EncodedVoiceNote, encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { root, setStage, type Stage } from "./bot-process.ts";

// Processes are started twice in a test, beside whatever else keeps the machine busy.
vi.setConfig({ testTimeout: 120_000 });

const sentence = clearSentences[0] ?? "";
let short: EncodedVoiceNote;
let long: EncodedVoiceNote;
let stage: Stage | undefined;

beforeAll(async () => {
  const spoken = await Promise.all(clearSentences.map((text) => synthesize(text)));
  short = await encodeVoiceNote(spoken[0]?.samples ?? new Int16Array());
  long = await encodeVoiceNote(joinSpeech([...spoken, ...spoken], { seed: 1 }).samples);
});

afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

/** Answers at once, so that faults and not the recognizer set the pace. */
const scripted = { sis: { recognize: () => ({ text: "the words", score: 0.9 }) } };

describe("the bot as a process", () => {
  test("answers a voice note in a thread with the words that were said, their confidence and their length", async () => {
    stage = await setStage();
    const bot = await stage.startBot();
    const id = stage.post(short);
    const answer = await stage.answer(id, /^-# /mu);
    const [words, footer] = answer.split("\n");
    expect(words?.toLowerCase()).toBe(sentence.toLowerCase().replace("?", "."));
    expect(footer).toMatch(/^-# \d+ % · (?:clear|unsure|please listen) · 0:0[23] · SIS$/u);
    const thread = stage.discord.threadsOf(stage.channelId)[0];
    expect(thread?.name).toMatch(/^Maya · voice note · 0:0[23]$/u);
    bot.kill("SIGTERM");
    expect((await bot.ended).code).toBe(0);
    const printed = bot.stdout() + bot.stderr();
    expect(printed).not.toMatch(/blue folder|Maya/i);
    expect(printed).not.toContain(stage.discord.application.token);
    expect(printed).not.toContain(stage.sis.account.secretKey);
  });

  test("works with a password login, and logs in once for all", async () => {
    stage = await setStage(scripted);
    const { account } = stage.sis;
    await stage.startBot({
      HUAWEICLOUD_SDK_AK: "",
      HUAWEICLOUD_SDK_SK: "",
      IAM_USERNAME: account.username,
      IAM_PASSWORD: account.password,
      IAM_DOMAIN_NAME: account.domainName,
    });
    const ids = [stage.post(short), stage.post(long)];
    for (const id of ids) await stage.answer(id, /^-# \d+ %/mu);
    expect(stage.sis.requests.filter(({ endpoint }) => endpoint === "tokens")).toHaveLength(1);
  });

  test("runs without any cloud on the embedded recognizer", async () => {
    stage = await setStage(scripted);
    await stage.startBot({ RECOGNIZER: "pocketsphinx", HUAWEICLOUD_SDK_AK: "", HUAWEICLOUD_SDK_SK: "" });
    const answer = await stage.answer(stage.post(short), /· PocketSphinx$/mu);
    expect(answer.toLowerCase()).toContain("blue folder");
    expect(stage.sis.requests).toEqual([]);
  });

  test("killed in the middle of a long note goes on after a restart and answers once", async () => {
    stage = await setStage({ sis: { recognize: () => ({ text: "the words", score: 0.9 }), delayMs: 400 } });
    const first = await stage.startBot();
    const id = stage.post(long);
    const { sis } = stage;
    await sis.until((requests) => requests.filter(({ httpStatus }) => httpStatus === 200).length >= 2);
    first.kill("SIGKILL");
    await first.ended;
    await stage.startBot();
    await stage.answer(id, /^-# \d+ %/mu);
    expect(stage.answers(id).filter((content) => /^-# \d+ %/mu.test(content))).toHaveLength(1);
    expect(stage.discord.threadsOf(stage.channelId)).toHaveLength(1);
  });

  test("asked to stop while it works ends with 0 within 20 s, and the next start finishes the note", async () => {
    stage = await setStage(scripted);
    const { sis } = stage;
    sis.failNext({ kind: "hang" });
    const bot = await stage.startBot();
    const id = stage.post(short);
    await sis.until((requests) => requests.some(({ endpoint }) => endpoint === "short-audio"));
    const asked = performance.now();
    bot.kill("SIGTERM");
    expect((await bot.ended).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(20_000);
    await stage.startBot();
    await stage.answer(id, /^-# 90 % · clear/mu);
  });
});

describe("the speech service's faults", () => {
  const faults = [
    ["429 storms", { kind: "code", code: "APIG.0308", httpStatus: 429, times: 4 }],
    ["500s", { kind: "status", httpStatus: 500, times: 2 }],
    ["a 502 page of a proxy", { kind: "html", times: 2 }],
    ["reset connections", { kind: "reset", times: 2 }],
    ["malformed JSON", { kind: "malformed", times: 1 }],
    ["an engine that is out of reach", { kind: "code", code: "SIS.0303", times: 2 }],
  ] as const;
  test.each(faults)("heal without a trace: %s", async (_, fault) => {
    stage = await setStage(scripted);
    stage.sis.failNext(fault);
    await stage.startBot();
    const id = stage.post(short);
    await stage.answer(id, /^-# 90 % · clear/mu);
    expect(stage.answers(id)).toEqual([expect.stringMatching(/^the words/i)]);
    expect(stage.sis.worstSlidingSecond()).toBeLessThanOrEqual(3);
  });

  test("a hang is waited for once and tried again", async () => {
    stage = await setStage(scripted);
    stage.sis.failNext({ kind: "hang" });
    await stage.startBot({ SIS_TIMEOUT_SECONDS: "1" });
    await stage.answer(stage.post(short), /^-# 90 % · clear/mu);
  });

  test("an expired token is renewed and the note answered", async () => {
    stage = await setStage(scripted);
    const { account } = stage.sis;
    await stage.startBot({
      HUAWEICLOUD_SDK_AK: "",
      HUAWEICLOUD_SDK_SK: "",
      IAM_USERNAME: account.username,
      IAM_PASSWORD: account.password,
      IAM_DOMAIN_NAME: account.domainName,
      // The same recording is to be heard twice.
      CACHE_DAYS: "0",
    });
    await stage.answer(stage.post(short), /^-# 90 %/mu);
    stage.sis.revokeTokens();
    await stage.answer(stage.post(short), /^-# 90 %/mu);
    expect(stage.sis.requests.filter(({ endpoint }) => endpoint === "tokens")).toHaveLength(2);
  });

  test("a refused key is explained with its code, and never hammered", async () => {
    stage = await setStage(scripted);
    await stage.startBot({ HUAWEICLOUD_SDK_SK: "not-the-right-key" });
    const ids = [stage.post(short), stage.post(short)];
    for (const id of ids) await stage.answer(id, /APIG\.0301/u);
    expect(stage.sis.requests.length).toBeLessThan(5);
  });

  test("a final refusal is explained in the thread with code and trace id", async () => {
    stage = await setStage(scripted);
    stage.sis.failNext({ kind: "code", code: "SIS.0103" });
    await stage.startBot();
    const answer = await stage.answer(stage.post(short), /SIS\.0103/u);
    expect(answer).toMatch(/^-# SIS\.0103 · trace \S+/mu);
  });
});

describe("npm start", () => {
  test("hands SIGTERM on to the bot, which ends with 0", async () => {
    stage = await setStage(scripted);
    const npm = spawn("npm", ["start"], {
      cwd: root,
      stdio: "ignore",
      env: { ...process.env, ...stage.env },
    });
    const ended = once(npm, "close");
    const { discord } = stage;
    await discord.waitFor(() => discord.gateway.connected().length > 0, {
      timeoutMs: 30_000,
      what: "the login",
    });
    npm.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    await discord.waitFor(() => discord.gateway.connected().length === 0, {
      what: "the end of the connection",
    });
  });
});
