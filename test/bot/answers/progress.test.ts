import { expect, test } from "vitest";

import { defaultLimits } from "../../../src/bot/limits.ts";
import type { RecognizedClip, TranscribeOptions } from "../../../src/transcription/transcriber.ts";
import { setBotStage, transcriptOf } from "../bot-stage.ts";

const quick = { showAfterMs: 20, editEveryMs: 20, troubleAfterMs: 20 };

function clip(index: number, text = `part ${index}`): RecognizedClip {
  return {
    index,
    startMs: index * 1000,
    endMs: index * 1000 + 900,
    text,
    confidence: 0.9,
    words: null,
    requestId: null,
    recognizer: "sis",
  };
}

/** Recognizes a clip whenever the test says so. */
function byHand(clips: number): {
  readonly next: () => void;
  readonly script: (bytes: Buffer, options: TranscribeOptions) => Promise<ReturnType<typeof transcriptOf>>;
} {
  const gates = Array.from({ length: clips }, () => Promise.withResolvers<void>());
  let opened = 0;
  return {
    next: () => gates[opened++]?.resolve(),
    async script(_, { onProgress, onClip }) {
      onProgress?.({ clipsDone: 0, clips });
      for (const [index, gate] of gates.entries()) {
        await gate.promise;
        await onClip?.(clip(index));
        onProgress?.({ clipsDone: index + 1, clips });
      }
      return transcriptOf("all the words");
    },
  };
}

test("a long note shows how many parts are done, in the message that becomes the answer", async () => {
  await using stage = await setBotStage({ limits: { ...quick, editEveryMs: 1 } });
  const { next, script } = byHand(3);
  stage.script = script;
  const noteId = stage.note("long");
  const shows = (line: string): Promise<{ readonly id: string }> =>
    stage.discord.waitFor(() =>
      (stage.discord.world.channels.has(noteId) ? stage.discord.messages(noteId) : []).find(({ content }) =>
        content.startsWith(line),
      ),
    );
  const { id } = await shows("Listening… 0 of 3 parts");
  next();
  await shows("Listening… 1 of 3 parts");
  next();
  await shows("Listening… 2 of 3 parts");
  next();
  const answer = await stage.answered(noteId);
  expect(answer.map((message) => [message.id, message.content.split("\n")[0]])).toEqual([
    [id, "all the words"],
  ]);
});

test("between two edits there are at least the 2 s that members are promised", async () => {
  await using stage = await setBotStage({ limits: { showAfterMs: 1, editEveryMs: 300 } });
  const { next, script } = byHand(6);
  stage.script = async (bytes, options) => {
    const ticking = setInterval(next, 40);
    try {
      return await script(bytes, options);
    } finally {
      clearInterval(ticking);
    }
  };
  await stage.answered(stage.note("long"));
  const edits = stage.discord.journal.filter(({ method }) => method === "PATCH").map(({ atMs }) => atMs);
  const gaps = edits.slice(1).map((atMs, index) => atMs - (edits[index] ?? 0));
  expect(gaps.every((gapMs) => gapMs >= 290)).toBe(true);
});

test("one part that takes long says so after a moment", async () => {
  await using stage = await setBotStage({ limits: quick });
  const { next, script } = byHand(1);
  stage.script = script;
  const noteId = stage.note("slow");
  await stage.discord.waitFor(() =>
    (stage.discord.world.channels.has(noteId) ? stage.discord.messages(noteId) : []).find(
      ({ content }) => content === "Listening…",
    ),
  );
  next();
  expect((await stage.answered(noteId)).map(({ content }) => content.split("\n")[0])).toEqual([
    "all the words",
  ]);
});

const failure = {
  attempt: 1,
  code: "SIS.0303",
  httpStatus: 500,
  requestId: "0f1e2d3c",
  nextTryInMs: 20_000,
} as const;

test("trouble that heals within 5 s is never shown", async () => {
  const { troubleAfterMs } = defaultLimits;
  expect(troubleAfterMs).toBe(5000);
  await using stage = await setBotStage({ limits: { showAfterMs: 1, editEveryMs: 1, troubleAfterMs } });
  const contents = (id: string): readonly string[] =>
    stage.discord.world.channels.has(id) ? stage.discord.messages(id).map(({ content }) => content) : [];
  const shows = (line: string): Promise<unknown> =>
    stage.discord.waitFor(() => contents(noteId).find((content) => content.startsWith(line)));
  stage.script = async (_, { onFailedAttempt, onClip, onProgress }) => {
    onProgress?.({ clipsDone: 0, clips: 2 });
    onFailedAttempt?.(failure);
    await shows("Listening… 0 of 2 parts");
    onProgress?.({ clipsDone: 1, clips: 2 });
    await shows("Listening… 1 of 2 parts");
    await onClip?.(clip(0));
    return transcriptOf("fine after all");
  };
  const noteId = stage.note("x");
  const seen: string[] = [];
  const stop = stage.discord.world.onChange(() => seen.push(...contents(noteId)));
  await stage.answered(noteId);
  stop();
  expect(seen.some((content) => content.includes("SIS.0303"))).toBe(false);
});

test("trouble that lasts is told in its own words while it is being tried again, and then gives way to the words", async () => {
  await using stage = await setBotStage({ limits: quick });
  const healed = Promise.withResolvers<void>();
  stage.script = async (_, { onFailedAttempt, onClip }) => {
    onFailedAttempt?.(failure);
    await healed.promise;
    await onClip?.(clip(0));
    return transcriptOf("fine after all");
  };
  const noteId = stage.note("x");
  const told = await stage.discord.waitFor(() =>
    (stage.discord.world.channels.has(noteId) ? stage.discord.messages(noteId) : []).find(({ content }) =>
      content.includes("SIS.0303"),
    ),
  );
  expect(told.content).toContain("I'll write the transcript here as soon as it answers.");
  expect(told.content).toMatch(/-# SIS\.0303 · trace 0f1e2d3c .*next try in 20 s/);
  expect(told.components).toEqual([]);
  healed.resolve();
  const answer = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("fine after all")),
  );
  expect(answer.id).toBe(told.id);
});

test("when trouble is over the words follow at once, without a step back to listening", async () => {
  await using stage = await setBotStage({ limits: quick });
  const healed = Promise.withResolvers<void>();
  stage.script = async (_, { onProgress, onFailedAttempt, onClip }) => {
    onProgress?.({ clipsDone: 0, clips: 1 });
    onFailedAttempt?.(failure);
    await healed.promise;
    await onClip?.(clip(0));
    onProgress?.({ clipsDone: 1, clips: 1 });
    return transcriptOf("fine after all");
  };
  const noteId = stage.note("x");
  const shown = (): string | undefined =>
    stage.discord.world.channels.has(noteId)
      ? stage.discord.messages(noteId).find(({ type }) => type === 0)?.content
      : undefined;
  await stage.discord.waitFor(() => shown()?.includes("SIS.0303"));
  const after: (string | undefined)[] = [];
  const stop = stage.discord.world.onChange(() => after.push(shown()?.split("\n")[0]));
  healed.resolve();
  await stage.discord.waitFor(() => shown()?.startsWith("fine after all"));
  stop();
  expect(after.filter((line) => line?.startsWith("Listening"))).toEqual([]);
});
