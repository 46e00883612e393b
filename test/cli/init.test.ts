import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { root, setStage, type Stage } from "../e2e/bot-process.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder = "";
let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ sis: { recognize: () => ({ text: "one two three", score: 0.9 }) } });
});
afterAll(async () => stage[Symbol.asyncDispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = [process.execPath, join(root, "src/cli.ts"), "init"];

/** Where the services are: nobody is asked for that. */
function around(): Record<string, string> {
  const { DISCORD_API_URL = "", SIS_ENDPOINT = "", IAM_ENDPOINT = "" } = stage.env;
  return { PATH: String(process.env["PATH"]), DISCORD_API_URL, SIS_ENDPOINT, IAM_ENDPOINT };
}

/** Types the answers, each once the question before it was asked; gives what was on the screen. */
async function interview(
  answers: readonly string[],
  command: readonly string[] = program,
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: folder,
    env: around(),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let shown = "";
  let [asked, next] = [0, 0];
  const hear = (text: string): void => {
    shown += text;
    // A prompt ends its line; at a terminal, readline draws it with control characters behind it.
    const questions = shown.match(/: (?=\r?$|\p{Cc})/gmu)?.length ?? 0;
    if (questions <= asked) return;
    asked = questions;
    const answer = answers[next++];
    if (answer === undefined) child.stdin.end();
    else child.stdin.write(`${answer}\n`);
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const [code] = await once(child, "close");
  return { code: code as number | null, shown };
}

function written(): Record<string, string | undefined> {
  return parseEnv(readFileSync(join(folder, ".env"), "utf8"));
}

const sisAnswers = (): string[] => ["", "", "", "yes", stage.sis.account.accessKey];

test("asks for what the bot needs, tries it, and writes a file that only its owner can read", async () => {
  const { accessKey, secretKey } = stage.sis.account;
  const { token } = stage.discord.application;
  const { code, shown } = await interview(["", token, ...sisAnswers(), secretKey]);
  expect(shown).toMatch(/ok +Discord token: it is/);
  expect(shown).toMatch(/ok +Recognizer sis: .*heard a second of speech/);
  expect(code).toBe(0);
  expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
  expect(written()).toEqual({
    DISCORD_TOKEN: token,
    RECOGNIZER: "sis",
    SIS_REGION: "ap-southeast-3",
    SIS_PROPERTY: "english_16k_common",
    HUAWEICLOUD_SDK_AK: accessKey,
    HUAWEICLOUD_SDK_SK: secretKey,
    DATA_DIR: "./data",
  });
});

test("a token that Discord refuses and keys that SIS refuses are asked for again", async () => {
  const { secretKey } = stage.sis.account;
  const { token } = stage.discord.application;
  const again = ["", "", "yes", stage.sis.account.accessKey, secretKey];
  const { code, shown } = await interview([
    "",
    "wrong",
    "yes",
    token,
    ...sisAnswers(),
    "wrong",
    "yes",
    ...again,
  ]);
  expect(shown).toMatch(/broken +Discord token: Discord refuses it/);
  expect(shown).toMatch(/broken +Recognizer sis: .*APIG\./);
  expect(written()["DISCORD_TOKEN"]).toBe(token);
  expect(written()["HUAWEICLOUD_SDK_SK"]).toBe(secretKey);
  expect(code).toBe(0);
});

test("a file that is there stays unless it may be replaced, and then it is kept", async () => {
  writeFileSync(join(folder, ".env"), "RECOGNIZER=pocketsphinx\n");
  expect(await interview(["no"])).toMatchObject({
    code: 0,
    shown: expect.stringMatching(/Nothing was changed/),
  });
  expect(written()).toEqual({ RECOGNIZER: "pocketsphinx" });

  const { token } = stage.discord.application;
  expect((await interview(["yes", "", token, ""])).code).toBe(0);
  expect(written()["DISCORD_TOKEN"]).toBe(token);
  const kept = readdirSync(folder).find((name) => name.startsWith(".env.before-")) ?? "";
  expect(readFileSync(join(folder, kept), "utf8")).toBe("RECOGNIZER=pocketsphinx\n");
});

test("whoever goes away in between has nothing written", async () => {
  const { code, shown } = await interview([""]);
  expect(shown).toMatch(/nothing was written/);
  expect(code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.startsWith(".env"))).toEqual([]);
});

test("at a terminal, secrets are not shown while they are typed", async () => {
  const { secretKey } = stage.sis.account;
  const { token } = stage.discord.application;
  const terminal = ["script", "-qefc", program.join(" "), "/dev/null"];
  const { code, shown } = await interview(["", token, ...sisAnswers(), secretKey], terminal);
  expect(shown).toMatch(/ok +Recognizer sis/);
  expect(shown).not.toContain(token);
  expect(shown).not.toContain(secretKey);
  expect(written()["DISCORD_TOKEN"]).toBe(token);
  expect(code).toBe(0);
});
