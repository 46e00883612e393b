import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { createHeardBefore, type HeardBefore, type Hearing } from "../../../src/bot/answers/heard-before.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { transcriptOf } from "../bot-stage.ts";

const hearing: Hearing = {
  sha256: "0".repeat(64),
  identity: "sis:english_16k_common:punc=yes",
  source: { memberId: "1", messageId: "2" },
  keepMs: 60_000,
  signal: new AbortController().signal,
};

async function start(): Promise<{ readonly before: HeardBefore; readonly store: Store }> {
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-heard-"));
  const store = await openStore({ dataDir });
  onTestFinished(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { before: createHeardBefore(store.cache), store };
}

test("what the recognizer itself heard is not heard again", async () => {
  const { before } = await start();
  await before.transcribe(hearing, async () => Promise.resolve(transcriptOf("words")));
  const again = await before.transcribe(hearing, async () => Promise.resolve(transcriptOf("other words")));
  expect(again.transcript).toMatchObject({ text: "words", requests: 0 });
});

test.each(["pocketsphinx", "sis+pocketsphinx"])(
  "what %s heard in its place is kept for its answer, but not taken for the recognizer's own",
  async (recognizer) => {
    const { before, store } = await start();
    const standIn = transcriptOf("words", { recognizer });
    const { key } = await before.transcribe(hearing, async () => Promise.resolve(standIn));
    expect(await store.cache.get(key ?? "")).toContain('"words"');
    expect(await before.find(hearing)).toBeUndefined();
    const again = await before.transcribe(hearing, async () => Promise.resolve(transcriptOf("better words")));
    expect(again.transcript.text).toBe("better words");
  },
);
