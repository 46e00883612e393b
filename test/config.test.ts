import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { variables } from "../src/config/variables.ts";
import { ConfigError, readConfig } from "../src/config.ts";

const everything = { discord: true, recognizer: true };
const complete = { DISCORD_TOKEN: "token", HUAWEICLOUD_SDK_AK: "ak", HUAWEICLOUD_SDK_SK: "sk" };

function problemsOf(env: Record<string, string>, needs = everything): readonly string[] {
  try {
    readConfig(env, needs);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("defaults", () => {
  const config = readConfig(complete, everything);

  test("the region is filled into both endpoints", () => {
    expect(config.sis.endpoint).toBe("https://sis-ext.ap-southeast-3.myhuaweicloud.com");
    expect(config.sis.iamEndpoint).toBe("https://iam.ap-southeast-3.myhuaweicloud.com");
    expect(readConfig({ ...complete, SIS_REGION: "cn-north-4" }, everything).sis.endpoint).toBe(
      "https://sis-ext.cn-north-4.myhuaweicloud.com",
    );
  });

  test("are the contract's", () => {
    expect(config.recognizer).toBe("sis");
    expect(config.discord.cdnOrigins).toEqual(["https://cdn.discordapp.com", "https://media.discordapp.net"]);
    expect(config.sis).toMatchObject({
      property: "english_16k_common",
      sampleRate: 16000,
      addPunc: "yes",
      digitNorm: undefined,
      needWordInfo: undefined,
      maxQps: 3,
      maxClipSeconds: 30,
      maxBase64Bytes: 2_000_000,
      timeoutSeconds: 30,
    });
    expect(config.limits).toEqual({ maxAudioMinutes: 120, maxDownloadMb: 100 });
    expect(config.dataDir).toBe("./data");
    expect(config.logLevel).toBe("info");
  });

  test("an 8k property sends 8 kHz audio", () => {
    expect(readConfig({ ...complete, SIS_PROPERTY: "english_8k_common" }, everything).sis.sampleRate).toBe(
      8000,
    );
  });

  test("what is wrong with several origins is said once", () => {
    expect(
      problemsOf({ ...complete, DISCORD_CDN_ORIGINS: "http://a.example,http://b.example" }),
    ).toHaveLength(1);
  });

  test("a deadline longer than a timer can be is refused", () => {
    expect(problemsOf({ ...complete, SIS_TIMEOUT_SECONDS: "999999999" })).toEqual([
      "SIS_TIMEOUT_SECONDS: must be 86400 seconds at most",
    ]);
  });

  test("an empty variable counts as unset", () => {
    expect(readConfig({ ...complete, SIS_REGION: "", SIS_MAX_QPS: " " }, everything).sis.maxQps).toBe(3);
  });

  test("punctuation is not asked for when SIS_ADD_PUNC is set to nothing", () => {
    expect(readConfig({ ...complete, SIS_ADD_PUNC: "" }, everything).sis.addPunc).toBeUndefined();
  });
});

describe("who hears", () => {
  const tencentKey = { TENCENTCLOUD_SECRET_ID: "id", TENCENTCLOUD_SECRET_KEY: "key" };

  test("is SIS for everything, and nobody else", () => {
    const { recognizer, captionRecognizer, fallback } = readConfig(complete, everything);
    expect([recognizer, captionRecognizer, fallback]).toEqual(["sis", "sis", []]);
  });

  test("may be another for captions, and others where these are down", () => {
    const env = { ...complete, ...tencentKey, CAPTION_RECOGNIZER: "tencent" };
    const config = readConfig({ ...env, RECOGNIZER_FALLBACK: "tencent, pocketsphinx" }, everything);
    expect(config.captionRecognizer).toBe("tencent");
    expect(config.fallback).toEqual(["tencent", "pocketsphinx"]);
  });

  test.each(["RECOGNIZER", "CAPTION_RECOGNIZER", "RECOGNIZER_FALLBACK"])(
    "needs the keys of everybody named in %s",
    (name) => {
      const problems = problemsOf({ ...complete, [name]: "tencent" });
      expect(problems.map((problem) => problem.split(":")[0])).toEqual(Object.keys(tencentKey));
    },
  );

  test("is nobody unknown, also in a list", () => {
    const problems = problemsOf({ ...complete, RECOGNIZER_FALLBACK: "pocketsphinx,parrot" });
    expect(problems).toEqual([expect.stringMatching(/^RECOGNIZER_FALLBACK: each must be one of sis,/)]);
  });
});

describe("problems", () => {
  test.each([
    ["SIS_MAX_CLIP_SECONDS", "0.5", "at least 1 second"],
    ["SIS_MAX_BASE64_BYTES", "42667", "at least 42668 bytes"],
  ])("%s=%s is shorter than any clip can be", (name, value, complaint) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([expect.stringContaining(complaint)]);
  });

  test("come all at once, each naming its variable", () => {
    const problems = problemsOf({
      SIS_MAX_QPS: "0",
      MAX_AUDIO_MINUTES: "long",
      LOG_LEVEL: "loud",
      SIS_ADD_PUNC: "maybe",
    });
    for (const name of [
      "DISCORD_TOKEN",
      "SIS_MAX_QPS",
      "MAX_AUDIO_MINUTES",
      "LOG_LEVEL",
      "SIS_ADD_PUNC",
      "HUAWEICLOUD_SDK_AK",
    ]) {
      expect(problems.filter((problem) => problem.startsWith(`${name}:`))).toHaveLength(1);
    }
  });

  test("never show a value", () => {
    const problems = problemsOf({
      DISCORD_TOKEN: "secret with blanks",
      SIS_ENDPOINT: "http://user:pass@example.org",
    });
    expect(problems.join("\n")).not.toMatch(/blanks"|pass/u);
    expect(problems).toHaveLength(3);
  });

  test.each([
    ["http://127.0.0.1:8080", true],
    ["http://localhost:1", true],
    ["http://[::1]:8080", true],
    ["https://sis.example.org", true],
    ["http://sis.example.org", false],
    ["http://127.0.0.1.example.org", false],
    ["ftp://127.0.0.1", false],
    ["sis.example.org", false],
  ])("the address %s is accepted: %s", (address, accepted) => {
    expect(problemsOf({ ...complete, SIS_ENDPOINT: address }).length === 0).toBe(accepted);
    expect(problemsOf({ ...complete, DISCORD_CDN_ORIGINS: address }).length === 0).toBe(accepted);
  });

  test("half of the AK/SK pair names the other half", () => {
    expect(problemsOf({ DISCORD_TOKEN: "t", HUAWEICLOUD_SDK_AK: "a" })).toEqual([
      expect.stringMatching(/^HUAWEICLOUD_SDK_SK:/),
    ]);
  });

  test("an incomplete password login names what is missing", () => {
    expect(problemsOf({ DISCORD_TOKEN: "t", IAM_USERNAME: "u" })).toEqual([
      expect.stringMatching(/^IAM_PASSWORD:/),
      expect.stringMatching(/^IAM_DOMAIN_NAME:/),
    ]);
  });

  test.each([
    ["REDIS_URL", "anything"],
    ["DATABASE_URL", "mysql://somewhere"],
    ["RECORDING_RECOGNIZER", "anything"],
    ["EARSHOT_ROLE", "server"],
    ["SHARD_COUNT", "2.5"],
    ["SHARD_COUNT", "1000000000"],
    ["SHARD_IDS", "first"],
    ["SHARD_IDS", "0,1"],
  ])("%s is refused when it is %s", (name, value) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}:`)),
    ]);
  });

  test("shards are ranges of numbers below their count", () => {
    const { shards } = readConfig({ ...complete, SHARD_COUNT: "8", SHARD_IDS: "0-2,5" }, everything);
    expect(shards).toEqual({ count: 8, ids: [0, 1, 2, 5] });
    expect(problemsOf({ ...complete, SHARD_COUNT: "4", SHARD_IDS: "4" })).toEqual([
      expect.stringMatching(/^SHARD_IDS:/),
    ]);
  });
});

describe("Alibaba for long recordings", () => {
  const alibaba = {
    ...complete,
    RECORDING_RECOGNIZER: "alibaba",
    PUBLIC_URL: "https://bot.example.org/",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
    ALIBABA_APPKEY: "appkey",
  };

  test("is complete with a key, an appkey and an address of the bot's own", () => {
    const config = readConfig(alibaba, everything);
    expect(config.recordings).toEqual({ recognizer: "alibaba", longMinutes: 10 });
    expect(config.http.publicUrl).toBe("https://bot.example.org");
    expect(config.alibaba).toMatchObject({
      endpoint: "https://filetrans.ap-southeast-1.aliyuncs.com",
      sampleRate: 16_000,
      version: "4.0",
      plan: "paid",
      autoSplit: false,
    });
  });

  test("names everything that is missing at once", () => {
    expect(problemsOf({ ...complete, RECORDING_RECOGNIZER: "alibaba" })).toEqual([
      expect.stringMatching(/^ALIBABA_CLOUD_ACCESS_KEY_ID:/),
      expect.stringMatching(/^ALIBABA_CLOUD_ACCESS_KEY_SECRET:/),
      expect.stringMatching(/^ALIBABA_APPKEY:/),
      expect.stringMatching(/^PUBLIC_URL:/),
    ]);
  });

  test.each([
    ["PUBLIC_URL", { PUBLIC_URL: "https://203.0.113.7" }],
    ["PUBLIC_URL", { PUBLIC_URL: "https://[2001:db8::1]" }],
    ["PUBLIC_URL", { PUBLIC_URL: "http://bot.example.org" }],
    ["ALIBABA_AUTO_SPLIT", { ALIBABA_AUTO_SPLIT: "yes" }],
    ["ALIBABA_AUTO_SPLIT", { ALIBABA_AUTO_SPLIT: "yes", ALIBABA_SAMPLE_RATE: "8000", ALIBABA_ITN: "yes" }],
    ["ALIBABA_DISFLUENCY", { ALIBABA_DISFLUENCY: "yes", ALIBABA_VERSION: "2.0" }],
    ["ALIBABA_MAX_SEGMENT_MS", { ALIBABA_MAX_SEGMENT_MS: "9999" }],
    ["ALIBABA_SAMPLE_RATE", { ALIBABA_SAMPLE_RATE: "44100" }],
  ])("%s is a problem: %j", (name, change) => {
    const problems = problemsOf({ ...alibaba, ...change });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}:`))]);
    expect(problems.join("")).not.toContain("secret");
  });
});

describe("what is not needed is not asked for", () => {
  test("transcribing files needs no Discord token", () => {
    expect(
      problemsOf({ HUAWEICLOUD_SDK_AK: "a", HUAWEICLOUD_SDK_SK: "s" }, { discord: false, recognizer: true }),
    ).toEqual([]);
  });

  test("the embedded recognizer needs no cloud credentials", () => {
    expect(problemsOf({ DISCORD_TOKEN: "t", RECOGNIZER: "pocketsphinx" })).toEqual([]);
  });

  test("registering commands needs no speech service", () => {
    expect(problemsOf({ DISCORD_TOKEN: "t" }, { discord: true, recognizer: false })).toEqual([]);
  });
});

describe("secrets from files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "earshot-config-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("NAME_FILE is read and trimmed", () => {
    const path = join(folder, "token");
    writeFileSync(path, "from-file\n");
    const { DISCORD_TOKEN: _, ...rest } = complete;
    expect(readConfig({ ...rest, DISCORD_TOKEN_FILE: path }, everything).discord.token).toBe("from-file");
  });

  test("a file that is not there is one problem, naming NAME_FILE", () => {
    const { DISCORD_TOKEN: _, ...rest } = complete;
    expect(problemsOf({ ...rest, DISCORD_TOKEN_FILE: join(folder, "none") })).toEqual([
      "DISCORD_TOKEN_FILE: the file cannot be read (ENOENT)",
    ]);
  });

  test("an empty file is one problem", () => {
    const { DISCORD_TOKEN: _, ...rest } = complete;
    expect(problemsOf({ ...rest, DISCORD_TOKEN_FILE: "/dev/null" })).toEqual([
      "DISCORD_TOKEN_FILE: the file is empty",
    ]);
  });

  test("NAME and NAME_FILE together are a problem", () => {
    const path = join(folder, "token");
    writeFileSync(path, "x");
    expect(problemsOf({ ...complete, DISCORD_TOKEN_FILE: path })).toEqual([
      expect.stringMatching(/^DISCORD_TOKEN:/),
    ]);
  });
});

test(".env.example lists every variable with its default, and nothing else", () => {
  const lines = readFileSync(join(import.meta.dirname, "..", ".env.example"), "utf8").split("\n");
  const listed = lines.filter((line) => /^[A-Z]/.test(line));
  expect(listed).toEqual(variables.map(({ name, fallback }) => `${name}=${fallback}`));
  for (const { name } of variables) {
    expect(lines[lines.findIndex((line) => line.startsWith(`${name}=`)) - 1]).toMatch(/^# .{10,}/);
  }
});

test("README's table of variables names only what there is, with the same defaults", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| (?<names>`[A-Z_`, ]+`) \| (?<defaults>[^|]*)\|/gmu)];
  const defaults = new Map(variables.map(({ name, fallback }) => [name, fallback]));
  expect(rows.length).toBeGreaterThan(5);
  for (const { groups } of rows) {
    const names = groups?.["names"]?.match(/[A-Z_]+/g) ?? [];
    const shown =
      groups?.["defaults"]?.match(/(?<=`)[^`,]+(?=`)/g)?.filter((text) => text.trim() !== "") ?? [];
    expect(names.map((name) => defaults.get(name))).toEqual(names.map((_, index) => shown[index] ?? ""));
  }
});
