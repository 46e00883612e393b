import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { type LocalTencent, startLocalTencent } from "../../src/sandbox/tencent/local-tencent.ts";
import { encodeVoiceNote, type EncodedVoiceNote } from "../../src/sandbox/voice-note.ts";
import { type Ended, runNode, setStage, type Stage } from "./bot-process.ts";

/** The services' doubles hear by script here: what is shown is the way through the bot. */
const said = "can you bring the blue folder to the office";
const recognize = (): { text: string; score: number } => ({ text: said, score: 0.9 });
const recognizeRecording = (): { text: string; startMs: number; endMs: number }[] => [
  { text: said, startMs: 200, endMs: 2500 },
];
/** Processes start slowly on a busy machine. */
const patience = { timeout: 120_000 };

let stage: Stage;
let tencent: LocalTencent;
let note: EncodedVoiceNote;
let env: Record<string, string>;

beforeAll(async () => {
  [stage, tencent] = await Promise.all([
    setStage({ sis: { recognize } }),
    startLocalTencent({ recognize, recognizeRecording }),
  ]);
  note = await encodeVoiceNote((await synthesize(clearSentences[0] ?? "")).samples);
  await writeFile(join(stage.dataDir, "note.ogg"), note.bytes);
  env = {
    TENCENT_ENDPOINT: tencent.url,
    TENCENT_TIMEOUT_SECONDS: "120",
    TENCENTCLOUD_SECRET_ID: tencent.account.secretId,
    TENCENTCLOUD_SECRET_KEY: tencent.account.secretKey,
  };
});

/** A port that nobody listens on, for an address that is known before the bot starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await tencent.close();
});

const words = /can you bring the blue folder to the office/i;
/** Of one recognizer, what is under its answers, and whether it gives a score. */
const recognizers = [
  ["sis-sentence", /^-# no score · 0:0\d · SIS sentence$/m, false],
  ["tencent", /^-# no score · 0:0\d · Tencent$/m, false],
  ["pocketsphinx", /^-# \d+ % · \S.* · 0:0\d · PocketSphinx$/m, true],
] as const;

describe.each(recognizers)("%s", patience, (recognizer, footer, scores) => {
  test("answers a voice note in a thread", async () => {
    const bot = await stage.startBot({ ...env, RECOGNIZER: recognizer });
    const answer = await stage.answer(stage.post(note), words);
    expect(answer).toMatch(footer);
    bot.kill("SIGTERM");
    expect((await bot.ended).code).toBe(0);
  });

  test("transcribes files on the command line", async () => {
    const args = ["transcribe", "note.ogg", "--recognizer", recognizer, "--format", "json"];
    const cwd = stage.dataDir;
    const ended: Ended = await runNode("src/cli.ts", args, { ...stage.env, ...env, INIT_CWD: cwd }, cwd)
      .ended;
    const [file] = JSON.parse(ended.stdout) as Record<string, unknown>[];
    expect(file).toMatchObject({ recognizer, requests: 1, text: expect.stringMatching(words) as string });
    expect(file?.["confidence"] === null).toBe(!scores);
    expect(ended.code).toBe(0);
  });
});

const compare = async (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
  runNode("src/cli.ts", ["compare", "note.ogg", ...args], {
    ...stage.env,
    ...env,
    INIT_CWD: stage.dataDir,
    ...more,
  }).ended;

describe("earshot compare", patience, () => {
  test("prints what every configured recognizer hears, and how far it is from what was said", async () => {
    await writeFile(join(stage.dataDir, "said.txt"), "Can you bring the blue folder to our office?");
    const { code, stdout, stderr } = await compare(["--reference", "said.txt"]);
    const [heading, ...rows] = stdout.trim().split("\n");
    expect(heading).toMatch(/^recognizer +confidence +time +calls +WER +text$/);
    expect(rows).toEqual([
      expect.stringMatching(/^SIS +\d+ % +\d+\.\d s +1 +11\.1 % +Can you bring/),
      expect.stringMatching(/^SIS sentence +no score +\d+\.\d s +1 +11\.1 % +Can you bring/),
      expect.stringMatching(/^Tencent +no score +\d+\.\d s +1 +11\.1 % +Can you bring/),
      expect.stringMatching(/^PocketSphinx +\d+ % +\d+\.\d s +1 +11\.1 % +can you bring/),
    ]);
    expect([stderr, code]).toEqual(["", 0]);
  });

  test("prints JSON, also of one that fails, and ends with 1 then", async () => {
    const args = ["--recognizers", "tencent,pocketsphinx", "--format", "json"];
    const { code, stdout, stderr } = await compare(args, { TENCENTCLOUD_SECRET_KEY: "wrong" });
    expect(JSON.parse(stdout)).toEqual([
      {
        recognizer: "tencent",
        text: null,
        confidence: null,
        timeMs: expect.any(Number) as number,
        requests: null,
        wordErrorRate: null,
        error: expect.stringContaining("TENCENT.AuthFailure.SignatureFailure") as string,
      },
      expect.objectContaining({ recognizer: "pocketsphinx", requests: 1, wordErrorRate: null, error: null }),
    ]);
    expect(stderr).toMatch(/^earshot: tencent: /);
    expect(code).toBe(1);
  });

  test.each([
    ["with two files", ["compare", "a.ogg", "b.ogg"]],
    ["with a recognizer that has no credentials", ["compare", "a.ogg", "--recognizers", "sis"]],
  ])("%s is a wrong call", async (_, args) => {
    const { code, stdout } = await runNode("src/cli.ts", args, {}).ended;
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("a long voice note is handed to Tencent whole, which fetches it and calls back", patience, async () => {
  const port = await freePort();
  const bot = await stage.startBot({
    ...env,
    RECORDING_RECOGNIZER: "tencent",
    LONG_RECORDING_MINUTES: "0.008",
    PUBLIC_URL: `http://localhost:${port}`,
    HTTP_PORT: String(port),
  });
  const before = stage.sis.requests.length;
  const answer = await stage.answer(stage.post(note), words);
  expect(answer).toMatch(/^-# no score · 0:0\d · Tencent$/m);
  expect(stage.sis.requests.length).toBe(before);
  expect(tencent.tasks).toMatchObject([{ outcome: "success", callbacks: [200] }]);
  bot.kill("SIGTERM");
  await bot.ended;
});

test("while SIS is down a fallback answers, and the answer names who heard it", patience, async () => {
  stage.sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
  const bot = await stage.startBot({ ...env, RECOGNIZER_FALLBACK: "tencent" });
  const answer = await stage.answer(stage.post(note), words);
  expect(answer).toMatch(/^-# no score · 0:0\d · Tencent$/m);
  stage.sis.clearFaults();
  bot.kill("SIGTERM");
  await bot.ended;
});

test("a recognizer whose key is missing is named before anything is done", patience, async () => {
  const { code, stderr } = await runNode("src/cli.ts", ["transcribe", "a", "--recognizer", "tencent"], {})
    .ended;
  expect(stderr).toContain("earshot: TENCENTCLOUD_SECRET_ID:");
  expect(stderr).toContain("earshot: TENCENTCLOUD_SECRET_KEY:");
  expect(code).toBe(2);
});
