import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import {
  type LocalAlibaba,
  type LocalAlibabaOptions,
  startLocalAlibaba,
} from "../../src/sandbox/alibaba/local-alibaba.ts";
import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { type EncodedVoiceNote, encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { runNode, setStage, type Stage } from "./bot-process.ts";

// Two starts of the bot take their time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let note: EncodedVoiceNote;
let stage: Stage | undefined;
let alibaba: LocalAlibaba | undefined;

beforeAll(async () => {
  note = await encodeVoiceNote((await synthesize(clearSentences[0] ?? "")).samples);
});

afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  await alibaba?.close();
  [stage, alibaba] = [undefined, undefined];
});

const scripted: LocalAlibabaOptions = {
  recognize: () => [{ text: "The words of all of it.", startMs: 200, endMs: 1900 }],
};

/** A port that nobody listens on, for an address that is known before the bot starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** What the bot needs to hand every note over half a second to the double. */
async function settings(local: LocalAlibaba): Promise<Record<string, string>> {
  const port = await freePort();
  return {
    RECORDING_RECOGNIZER: "alibaba",
    LONG_RECORDING_MINUTES: "0.008",
    PUBLIC_URL: `http://localhost:${port}`,
    HTTP_PORT: String(port),
    ALIBABA_ENDPOINT: local.url,
    ALIBABA_CLOUD_ACCESS_KEY_ID: local.account.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: local.account.accessKeySecret,
    ALIBABA_APPKEY: local.account.appkey,
  };
}

/** The stage of a test with both services, and the settings that go with it. */
async function begin(options: LocalAlibabaOptions = scripted): Promise<{
  readonly stage: Stage;
  readonly alibaba: LocalAlibaba;
  readonly env: Record<string, string>;
}> {
  alibaba = await startLocalAlibaba(options);
  stage = await setStage({ sis: { recognize: () => ({ text: "in clips", score: 0.9 }) } });
  return { stage, alibaba, env: await settings(alibaba) };
}

const onShelf = async ({ dataDir }: Stage): Promise<readonly string[]> =>
  await readdir(join(dataDir, "data", "shelf"));

describe("a long voice note", () => {
  test("is heard whole by Alibaba, and its channel is told so", async () => {
    const { stage, alibaba, env } = await begin({});
    const bot = await stage.startBot(env);
    const id = stage.post(note);
    const answer = await stage.answer(id, /· Alibaba$/mu);
    expect(answer.toLowerCase()).toContain("blue folder");
    expect(answer).toMatch(/^-# no score · 0:0[23] · Alibaba$/mu);
    expect(answer).toMatch(/longer than .* are sent to Alibaba \(127\.0\.0\.1:\d+\)/u);
    expect(stage.sis.requests).toEqual([]);
    expect(alibaba.tasks).toMatchObject([{ callbackStatus: 200, outcome: { type: "heard" } }]);
    expect(await onShelf(stage)).toEqual([]);
    bot.kill("SIGTERM");
    expect((await bot.ended).code).toBe(0);
    const printed = bot.stdout() + bot.stderr();
    for (const secret of [
      alibaba.account.accessKeySecret,
      alibaba.account.appkey,
      "blue folder",
      "/recordings/",
    ])
      expect(printed).not.toContain(secret);
  });

  test("says where it is while it waits, and answers once and pays once when the bot is killed meanwhile", async () => {
    const { stage, alibaba, env } = await begin();
    alibaba.hold();
    const first = await stage.startBot(env);
    const id = stage.post(note);
    expect(await stage.answer(id, /waiting in line there/u)).toMatch(
      /^This is a long recording, so Alibaba/u,
    );
    first.kill("SIGKILL");
    await first.ended;
    await stage.startBot(env);
    alibaba.release();
    await stage.answer(id, /^The words of all of it\.[^]*· Alibaba$/mu);
    expect(stage.answers(id)).toHaveLength(1);
    expect(alibaba.tasks).toHaveLength(1);
    expect(stage.sis.requests).toEqual([]);
  });

  test.each([
    ["before", 2],
    ["after", 1],
  ] as const)(
    "killed between handing it in and knowing its id, %s the service fetched it, is answered once and paid for once",
    async (when, tasks) => {
      const { stage, alibaba, env } = await begin();
      if (when === "before") alibaba.hold();
      alibaba.failNext({ kind: "hang", endpoint: "submit", afterwards: true });
      const first = await stage.startBot(env);
      const id = stage.post(note);
      await alibaba.until((local) =>
        when === "before" ? local.tasks.length === 1 : local.tasks[0]?.callbackStatus === 200,
      );
      first.kill("SIGKILL");
      await first.ended;
      await stage.startBot(env);
      if (when === "before") await alibaba.until((local) => local.tasks.length === 2);
      alibaba.release();
      await stage.answer(id, /^The words of all of it\.[^]*· Alibaba$/mu);
      expect(stage.answers(id)).toHaveLength(1);
      await alibaba.until((local) => local.tasks.every(({ solvedMs }) => solvedMs > 0));
      expect(alibaba.tasks).toHaveLength(tasks);
      expect(alibaba.tasks.filter(({ durationMs }) => durationMs > 0)).toHaveLength(1);
    },
  );

  test("goes in clips when the service refuses, and says why meanwhile", async () => {
    const { stage, alibaba, env } = await begin();
    alibaba.failNextTask(41050001);
    stage.sis.failNext({ kind: "slow", delayMs: 1500 });
    await stage.startBot(env);
    const id = stage.post(note);
    const why = await stage.answer(id, /piece by piece instead/u);
    expect(why).toMatch(/listening time at the speech service is used up/u);
    expect(why).toMatch(/^-# ALIBABA\.41050001/mu);
    await stage.answer(id, /^In clips[^]*· SIS$/imu);
    expect(stage.answers(id)).toHaveLength(1);
  });

  test("that is deleted while it waits is taken off the shelf, and never paid for", async () => {
    const { stage, alibaba, env } = await begin();
    alibaba.hold();
    await stage.startBot(env);
    const id = stage.post(note);
    await stage.answer(id, /waiting in line there/u);
    expect(await onShelf(stage)).toHaveLength(1);
    stage.discord.deleteMessage(stage.channelId, id);
    await stage.discord.waitFor(() => stage.answers(id).length === 0, { what: "the answer's end" });
    alibaba.release();
    await alibaba.until(({ tasks }) => tasks[0]?.outcome.type === "failed");
    expect(alibaba.tasks).toMatchObject([{ durationMs: 0, outcome: { statusCode: 41050024 } }]);
    expect(await onShelf(stage)).toEqual([]);
  });
});

test("/transcribe is answered by the same service", async () => {
  const { stage, env } = await begin();
  const bot = await stage.startBot(env);
  await bot.printed('"event":"ready"');
  const { discord, authorId: userId, channelId } = stage;
  const file = { filename: "talk.ogg", contentType: "audio/ogg", bytes: note.bytes };
  const { id } = discord.runCommand({ userId, channelId, name: "transcribe", options: { file } });
  const [reply] = await discord.waitFor(
    () => {
      const replies = discord.interactionReplies(id);
      return replies.some(({ content }) => /· Alibaba$/mu.test(content)) ? replies : undefined;
    },
    { what: "an answer to the command", timeoutMs: 30_000 },
  );
  expect(reply?.content).toMatch(/^The words of all of it\.\n-# no score/u);
});

test("without an address of its own the bot says so and does not start", async () => {
  const { stage, env } = await begin();
  const bot = runNode("src/main.ts", [], { ...stage.env, ...env, PUBLIC_URL: "" }, stage.dataDir);
  const { code, stderr } = await bot.ended;
  expect(stderr).toMatch(/^earshot: PUBLIC_URL: needed for RECORDING_RECOGNIZER=alibaba/mu);
  expect(code).toBe(2);
});

test("earshot compare asks it too", async () => {
  const { stage, env } = await begin();
  await writeFile(join(stage.dataDir, "note.ogg"), note.bytes);
  const own = { ...stage.env, ...env, RECORDING_RECOGNIZER: "", INIT_CWD: stage.dataDir };
  const args = ["compare", "note.ogg", "--recognizers", "sis,alibaba"];
  const { code, stdout, stderr } = await runNode("src/cli.ts", args, own, stage.dataDir).ended;
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^SIS +90 % .* In clips\.?$/mu);
  expect(stdout).toMatch(/^Alibaba +no score +\d+\.\d s +2 .* The words of all of it\.$/mu);
  expect(code).toBe(0);
});

describe("earshot transcribe --recognizer alibaba", () => {
  test("serves the file while it runs, and prints its words", async () => {
    const { stage, env } = await begin();
    await writeFile(join(stage.dataDir, "note.ogg"), note.bytes);
    const { DATA_DIR = "" } = stage.env;
    const args = ["transcribe", "note.ogg", "--recognizer", "alibaba", "--format", "json"];
    const own = { ...env, DATA_DIR, INIT_CWD: stage.dataDir };
    const { code, stdout, stderr } = await runNode("src/cli.ts", args, own, stage.dataDir).ended;
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject([
      { file: "note.ogg", text: "The words of all of it.", confidence: null, recognizer: "alibaba" },
    ]);
    expect(code).toBe(0);
    expect(await onShelf(stage)).toEqual([]);
  });

  test("explains a refusal instead of asking somebody else", async () => {
    const { stage, alibaba, env } = await begin();
    alibaba.failNextTask(41050008);
    await writeFile(join(stage.dataDir, "note.ogg"), note.bytes);
    const { DATA_DIR = "" } = stage.env;
    const own = { ...env, DATA_DIR, INIT_CWD: stage.dataDir };
    const args = ["transcribe", "note.ogg", "--recognizer", "alibaba"];
    const { code, stdout, stderr } = await runNode("src/cli.ts", args, own, stage.dataDir).ended;
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^earshot: note\.ogg: .*UNSUPPORTED_SAMPLE_RATE.*\(ALIBABA\.41050008/u);
    expect(code).toBe(1);
  });
});

test("the doctor asks the service whether it lets us in, and looks whether the address leads here", async () => {
  const { stage, alibaba, env } = await begin();
  const examine = async (more: Record<string, string>): Promise<string> =>
    (await runNode("src/cli.ts", ["doctor"], { ...stage.env, ...env, ...more }, stage.dataDir).ended).stdout;
  const fine = await examine({});
  expect(fine).toMatch(/^ok +Recording recognizer alibaba: 127\.0\.0\.1:\d+ lets us in$/mu);
  expect(fine).toMatch(/^ok +PUBLIC_URL: leads here/mu);
  const wrong = await examine({
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "another",
    PUBLIC_URL: "http://localhost:1",
  });
  expect(wrong).toMatch(/^broken +Recording recognizer alibaba: .*ALIBABA\.SignatureDoesNotMatch/mu);
  expect(wrong).toMatch(/^warning +PUBLIC_URL: nobody answers there/mu);
  expect(alibaba.tasks).toEqual([]);
});
