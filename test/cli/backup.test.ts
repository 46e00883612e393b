import { join } from "node:path";

import { expect, test } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { runNode, setStage } from "../e2e/bot-process.ts";

test("a bot that runs is backed up, refuses to be restored, and knows after a restore what it answered", async () => {
  await using stage = await setStage({ sis: { recognize: () => ({ text: "the words", score: 0.9 }) } });
  const earshot = (...args: string[]): ReturnType<typeof runNode>["ended"] =>
    runNode("src/cli.ts", args, stage.env, stage.dataDir).ended;
  const bot = await stage.startBot();
  const note = await encodeVoiceNote((await synthesize(clearSentences[0] ?? "")).samples);
  const id = stage.post(note);
  await stage.answer(id, /^-# /mu);

  const path = join(stage.dataDir, "earshot.backup");
  expect(await earshot("backup", path)).toMatchObject({ code: 0, stderr: "" });
  expect(await earshot("backup", path)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there already/),
  });
  expect(await earshot("restore", path)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/stop it first/),
  });

  bot.kill("SIGTERM");
  await bot.ended;
  expect(await earshot("restore", path)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/What was there is kept in/),
  });
  await stage.startBot();
  const second = stage.post(note);
  await stage.answer(second, /^-# /mu);
  expect(stage.answers(id)).toHaveLength(1);
}, 120_000);

test.each([
  ["no file", ["backup"]],
  ["two files", ["restore", "one", "two"]],
  ["an unknown option", ["backup", "file", "--loud"]],
])("a wrong call ends with 2: %s", async (_, args) => {
  expect((await runNode("src/cli.ts", args, {}).ended).code).toBe(2);
});
