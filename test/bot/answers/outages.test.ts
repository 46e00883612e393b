import { expect, test, vi } from "vitest";

import { TranscriptionError } from "../../../src/transcription/errors.ts";
import { type BotStage, sayBytes, setBotStage } from "../bot-stage.ts";

/** The service is away until `end` is called. */
function serviceAway(stage: BotStage): { end(): void } {
  stage.script = async () => {
    throw new TranscriptionError("away", {
      reason: "service-unavailable",
      retryable: true,
      code: "SIS.0303",
    });
  };
  return {
    end: () => {
      stage.script = sayBytes;
    },
  };
}

/** So many notes have said that they wait, and do. */
async function waiting(stage: BotStage, notes: number): Promise<void> {
  await vi.waitFor(async () => {
    expect(await stage.jobs.depth()).toMatchObject({ later: notes, running: 0 });
  }, 10_000);
}

/** The words on show, without what is said about them. */
async function words(stage: BotStage, noteId: string, wanted: string): Promise<void> {
  await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).some(({ content }) => content.startsWith(`${wanted}\n`)),
  );
}

test("a note that waits for the service goes on at once when the service is back", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [3_600_000] } });
  const outage = serviceAway(stage);
  const [one, two] = [stage.note("one"), stage.note("two")];
  await waiting(stage, 2);
  outage.end();
  await stage.bot.serviceIsBack();
  await words(stage, one, "one");
  await words(stage, two, "two");
});

test("a note that waits for the service is tried again by the next process", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [3_600_000] } });
  const outage = serviceAway(stage);
  const noteId = stage.note("one");
  await waiting(stage, 1);
  outage.end();
  await stage.restart();
  await words(stage, noteId, "one");
});

test("an outage of Discord's, however long, uses up none of a note's attempts", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [1] } });
  stage.discord.failNext({ kind: "status", status: 503, method: "POST", path: "/channels/*", times: 60 });
  const noteId = stage.note("late");
  await words(stage, noteId, "late");
  expect(stage.discord.messages(noteId).filter(({ type }) => type === 0)).toHaveLength(1);
});

test("new notes do not wait behind missed ones that take long", async () => {
  await using stage = await setBotStage({ limits: { concurrency: 3, missedConcurrency: 2 } });
  await stage.answered(stage.note("first"));
  await stage.bot.stop(1000);
  const missed = ["a", "b", "c", "d"].map((name) => stage.note(`missed ${name}`));
  const { promise: over, resolve } = Promise.withResolvers<void>();
  stage.script = async (bytes, options) => {
    if (bytes.toString().startsWith("missed")) await over;
    return await sayBytes(bytes, options);
  };
  await stage.restart();
  await vi.waitFor(() => {
    expect(stage.heard.filter((name) => name.startsWith("missed"))).toHaveLength(2);
  }, 10_000);
  await stage.answered(stage.note("new"));
  resolve();
  for (const id of missed) await stage.answered(id);
});

test("an outage of Discord's uses up none of a command's attempts either", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [1] } });
  const { discord, channelId, personId: authorId } = stage;
  const file = { filename: "talk.ogg", contentType: "audio/ogg", bytes: Buffer.from("late") };
  const { id: targetId } = discord.postMessage({ channelId, authorId, content: "", attachments: [file] });
  discord.failNext({ kind: "status", status: 503, method: "PATCH", path: "/webhooks/*", times: 40 });
  const { id } = discord.runMenu({ channelId, userId: authorId, targetId, name: "Transcribe" });
  await discord.waitFor(() =>
    discord.interactionReplies(id).some(({ content }) => content.startsWith("late\n")),
  );
});
