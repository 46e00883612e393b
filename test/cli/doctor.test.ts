import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { runNode, setStage, type Stage } from "../e2e/bot-process.ts";
import { startRedis } from "../servers/redis.ts";

vi.setConfig({ testTimeout: 60_000 });

interface Finding {
  readonly about: string;
  readonly status: string;
  readonly said: string;
  readonly mend?: string;
}

let folder = "";
let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ sis: { recognize: () => ({ text: "one two three", score: 0.9 }) } });
});
afterAll(async () => stage[Symbol.asyncDispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-doctor-"));
});
afterEach(() => {
  stage.sis.clearFaults();
  rmSync(folder, { recursive: true });
});

/** What the doctor says, and how it ends. */
async function examine(env: Record<string, string>): Promise<{
  readonly code: number | null;
  readonly findings: readonly Finding[];
  readonly printed: string;
}> {
  const { code, stdout, stderr } = await runNode("src/cli.ts", ["doctor", "--json"], env, folder).ended;
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as { readonly ok: boolean; readonly findings: readonly Finding[] };
  expect(report.ok).toBe(code === 0);
  return { code, findings: report.findings, printed: stdout };
}

function about(findings: readonly Finding[], what: RegExp): Finding | undefined {
  return findings.find((finding) => what.test(finding.about));
}

test("everything in order ends with 0, after one real call that the recognizer heard", async () => {
  stage.sis.forgetRequests();
  const { code, findings } = await examine(stage.env);
  expect(findings.filter(({ status }) => status === "broken")).toEqual([]);
  expect(about(findings, /^Recognizer sis/)).toMatchObject({
    status: "ok",
    said: expect.stringMatching(/90 % sure/),
  });
  expect(about(findings, /^Message Content/)?.status).toBe("ok");
  expect(about(findings, /^Voice encryption/)?.status).toBe("ok");
  expect(stage.sis.requests.filter(({ endpoint }) => endpoint === "short-audio")).toHaveLength(1);
  expect(code).toBe(0);
});

test("nothing configured is a list of what to set, and ends with 1", async () => {
  const { code, findings } = await examine({});
  expect(about(findings, /^Discord token/)).toMatchObject({ status: "broken", mend: expect.any(String) });
  expect(about(findings, /^Configuration HUAWEICLOUD_SDK_AK/)?.status).toBe("broken");
  expect(about(findings, /^Decoding/)?.status).toBe("ok");
  expect(code).toBe(1);
});

test("a value that makes no sense is named, and what does not need it is looked at", async () => {
  const { code, findings } = await examine({ ...stage.env, SIS_MAX_QPS: "many" });
  expect(about(findings, /^Configuration SIS_MAX_QPS/)?.status).toBe("broken");
  expect(about(findings, /^ffmpeg/)).toBeDefined();
  expect(code).toBe(1);
});

describe("Discord", () => {
  test("a token that is refused says where to make a new one, and does not show it", async () => {
    const token = "wrong.token.here";
    const { code, findings, printed } = await examine({ ...stage.env, DISCORD_TOKEN: token });
    expect(about(findings, /^Discord token/)).toMatchObject({
      status: "broken",
      mend: expect.stringMatching(/Reset Token/),
    });
    expect(printed).not.toContain(token);
    expect(code).toBe(1);
  });

  test("the intent that is off is told, with the page where it is switched on", async () => {
    const app = stage.discord.createApplication({ name: "Deaf", messageContent: false });
    const { findings } = await examine({ ...stage.env, DISCORD_TOKEN: app.token });
    expect(about(findings, /^Message Content/)).toMatchObject({
      status: "broken",
      mend: expect.stringMatching(/Privileged Gateway Intents/),
    });
  });

  test("a server whose permissions are missing is named with them, and with the link that has them", async () => {
    const owner = stage.discord.createUser({ username: "owner" });
    const app = stage.discord.createApplication({ name: "Lacking" });
    const guild = stage.discord.createGuild({ name: "Strict", ownerId: owner.id });
    stage.discord.addMember({ guildId: guild.id, userId: app.botId });
    stage.discord.setRolePermissions(guild.id, guild.id, ["viewChannel", "sendMessages"]);
    const { code, findings } = await examine({ ...stage.env, DISCORD_TOKEN: app.token });
    const server = about(findings, /^Server Strict/);
    expect(server?.said).toMatch(/lacks Read Message History, Create Public Threads/);
    expect(server?.mend).toContain(`client_id=${app.id}`);
    expect(code).toBe(1);
  });

  test("what a proxy in Discord's place does not know is left out, and nothing is broken by it", async () => {
    stage.discord.failNext({ kind: "status", status: 404, path: "/applications/@me" });
    stage.discord.failNext({ kind: "status", status: 404, path: "/users/@me/guilds*" });
    const { code, findings } = await examine(stage.env);
    expect(about(findings, /^Discord token/)?.status).toBe("ok");
    expect(about(findings, /^Message Content/)?.status).toBe("skipped");
    expect(about(findings, /^Servers/)?.status).toBe("skipped");
    expect(code).toBe(0);
  });

  test("a Discord that is out of reach is told apart from a wrong token", async () => {
    const { findings } = await examine({ ...stage.env, DISCORD_API_URL: "http://127.0.0.1:9/api" });
    expect(about(findings, /^Discord$/)).toMatchObject({
      status: "broken",
      said: expect.stringMatching(/could not be reached/),
    });
  });
});

describe("the speech service", () => {
  test("keys that it refuses are explained with their code", async () => {
    const { code, findings } = await examine({ ...stage.env, HUAWEICLOUD_SDK_SK: "wrong" });
    expect(about(findings, /^Recognizer sis/)).toMatchObject({
      status: "broken",
      said: expect.stringMatching(/APIG\./),
    });
    expect(code).toBe(1);
  });

  test("a package that is used up is explained with its code", async () => {
    stage.sis.failNext({ kind: "code", code: "APIG.0501", httpStatus: 405, times: "always" });
    const { findings } = await examine(stage.env);
    expect(about(findings, /^Recognizer sis/)?.said).toMatch(/APIG\.0501/);
  });

  test("one that is down is told after one call, without waiting for retries", async () => {
    stage.sis.forgetRequests();
    stage.sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
    const { findings } = await examine(stage.env);
    expect(about(findings, /^Recognizer sis/)?.status).toBe("broken");
    expect(stage.sis.requests.filter(({ endpoint }) => endpoint === "short-audio")).toHaveLength(1);
  });
});

describe("this machine", () => {
  test("a data folder that cannot be written is told, and the call that needs it is left out", async () => {
    const { findings } = await examine({ ...stage.env, DATA_DIR: "/proc/nowhere" });
    expect(about(findings, /^Data folder/)?.status).toBe("broken");
    expect(about(findings, /^Recognizer sis/)?.status).toBe("skipped");
  });

  test("a database server that does not answer is told, without its password", async () => {
    const url = "postgres://earshot:hunter2@127.0.0.1:9/earshot";
    const { findings, printed } = await examine({ ...stage.env, DATABASE_URL: url });
    expect(about(findings, /^PostgreSQL/)).toMatchObject({ status: "broken", mend: expect.any(String) });
    expect(printed).not.toContain("hunter2");
  });

  test("a Redis server is told of, and that it would throw work away, and that it is gone", async () => {
    await using redis = await startRedis();
    const env = { ...stage.env, REDIS_URL: redis.url };
    const found = (await examine(env)).findings;
    expect(about(found, /^Redis$/)?.status).toBe("ok");
    expect(about(found, /^Redis's (?:memory|disk)/)).toBeUndefined();

    const client = new Redis(redis.url);
    await client.config("SET", "maxmemory-policy", "allkeys-lru");
    client.disconnect();
    expect(about((await examine(env)).findings, /^Redis's memory/)?.status).toBe("broken");

    await redis.stop();
    expect(about((await examine(env)).findings, /^Redis$/)?.status).toBe("broken");
  });

  test("a port of another program is told", async () => {
    const other = createServer((_, answer) => answer.end("hello")).listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = String(typeof address === "object" && address ? address.port : 0);
    const { findings } = await examine({ ...stage.env, HTTP_PORT: port });
    expect(about(findings, /^HTTP port/)).toMatchObject({
      status: "broken",
      mend: expect.stringMatching(/HTTP_PORT/),
    });
    other.close();
  });
});

test("a line for a person says what is so and what mends it", async () => {
  const { stdout } = await runNode("src/cli.ts", ["doctor"], {}, folder).ended;
  expect(stdout).toMatch(/^broken {3}Discord token: there is none → copy it from/m);
  expect(stdout).toMatch(/^ok {7}Node: v\d+/m);
});

test("a wrong call ends with 2", async () => {
  const { code, stderr } = await runNode("src/cli.ts", ["doctor", "--loud"], {}, folder).ended;
  expect(stderr).toMatch(/^earshot: /);
  expect(code).toBe(2);
});
