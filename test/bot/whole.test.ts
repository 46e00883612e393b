import { expect, test } from "vitest";

import { TranscriptionError } from "../../src/transcription/errors.ts";
import type { WholeProgress, WholeRecordings, WholeStep } from "../../src/transcription/whole-recording.ts";
import { answerTo } from "../commands/asking.ts";
import { type BotStage, setBotStage, transcriptOf } from "./bot-stage.ts";

const laid = {
  ticket: "t",
  bytes: 1,
  durationMs: 900_000,
  soundStartMs: 0,
  soundEndMs: 900_000,
  lostMs: 0,
  cutShort: false,
  tries: 1,
  requests: 1,
  sinceMs: 0,
};
const handedIn: WholeProgress = { type: "handed-in", taskId: "1", troubles: 0, ...laid };
const words: WholeStep = {
  type: "words",
  transcript: transcriptOf("all of it", { recognizer: "alibaba", confidence: null, durationMs: 900_000 }),
};
const waiting = (stage: "queued" | "running", afterMs = 60_000): WholeStep => ({
  type: "waiting",
  stage,
  afterMs,
});

/** A service for whole recordings that takes the steps it is told, and what it was asked. */
interface Scripted extends WholeRecordings {
  readonly progressSeen: (WholeProgress | null)[];
  readonly discarded: unknown[];
  readonly files: string[];
}

function scripted(...steps: readonly WholeStep[]): Scripted {
  const left = [...steps];
  const whole: Scripted = {
    recognizer: "alibaba",
    host: "alibaba.example",
    identity: "alibaba:test",
    longMs: 10 * 60_000,
    progressSeen: [],
    discarded: [],
    files: [],
    hears: (language) => language === undefined || language === "en",
    async step({ progress, file, save }) {
      whole.progressSeen.push(progress);
      if (progress === null) whole.files.push(await file());
      const step = left.shift() ?? { type: "in-clips" };
      await save(step.type === "refused" ? { type: "in-clips" } : handedIn);
      return step;
    },
    async discard(progress) {
      await Promise.resolve(whole.discarded.push(progress?.type));
    },
    async discardOf(whose) {
      await Promise.resolve(whole.discarded.push(whose));
    },
  };
  return whole;
}

const isOf = (whose: object) => (one: unknown) => JSON.stringify(one) === JSON.stringify(whose);

const long = { durationSecs: 15 * 60 };

/** The note's answer, once it matches. */
async function answerLike(stage: BotStage, noteId: string, pattern: RegExp): Promise<string> {
  const { discord } = stage;
  const ours = (): readonly string[] =>
    discord.world.channels.has(noteId)
      ? discord
          .messages(noteId)
          .flatMap(({ author, type, content }) =>
            author.id === discord.application.botId && type === 0 ? [content] : [],
          )
      : [];
  return await discord.waitFor(() => ours().find((content) => pattern.test(content)), {
    what: `an answer like ${pattern.source}`,
  });
}

test("a long note says where it is, once for each place, and is answered with the service's name", async () => {
  const whole = scripted(waiting("queued", 1), waiting("queued", 1), waiting("running", 1), words);
  await using stage = await setBotStage({ bot: { whole } });
  const before = stage.calls().length;
  const id = stage.note("sounds", long);
  expect(await answerLike(stage, id, /^all of it\n/)).toMatch(/^-# no score · 15:00 · Alibaba/mu);
  expect(whole.progressSeen.map((progress) => progress?.type)).toEqual([
    undefined,
    "handed-in",
    "handed-in",
    "handed-in",
  ]);
  // The thread, two places, the words: what does not change is not said again.
  const edits = stage
    .calls()
    .slice(before)
    .filter((call) => call.startsWith("PATCH /channels/:channel/messages"));
  expect(edits).toHaveLength(2);
  expect(stage.heard).toEqual([]);
});

test("its file is fetched once, and not again to ask", async () => {
  const whole = scripted(waiting("queued", 1), waiting("queued", 1), words);
  await using stage = await setBotStage({ bot: { whole } });
  await answerLike(stage, stage.note("sounds", long), /^all of it\n/);
  expect(whole.files).toHaveLength(1);
  expect(stage.discord.journal.filter(({ surface }) => surface === "cdn")).toHaveLength(1);
});

test("a service that refuses is explained, and clips follow", async () => {
  const error = new TranscriptionError("refused", {
    reason: "service-rejected",
    code: "ALIBABA.41050001",
    retryable: false,
  });
  const whole = scripted({ type: "refused", error });
  await using stage = await setBotStage({ bot: { whole } });
  const go = Promise.withResolvers<void>();
  stage.script = async () => {
    await go.promise;
    return transcriptOf("in clips");
  };
  const id = stage.note("sounds", long);
  const why = await answerLike(stage, id, /piece by piece instead/);
  expect(why).toContain("listening time at the speech service is used up");
  expect(why).toMatch(/^-# ALIBABA\.41050001$/mu);
  go.resolve();
  expect(await answerLike(stage, id, /^in clips\n/)).toContain("· SIS");
});

test("a short note, and one in a language the service does not hear, never get there", async () => {
  const whole = scripted();
  await using stage = await setBotStage({ bot: { whole } });
  await answerLike(stage, stage.note("short", { durationSecs: 600 }), /^short\n/);
  const file = { filename: "talk.ogg", contentType: "audio/ogg", bytes: Buffer.from("x".repeat(900_000)) };
  const { id } = stage.discord.runCommand({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "transcribe",
    options: { file, language: "fr" },
  });
  await answerTo(stage, id);
  expect(whole.progressSeen).toEqual([]);
});

test("the server is told who gets its long recordings", async () => {
  const whole = scripted(words);
  const recognizer = {
    name: "sis",
    host: "sis.example",
    long: { name: "alibaba", host: "alibaba.example", minutes: 10 },
  };
  await using stage = await setBotStage({ bot: { whole, recognizer } });
  expect(await answerLike(stage, stage.note("sounds", long), /^all of it\n/)).toMatch(
    /SIS \(sis\.example\)[^]*longer than 10 minutes are sent to Alibaba \(alibaba\.example\)/,
  );
});

test("whoever opts out while it waits is taken off the service's shelf at once", async () => {
  const whole = scripted(waiting("queued"));
  await using stage = await setBotStage({ bot: { whole } });
  const { discord, personId, channelId } = stage;
  const id = stage.note("sounds", long);
  await answerLike(stage, id, /waiting in line there/);
  discord.runCommand({ userId: personId, channelId, name: "privacy opt-out" });
  await discord.waitFor(() => whole.discarded.some(isOf({ memberId: personId })), {
    what: "the shelf to be cleared",
  });
  await stage.jobs.wakeAll("note");
  await discord.waitFor(() => stage.logged.some(({ message }) => message === "note no longer wanted"));
  expect(whole.progressSeen).toHaveLength(1);
});

test("a deleted note, and a request that is cancelled, are taken off it too", async () => {
  const whole = scripted(waiting("queued"), waiting("queued"));
  await using stage = await setBotStage({ bot: { whole } });
  const { discord, personId, channelId } = stage;
  const noteId = stage.note("sounds", long);
  await answerLike(stage, noteId, /waiting in line there/);
  discord.deleteMessage(channelId, noteId);
  await discord.waitFor(() => whole.discarded.some(isOf({ kind: "note", key: noteId })), {
    what: "the note's recording to go",
  });
  const file = { filename: "talk.ogg", contentType: "audio/ogg", bytes: Buffer.from("x".repeat(900_000)) };
  const { id } = discord.runCommand({ userId: personId, channelId, name: "transcribe", options: { file } });
  const reply = await discord.waitFor(() =>
    discord.interactionReplies(id).find(({ content }) => content.includes("waiting in line there")),
  );
  discord.clickButton({ messageId: reply.id, userId: personId, label: "Cancel" });
  await discord.waitFor(() => whole.discarded.some(isOf({ kind: "request", key: id })), {
    what: "the request's recording to go",
  });
});
