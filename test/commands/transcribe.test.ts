import { sql } from "kysely";
import { expect, test } from "vitest";

import { untilAborted } from "../transcription/scripted-recognizer.ts";
import { type BotStage, setBotStage, transcriptOf } from "../bot/bot-stage.ts";
import { answerTo, ephemeral, upload } from "./asking.ts";

test("a file is transcribed in the interaction, by an acknowledgement and one edit", async () => {
  await using stage = await setBotStage();
  const before = stage.calls().length;
  const [answer] = await answerTo(stage, upload(stage, "words of the file"));
  expect(answer?.content).toMatch(/^words of the file\n-# 90 % · clear · 0:08 · SIS/);
  expect((answer?.flags ?? 0) & ephemeral).toBe(0);
  expect(stage.calls().slice(before)).toEqual([
    "POST /interactions/:interaction/:token/callback",
    "PATCH /webhooks/:webhook/:token/messages/:message",
  ]);
});

test("private: shows it to nobody else, and the server is not greeted in private", async () => {
  await using stage = await setBotStage();
  const [answer] = await answerTo(stage, upload(stage, "between us", { private: true }));
  expect((answer?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(answer?.content).toBe("between us\n-# 90 % · clear · 0:08 · SIS");
});

test("a long private transcript goes on in follow-ups that are as private", async () => {
  await using stage = await setBotStage();
  stage.script = () => Promise.resolve(transcriptOf("word ".repeat(1000).trim()));
  const replies = await answerTo(stage, upload(stage, "x", { private: true }), 3);
  expect(replies.every(({ flags }) => ((flags ?? 0) & ephemeral) !== 0)).toBe(true);
  expect(replies.map(({ content }) => content.replace(/\n-# [^]*/, "")).join(" ")).toBe(
    "word ".repeat(1000).trim(),
  );
});

test("the acknowledgement does not wait for the recording", async () => {
  await using stage = await setBotStage();
  const go = Promise.withResolvers<void>();
  stage.script = async () => {
    await go.promise;
    return transcriptOf("at last");
  };
  const id = upload(stage, "x");
  await stage.discord.waitFor(() => stage.discord.interactionReplies(id).length === 1);
  go.resolve();
  expect((await answerTo(stage, id))[0]?.content).toMatch(/^at last\n/);
});

test("message: takes a link, or an id of the same channel", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, guildId, personId } = stage;
  await stage.store.settings.setNotes(guildId, null, false);
  const noteId = stage.note("linked words");
  for (const message of [
    noteId,
    `https://discord.com/channels/${guildId}/${channelId}/${noteId}`,
    `${channelId}-${noteId}`,
  ]) {
    const { id } = discord.runCommand({
      userId: personId,
      channelId,
      name: "transcribe",
      options: { message },
    });
    expect((await answerTo(stage, id))[0]?.content).toMatch(/^linked words\n/);
  }
});

test("nobody reads through the bot what they cannot read themselves", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, channelId } = stage;
  const outsider = discord.createUser({ username: "eve" });
  discord.addMember({ guildId, userId: outsider.id });
  const secret = discord.createChannel({ guildId, name: "secret" });
  discord.setOverwrite(secret.id, { id: guildId, deny: ["viewChannel"] });
  discord.setOverwrite(secret.id, { id: discord.application.botId, allow: ["viewChannel"] });
  await stage.store.settings.setNotes(guildId, null, false);
  const noteId = stage.note("for members only", { channelId: secret.id });
  const message = `https://discord.com/channels/${guildId}/${secret.id}/${noteId}`;
  const denied = discord.runCommand({
    userId: outsider.id,
    channelId,
    name: "transcribe",
    options: { message },
  });
  expect((await answerTo(stage, denied.id))[0]?.content).toContain("in a place that you or I can't read");
  const allowed = discord.runCommand({
    userId: stage.personId,
    channelId,
    name: "transcribe",
    options: { message },
  });
  expect((await answerTo(stage, allowed.id))[0]?.content).toMatch(/^for members only\n/);
  expect(stage.heard).toEqual(["for members only"]);
});

test.each([
  [{ message: "what he said" }, /isn't a message link or id/],
  [{ message: "1573938598695141376" }, /can't find that message/],
  [{}, /Please give me a `file:`/],
])("a call that names no recording is told so: %j", async (options, told) => {
  await using stage = await setBotStage();
  const { id } = stage.discord.runCommand({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "transcribe",
    options,
  });
  expect((await answerTo(stage, id))[0]?.content).toMatch(told);
});

test("the context menu transcribes any audio, by type or by name", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: userId } = stage;
  const files = [
    { filename: "song", contentType: "audio/flac", bytes: Buffer.from("by type") },
    { filename: "Clip.MP4", bytes: Buffer.from("by name") },
  ];
  for (const file of files) {
    const { id: targetId } = discord.postMessage({ channelId, authorId: userId, attachments: [file] });
    const { id } = discord.runMenu({ userId, channelId, name: "Transcribe", targetId });
    expect((await answerTo(stage, id))[0]?.content).toMatch(new RegExp(`^${file.bytes.toString()}\n`));
  }
});

test("the context menu sees a note whose content is hidden from the bot", async () => {
  await using stage = await setBotStage({ discord: { application: { messageContent: false } } });
  const { discord, channelId, personId: userId } = stage;
  const targetId = stage.note("hidden words");
  const { id } = discord.runMenu({ userId, channelId, name: "Transcribe", targetId });
  expect((await answerTo(stage, id))[0]?.content).toMatch(/^hidden words\n/);
});

test("the context menu reads a forward", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: userId, guildId } = stage;
  await stage.store.settings.setNotes(guildId, null, false);
  const messageId = stage.note("passed on");
  const forward = discord.forward({ channelId, authorId: userId, fromChannelId: channelId, messageId });
  const { id } = discord.runMenu({ userId, channelId, name: "Transcribe", targetId: forward.id });
  expect((await answerTo(stage, id))[0]?.content).toMatch(/^passed on\n/);
});

test("a message without audio is told so", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: userId } = stage;
  const { id: targetId } = discord.postMessage({
    channelId,
    authorId: userId,
    content: "hi",
    attachments: [{ filename: "cat.png", contentType: "image/png", bytes: Buffer.from("cat") }],
  });
  const { id } = discord.runMenu({ userId, channelId, name: "Transcribe", targetId });
  expect((await answerTo(stage, id))[0]?.content).toContain("There is no audio in this message.");
});

test("whoever opted out is not transcribed for others either", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: userId, guildId } = stage;
  const quiet = discord.createUser({ username: "quiet" });
  discord.addMember({ guildId, userId: quiet.id });
  await stage.store.consent.setOptedOut(quiet.id, true);
  const targetId = stage.note("secret", { authorId: quiet.id });
  const { id } = discord.runMenu({ userId, channelId, name: "Transcribe", targetId });
  expect((await answerTo(stage, id))[0]?.content).toContain("has asked not to be transcribed");
  expect(stage.discord.journal.some(({ surface }) => surface === "cdn")).toBe(false);
});

test("as a user-installed app it works where the bot is no member, and writes nothing beside the interaction", async () => {
  await using stage = await setBotStage();
  const { discord, personId: userId } = stage;
  discord.application.userInstalls.add(userId);
  const friend = discord.createUser({ username: "bob" });
  const abroad = discord.createGuild({ name: "Abroad", ownerId: friend.id });
  discord.addMember({ guildId: abroad.id, userId });
  const channel = discord.createChannel({ guildId: abroad.id, name: "general" });
  const targetId = stage.note("words from abroad", { channelId: channel.id });
  const before = stage.calls().length;
  const { id } = discord.runMenu({ userId, channelId: channel.id, name: "Transcribe", targetId });
  expect((await answerTo(stage, id))[0]?.content).toBe("words from abroad\n-# 90 % · clear · 0:08 · SIS");
  expect(stage.calls().slice(before)).toEqual([
    "POST /interactions/:interaction/:token/callback",
    "PATCH /webhooks/:webhook/:token/messages/:message",
  ]);
});

/** Takes half a second, and is called off when the interaction ends in less; a run that begins after that comes to its end. */
function takingLongerThanTheInteraction(text: string): BotStage["script"] {
  return async (_, { signal }) => {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const over = setTimeout(resolve, 500);
      signal.addEventListener("abort", () => {
        clearTimeout(over);
        reject(signal.reason);
      });
    });
    return transcriptOf(text);
  };
}

test("an interaction that is about to end goes on in the channel, and says so", async () => {
  await using stage = await setBotStage({ limits: { leaveBeforeMs: 15 * 60_000 - 200 } });
  const { discord, channelId } = stage;
  stage.script = takingLongerThanTheInteraction("worth the wait");
  const id = upload(stage, "x");
  const answer = await discord.waitFor(() =>
    discord.messages(channelId).find(({ content }) => content.includes("worth the wait")),
  );
  expect(answer.content).toContain(`<@${stage.personId}>, here is the transcript you asked for:`);
  expect(answer.pings.users).toEqual([]);
  expect(discord.interactionReplies(id)[0]?.content).toContain(`<#${channelId}>`);
});

test("a private interaction that is about to end goes on in direct messages", async () => {
  await using stage = await setBotStage({ limits: { leaveBeforeMs: 15 * 60_000 - 200 } });
  const { discord, personId } = stage;
  stage.script = takingLongerThanTheInteraction("just for you");
  const id = upload(stage, "x", { private: true });
  const dm = discord.openDm(personId, discord.application.botId);
  await discord.waitFor(() =>
    discord.messages(dm.id).find(({ content }) => content.startsWith("just for you")),
  );
  expect(discord.interactionReplies(id)[0]?.content).toContain("direct message");
});

test("after a restart the interaction is answered, not left hanging", async () => {
  await using stage = await setBotStage();
  const begun = Promise.withResolvers<void>();
  const say = stage.script;
  stage.script = async (_, { signal }) => {
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return await promise;
  };
  const id = upload(stage, "after the break");
  await begun.promise;
  await stage.bot.stop(0);
  stage.script = say;
  await stage.restart();
  expect((await answerTo(stage, id))[0]?.content).toMatch(/^after the break\n/);
});

test("a command that fails unexpectedly says so instead of hanging", async () => {
  await using stage = await setBotStage({ limits: { leaveBeforeMs: 0 } });
  stage.script = () => Promise.reject(new Error("bug"));
  expect((await answerTo(stage, upload(stage, "x")))[0]?.content).toContain(
    "Something went wrong on my side.",
  );
});

test("work that its process dies of again and again is explained, though the interaction is over by then", async () => {
  await using stage = await setBotStage();
  const begun = Promise.withResolvers<void>();
  stage.script = async (_, { signal }) => {
    begun.resolve();
    return await untilAborted(signal);
  };
  upload(stage, "x");
  await begun.promise;
  await stage.bot.stop(0);
  await stage.store.database
    .updateTable("job")
    .set({ losses: 1000, data: sql`json_set(data, '$.expiresAtMs', 0)` })
    .where("kind", "=", "request")
    .execute();
  await stage.restart();
  const answer = await stage.discord.waitFor(() =>
    stage.discord.messages(stage.channelId).find(({ content }) => content.includes("I was restarted while")),
  );
  expect(answer.content).toContain(`<@${stage.personId}>, here is`);
});
