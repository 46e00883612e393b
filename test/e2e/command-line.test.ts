import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { type LocalSis, startLocalSis } from "../../src/sandbox/sis/local-sis.ts";
import { joinSpeech } from "../../src/sandbox/joined-speech.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { type Ended, runNode } from "./bot-process.ts";

let folder = "";
let sis: LocalSis;
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-cli-"));
  sis = await startLocalSis();
  env = {
    SIS_ENDPOINT: sis.url,
    IAM_ENDPOINT: sis.url,
    SIS_TIMEOUT_SECONDS: "120",
    HUAWEICLOUD_SDK_AK: sis.account.accessKey,
    HUAWEICLOUD_SDK_SK: sis.account.secretKey,
    DATA_DIR: join(folder, "data"),
    INIT_CWD: folder,
  };
  const spoken = await Promise.all(clearSentences.slice(0, 2).map((text) => synthesize(text)));
  await writeFile(join(folder, "note.ogg"), (await encodeVoiceNote(spoken[0]!.samples)).bytes);
  const both = joinSpeech(spoken, { seed: 5, pauseMs: [1500, 1600] });
  await writeFile(join(folder, "two.ogg"), (await encodeVoiceNote(both.samples)).bytes);
  await writeFile(join(folder, "silence.ogg"), (await encodeVoiceNote(new Int16Array(32_000))).bytes);
  await writeFile(join(folder, "broken.ogg"), "this is no recording");
});

afterAll(async () => {
  await sis.close();
  await rm(folder, { recursive: true, force: true });
});

/** Never in a folder with a `.env`. */
const earshot = (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
  runNode("src/cli.ts", args, { ...env, ...more }, folder).ended;

/** With all that is needed but SIS_ENDPOINT. */
const earshotIn = (cwd: string, more: Record<string, string>): Promise<Ended> => {
  const { SIS_ENDPOINT: _, ...rest } = env;
  return runNode("src/cli.ts", ["transcribe", join(folder, "note.ogg")], { ...rest, ...more }, cwd).ended;
};

async function folderWith(envText: string): Promise<string> {
  const place = await mkdtemp(join(folder, "env-"));
  await writeFile(join(place, ".env"), envText);
  return place;
}

const words = /can you bring the blue folder to the office/i;

describe("earshot transcribe", () => {
  test("prints the words and nothing else", async () => {
    const { code, stdout, stderr } = await earshot(["transcribe", "note.ogg"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(words);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(0);
  });

  test("prints one JSON array with an object per file, of the documented shape", async () => {
    const { code, stdout } = await earshot(["transcribe", "two.ogg", "silence.ogg", "--format", "json"]);
    const [two, silence] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(Object.keys(two!)).toEqual([
      "file",
      "durationMs",
      "text",
      "confidence",
      "segments",
      "recognizer",
      "requests",
    ]);
    expect(two).toMatchObject({ file: "two.ogg", recognizer: "sis", requests: 1 });
    expect(two!["text"]).toMatch(words);
    expect(two!["confidence"]).toBeGreaterThan(0.5);
    const segments = two!["segments"] as Record<string, unknown>[];
    expect(Object.keys(segments[0]!)).toEqual(["startMs", "endMs", "text", "confidence", "requestId"]);
    expect(silence).toMatchObject({
      text: "",
      confidence: null,
      segments: [],
      requests: 0,
      durationMs: 2000,
    });
    expect(code).toBe(0);
  });

  test("prints SubRip and WebVTT", async () => {
    const [srt, vtt] = await Promise.all([
      earshot(["transcribe", "note.ogg", "--format", "srt"]),
      earshot(["transcribe", "note.ogg", "--format=vtt"]),
    ]);
    expect(srt.stdout).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n/u);
    expect(vtt.stdout).toMatch(/^WEBVTT\n\n/u);
    expect([srt.code, vtt.code]).toEqual([0, 0]);
  });

  test("keeps the subtitles of several files apart", async () => {
    const { stdout } = await earshot(["transcribe", "note.ogg", "note.ogg", "--format", "srt"]);
    expect(stdout.split("\n\n").filter((cue) => /^1\n\d\d:/u.test(cue))).toHaveLength(2);
  });

  test("goes on after a file that fails, explains it on stderr and ends with 1", async () => {
    const { code, stdout, stderr } = await earshot([
      "transcribe",
      "broken.ogg",
      "none.ogg",
      // Its first page is nobody's: the system refuses to read there.
      "/proc/self/mem",
      "note.ogg",
    ]);
    expect(stdout).toMatch(words);
    expect(stderr).toMatch(
      /^earshot: broken\.ogg: .+\nearshot: none\.ogg: .+\nearshot: \/proc\/self\/mem: .+\(EIO\)\n$/u,
    );
    expect(code).toBe(1);
  });

  test("uses the embedded recognizer when asked, without credentials", async () => {
    const { code, stdout } = await earshot(
      ["transcribe", "note.ogg", "--recognizer", "pocketsphinx", "--format", "json"],
      {
        HUAWEICLOUD_SDK_AK: "",
        HUAWEICLOUD_SDK_SK: "",
      },
    );
    expect(JSON.parse(stdout)).toMatchObject([
      { recognizer: "pocketsphinx", text: expect.stringMatching(words) as string },
    ]);
    expect(code).toBe(0);
  });

  test("reads a .env that begins with a byte order mark", async () => {
    const { code, stdout } = await earshotIn(await folderWith(`\uFEFFSIS_ENDPOINT=${sis.url}\n`), {
      SIS_PROJECT_ID: sis.account.projectId,
    });
    expect(stdout).toMatch(words);
    expect(code).toBe(0);
  });

  test("names a .env that cannot be read, and ends with 2", async () => {
    const place = await mkdtemp(join(folder, "odd-"));
    await mkdir(join(place, ".env"));
    const { code, stderr } = await earshotIn(place, {});
    expect(stderr).toMatch(/^earshot: \.env: [^\n]+\(EISDIR\)\n$/u);
    expect(code).toBe(2);
  });

  test("explains a refused key with its code", async () => {
    const { code, stderr } = await earshot(["transcribe", "note.ogg"], { HUAWEICLOUD_SDK_SK: "wrong" });
    expect(stderr).toMatch(/^earshot: note\.ogg: .+APIG\.0301/u);
    expect(code).toBe(1);
  });

  test.each([
    ["no file", ["transcribe"]],
    ["an unknown format", ["transcribe", "note.ogg", "--format", "pdf"]],
    ["an unknown option", ["transcribe", "note.ogg", "--loud"]],
    ["an unknown recognizer", ["transcribe", "note.ogg", "--recognizer", "parrot"]],
    ["an unknown command", ["sing"]],
    ["no command", []],
  ])("a wrong call ends with 2: %s", async (_, args) => {
    const { code, stdout, stderr } = await earshot(args);
    expect(stderr).toMatch(/^earshot: /u);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("the start of the bot", () => {
  test("with a wrong configuration names every problem and ends with 2", async () => {
    const { code, stderr } = await runNode("src/main.ts", [], { SIS_MAX_QPS: "none" }, folder).ended;
    for (const name of ["DISCORD_TOKEN", "SIS_MAX_QPS", "HUAWEICLOUD_SDK_AK"])
      expect(stderr).toContain(`earshot: ${name}:`);
    expect(code).toBe(2);
  });

  test("where Discord is out of reach ends with 1 and one line", async () => {
    const nowhere = { DISCORD_TOKEN: "token", DISCORD_API_URL: "http://127.0.0.1:9/api" };
    const { code, stderr } = await runNode("src/main.ts", [], { ...env, ...nowhere }, folder).ended;
    expect(stderr).toMatch(/^earshot: [^\n]+\n$/u);
    expect(code).toBe(1);
  });

  test("that is told to stop while it tries to log in ends with 0", async () => {
    const [gone, lastTry] = [{ count: 0 }, Promise.withResolvers<void>()];
    // Out of order for two logins of four requests each; at the third one Discord says nothing.
    const discord = createServer((_, response) => {
      if (++gone.count > 8) lastTry.resolve();
      else response.writeHead(503).end();
    }).listen(0, "127.0.0.1");
    await once(discord, "listening");
    const { port } = discord.address() as AddressInfo;
    const there = { DISCORD_TOKEN: "token", DISCORD_API_URL: `http://127.0.0.1:${port}/api` };
    const bot = runNode("src/main.ts", [], { ...env, ...there }, folder);
    await lastTry.promise;
    bot.kill("SIGTERM");
    const { code, stderr } = await bot.ended;
    discord.close();
    expect([code, stderr]).toEqual([0, ""]);
  }, 30_000);

  test("with an executable file as its data folder names DATA_DIR and ends with 1", async () => {
    const file = join(folder, "program");
    await writeFile(file, "");
    await chmod(file, 0o777);
    const odd = { ...env, DISCORD_TOKEN: "t", DATA_DIR: file };
    const { code, stderr } = await runNode("src/main.ts", [], odd, folder).ended;
    expect(stderr).toMatch(/^earshot: DATA_DIR \([^\n]+\(ENOTDIR\)\.\n$/u);
    expect(code).toBe(1);
  });

  test.each(["/proc/nowhere/data", "/etc/passwd", "/dev/null/data"])(
    "with %s as its data folder names DATA_DIR and ends with 1",
    async (dataDir) => {
      const { code, stderr } = await runNode(
        "src/main.ts",
        [],
        { ...env, DISCORD_TOKEN: "t", DATA_DIR: dataDir },
        folder,
      ).ended;
      expect(stderr).toMatch(/^earshot: DATA_DIR \([^\n]+\n$/u);
      expect(code).toBe(1);
    },
  );
});
