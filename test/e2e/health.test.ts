import { afterEach, expect, test } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { type RunningProcess, setStage, type Stage } from "./bot-process.ts";

let stage: Stage | undefined;

afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

const scripted = { sis: { recognize: () => ({ text: "the words", score: 0.9 }) } };

/** Where the bot says that its pages are. */
function addressOf(bot: RunningProcess): string {
  const lines = bot.stdout().trim().split("\n");
  const line = lines.find((one) => one.includes('"event":"web"')) ?? "{}";
  return String((JSON.parse(line) as { address?: string }).address);
}

interface Ready {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>;
}

async function askReady(address: string): Promise<Ready> {
  const answer = await fetch(`${address}/readyz`);
  const body = (await answer.json()) as Ready;
  expect(answer.status).toBe(body.ready ? 200 : 503);
  return body;
}

test("a running bot is ready, counts what it did, and says when Discord or the speech service is gone", async () => {
  stage = await setStage(scripted);
  const bot = await stage.startBot({ SIS_TIMEOUT_SECONDS: "1" });
  const address = addressOf(bot);
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  const patience = { timeout: 30_000 };
  await expect.poll(async () => (await askReady(address)).ready, patience).toBe(true);

  // The same recording is heard once: each note says something else.
  const [note, ...more] = await Promise.all(
    clearSentences.slice(0, 4).map(async (text) => encodeVoiceNote((await synthesize(text)).samples)),
  );
  if (!note) throw new Error("there is nothing to say");
  await stage.answer(stage.post(note), /^-# /mu);
  const read = async (): Promise<string> => (await fetch(`${address}/metrics`)).text();
  await expect.poll(read, patience).toMatch(/^earshot_answers_total\{asked="note",outcome="words"\} 1$/m);
  const metrics = await read();
  expect(metrics).toMatch(/^earshot_recognizer_calls_total\{.*lane="note",outcome="ok",code=""\} 1$/m);
  expect(metrics).toMatch(/^earshot_servers 1$/m);
  expect(metrics).toMatch(/^earshot_quota_allowed_per_second 3$/m);
  for (const secret of [stage.guildId, stage.channelId, stage.authorId, "the words"])
    expect(metrics).not.toContain(secret);

  stage.sis.failNext({ kind: "status", httpStatus: 500, times: "always" });
  for (const one of more) stage.post(one);
  await expect
    .poll(async () => (await askReady(address)).checks["recognizer"], patience)
    .toMatchObject({ ok: false, reason: "the speech service is down" });
  expect((await askReady(address)).checks["gateway"]).toMatchObject({ ok: true });

  stage.discord.gateway.hold();
  stage.discord.gateway.drop({ how: "close", code: 1001, resumable: false });
  await expect
    .poll(async () => (await askReady(address)).checks["gateway"], patience)
    .toMatchObject({ ok: false, reason: expect.stringMatching(/no connection/) });
}, 120_000);
