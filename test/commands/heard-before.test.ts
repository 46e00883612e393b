import { expect, test, vi } from "vitest";

import { type BotStage, sayBytes, setBotStage, transcriptOf } from "../bot/bot-stage.ts";
import { answerTo, postRecordings, transcribeMenu, upload } from "./asking.ts";

/** The words of an answer, without what is said about them. */
async function wordsOf(stage: BotStage, interactionId: string): Promise<string | undefined> {
  return (await answerTo(stage, interactionId))[0]?.content.split("\n")[0];
}

test("the same recording is heard once, whoever asks and wherever it lies", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  expect(await wordsOf(stage, upload(stage, "said once"))).toBe("said once");
  const message = postRecordings(stage, { "other-name.ogg": "said once" });
  expect(await wordsOf(stage, transcribeMenu(stage, message))).toBe("said once");
  const noteId = stage.note("said once");
  expect((await stage.answered(noteId))[0]?.content).toMatch(/^said once\n/);
  expect(stage.heard).toEqual(["said once"]);
});

test("other settings of the recognizer hear it anew", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  await wordsOf(stage, upload(stage, "hello"));
  await wordsOf(stage, upload(stage, "hello", { language: "fr" }));
  expect(stage.heard).toEqual(["hello", "hello"]);
});

test("who asks while it is being heard gets the same answer, and if that comes to nothing their own", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const begun = Promise.withResolvers<void>();
  let calls = 0;
  stage.script = async (bytes, options) => {
    begun.resolve();
    const gate = gates[calls++];
    options.signal.addEventListener("abort", () => gate?.reject(options.signal.reason));
    await gate?.promise;
    return await sayBytes(bytes, options);
  };
  const first = upload(stage, "popular");
  await begun.promise;
  const second = upload(stage, "popular");
  const third = upload(stage, "popular");
  await stage.discord.waitFor(
    () =>
      stage.discord.journal.filter(({ surface, status }) => surface === "cdn" && status === 200).length === 3,
  );
  const shown = await stage.discord.waitFor(() =>
    stage.discord.interactionReplies(first).find(({ components }) => components.length > 0),
  );
  stage.discord.clickButton({ messageId: shown.id, userId: stage.personId, label: "Cancel" });
  await vi.waitFor(() => expect(calls).toBe(2), 10_000);
  gates[1]?.resolve();
  expect([await wordsOf(stage, second), await wordsOf(stage, third)]).toEqual(["popular", "popular"]);
  expect(stage.heard).toEqual(["popular", "popular"]);
});

test("what was heard in a message is forgotten with it", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  const messageId = postRecordings(stage, { "a.ogg": "regretted" });
  await wordsOf(stage, transcribeMenu(stage, messageId));
  stage.discord.deleteMessage(stage.channelId, messageId);
  await vi.waitFor(async () => {
    expect(await stage.store.database.selectFrom("cached_transcript").selectAll().execute()).toEqual([]);
  });
});

test("what was heard in a forward is forgotten with the message it was first in", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  const { discord, channelId, personId: authorId } = stage;
  const messageId = postRecordings(stage, { "a.ogg": "passed on" });
  const forward = discord.forward({ channelId, authorId, fromChannelId: channelId, messageId });
  await wordsOf(stage, transcribeMenu(stage, forward.id));
  discord.deleteMessage(channelId, messageId);
  await vi.waitFor(async () => {
    expect(await stage.store.database.selectFrom("cached_transcript").selectAll().execute()).toEqual([]);
  });
});

test("whoever opts out takes along what is kept of theirs", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  await wordsOf(stage, transcribeMenu(stage, postRecordings(stage, { "a.ogg": "mine" })));
  const { personId: userId, channelId } = stage;
  const { id } = stage.discord.runCommand({ userId, channelId, name: "privacy opt-out" });
  await answerTo(stage, id);
  expect(await stage.store.database.selectFrom("cached_transcript").selectAll().execute()).toEqual([]);
});

test("where a server keeps nothing, nothing is kept", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  await stage.store.settings.set(stage.guildId, null, { retentionDays: 0 });
  await wordsOf(stage, upload(stage, "fleeting"));
  await wordsOf(stage, upload(stage, "fleeting"));
  expect(stage.heard).toEqual(["fleeting", "fleeting"]);
  expect(await stage.store.database.selectFrom("cached_transcript").selectAll().execute()).toEqual([]);
});

test("silence is an answer too, and is not listened to twice", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  stage.script = async () => Promise.resolve(transcriptOf(""));
  for (const id of [upload(stage, "hush"), upload(stage, "hush")]) {
    expect(await wordsOf(stage, id)).toContain("couldn't hear anyone");
  }
  expect(stage.heard).toEqual(["hush"]);
});
