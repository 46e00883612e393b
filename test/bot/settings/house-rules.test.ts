import { expect, test } from "vitest";

import type { RecognizerSettings } from "../../../src/transcription/transcriber.ts";
import { type BotStage, setBotStage, transcriptOf } from "../bot-stage.ts";

type Reply = ReturnType<BotStage["discord"]["interactionReplies"]>[number];

/** Somebody uploads a file to /transcribe. */
async function upload(stage: BotStage, says: string, options: Record<string, unknown> = {}): Promise<Reply> {
  const { discord, personId: userId, channelId } = stage;
  const { filename = "talk.mp3", ...rest } = options;
  const file = { filename: String(filename), contentType: "audio/mpeg", bytes: Buffer.from(says) };
  const { id } = discord.runCommand({
    userId,
    channelId,
    name: "transcribe",
    options: { file, ...(rest as Record<string, boolean>) },
  });
  return await discord.waitFor(
    () =>
      discord
        .interactionReplies(id)
        .find(({ content }) => content !== "" && !/^(?:Listening|Fetching)/.test(content)),
    { what: "an answer to the interaction" },
  );
}

/** What a button shows to whoever presses it. */
async function press(stage: BotStage, messageId: string, label: string): Promise<Reply> {
  const { discord, personId: userId } = stage;
  const { id } = discord.clickButton({ messageId, userId, label });
  return await discord.waitFor(() => discord.interactionReplies(id).find(({ content }) => content !== ""), {
    what: "what the button shows",
  });
}

const ephemeral = 64;
const unsure = (): Promise<ReturnType<typeof transcriptOf>> =>
  Promise.resolve(transcriptOf("pomegranate", { confidence: 0.3 }));

test("a server that wants replies gets replies and no threads", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { answers: "reply" });
  const [answer] = await stage.replies(stage.note("words"));
  expect(answer?.content).toMatch(/^words\n/);
  expect(stage.discord.threadsOf(stage.channelId)).toEqual([]);
});

test("answers in a log channel say whose note it was and lead to it, and go when it is deleted", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, channelId } = stage;
  const log = discord.createChannel({ guildId, name: "log" });
  await stage.store.settings.set(guildId, null, { answers: "log", logChannel: log.id });
  const note = stage.note("words");
  const answer = await discord.waitFor(() => discord.messages(log.id)[0], { what: "an answer in the log" });
  expect(answer.content).toMatch(/^words\n-# 90 % · clear/);
  expect(answer.content).toContain(`\n-# Ada: https://discord.com/channels/${guildId}/${channelId}/${note}`);
  expect(discord.threadsOf(channelId)).toEqual([]);
  expect(discord.messages(channelId)).toHaveLength(1);
  await expect.poll(async () => (await stage.store.answers.get(note))?.state).toBe("answered");
  discord.deleteMessage(channelId, note);
  await discord.waitFor(() => discord.messages(log.id).length === 0, { what: "the answer to go" });
});

test("a log channel that is closed to the bot leaves the answer with the note", async () => {
  await using stage = await setBotStage();
  const { discord, guildId } = stage;
  const log = discord.createChannel({
    guildId,
    name: "log",
    overwrites: [{ id: guildId, deny: ["sendMessages"] }],
  });
  await stage.store.settings.set(guildId, null, { answers: "log", logChannel: log.id });
  const [answer] = await stage.answered(stage.note("words"));
  expect(answer?.content).toMatch(/^words\n/);
  expect(discord.messages(log.id)).toEqual([]);
});

test("ignored roles count before allowed ones, and both only for notes that nobody asked for", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, personId } = stage;
  const [speakers, muted] = ["speakers", "muted"].map((name) => discord.createRole({ guildId, name }));
  const bob = discord.createUser({ username: "bob" });
  const eve = discord.createUser({ username: "eve" });
  discord.addMember({ guildId, userId: bob.id, roleIds: [speakers!.id] });
  discord.addMember({ guildId, userId: eve.id, roleIds: [speakers!.id, muted!.id] });
  await stage.store.settings.set(guildId, null, {
    allowedRoles: [speakers!.id],
    ignoredRoles: [muted!.id],
  });
  stage.note("without a role", { authorId: personId });
  stage.note("with both roles", { authorId: eve.id });
  await stage.answered(stage.note("with the role", { authorId: bob.id }));
  expect(stage.heard).toEqual(["with the role"]);
  expect((await upload(stage, "asked for")).content).toMatch(/^asked for\n/);
});

test("language, vocabulary and the like reach the recognizer, the channel's before the server's", async () => {
  await using stage = await setBotStage();
  const { guildId, channelId } = stage;
  const asked: (RecognizerSettings | undefined)[] = [];
  stage.script = (bytes, { settings }) => {
    asked.push(settings);
    return Promise.resolve(transcriptOf(bytes.toString()));
  };
  await stage.store.settings.set(guildId, null, { language: "zh-CN", addPunc: "no", vocabularyId: "v1" });
  await stage.store.settings.set(guildId, channelId, { property: "english_8k_common", digitNorm: "yes" });
  await stage.answered(stage.note("note"));
  await upload(stage, "upload");
  const all = {
    language: "zh-CN",
    property: "english_8k_common",
    addPunc: "no",
    digitNorm: "yes",
    vocabularyId: "v1",
  };
  expect(asked).toEqual([all, all]);
});

test("unsure words are marked where the server wants that, and sure ones are not", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { lowConfidence: "mark" });
  stage.script = unsure;
  const [marked] = await stage.answered(stage.note("a"));
  expect(marked?.content).toMatch(/^-# Hard to make out: [^\n]+\npomegranate\n-# 30 % · please listen/);
  stage.script = () => Promise.resolve(transcriptOf("plain", { confidence: 0.5 }));
  expect((await stage.answered(stage.note("b")))[0]?.content).toMatch(/^plain\n/);
});

test("withheld words are shown to whoever asks for them, and to nobody else", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { lowConfidence: "withhold" });
  stage.script = unsure;
  const [answer] = await stage.answered(stage.note("a"));
  expect(answer?.content).toMatch(/^I couldn't make this out .+\n-# 30 % · please listen · 0:08 · SIS/);
  expect(answer?.content).not.toContain("pomegranate");
  const shown = await press(stage, answer?.id ?? "", "Show me what you heard");
  expect(shown.content).toMatch(/^pomegranate\n-# Only you see this/);
  expect((shown.flags ?? 0) & ephemeral).toBe(ephemeral);
});

test("where nothing is kept, withheld words are gone, and there is no button that promises them", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { lowConfidence: "withhold", retentionDays: 0 });
  stage.script = unsure;
  const note = stage.note("a");
  const [answer] = await stage.answered(note);
  expect(answer?.content).toContain("nothing is kept in this server");
  expect(answer?.components ?? []).toEqual([]);
  expect(await stage.store.transcripts.get(note)).toBeUndefined();
});

test("a recording that is a spoiler has a transcript that is one, every page and the file of it", async () => {
  await using stage = await setBotStage();
  const filename = "SPOILER_ending.mp3";
  const short = await upload(stage, "it was | the || butler", { filename });
  expect(short.content).toMatch(/^\|\|it was \\\| the \\\|\\\| butler\|\|\n-# 90 %/);
  stage.script = () => Promise.resolve(transcriptOf("word ".repeat(3000).trim()));
  const long = await upload(stage, "x", { filename });
  expect(long.content).toMatch(/^\|\|word [^|]+…\|\|\n/);
  expect(long.attachments.map((file) => file.filename)).toEqual(["SPOILER_transcript.txt"]);
  await stage.store.settings.set(stage.guildId, null, { spoilers: false });
  stage.script = (bytes) => Promise.resolve(transcriptOf(bytes.toString()));
  expect((await upload(stage, "no secret", { filename })).content).toMatch(/^no secret\n/);
});

test("minutes that are used up are refused with when there are new ones, and without fetching anything", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { memberMinutes: 1 });
  stage.script = (bytes) => Promise.resolve(transcriptOf(bytes.toString(), { durationMs: 40_000 }));
  await stage.answered(stage.note("first", { durationSecs: 40 }));
  const [refused] = await stage.answered(stage.note("second", { durationSecs: 40 }));
  expect(refused?.content).toMatch(
    /^In this server everybody has 1 minute a day, and yours are used up\. There are new ones at <t:\d+:t>/,
  );
  const [short] = await stage.answered(stage.note("third", { durationSecs: 20 }));
  expect(short?.content).toMatch(/^third\n/);
  expect(stage.heard).toEqual(["first", "third"]);
  const bob = stage.discord.createUser({ username: "bob" });
  stage.discord.addMember({ guildId: stage.guildId, userId: bob.id });
  const [other] = await stage.answered(stage.note("of another", { authorId: bob.id, durationSecs: 40 }));
  expect(other?.content).toMatch(/^of another\n/);
});

test("a limit that is raised lets Retry through", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, { guildMinutes: 0 });
  const [refused] = await stage.answered(stage.note("words"));
  expect(refused?.content).toMatch(/^This server has 0 minutes a day/);
  await stage.store.settings.set(stage.guildId, null, { guildMinutes: 10 });
  stage.discord.clickButton({ messageId: refused!.id, userId: stage.personId, label: "Retry" });
  await stage.discord.waitFor(
    () => stage.discord.messages(refused!.channel_id).some(({ content }) => content.startsWith("words\n")),
    { what: "the words" },
  );
});

test("words are kept for who may read them, and go with their note", async () => {
  await using stage = await setBotStage();
  const { store, guildId, channelId, personId } = stage;
  const note = stage.note("of a note");
  await stage.answered(note);
  expect(await store.transcripts.get(note)).toMatchObject({
    guildId,
    channelId,
    memberId: personId,
    isPrivate: false,
    linkId: note,
    text: "of a note",
  });
  await upload(stage, "between us", { private: true });
  const kept = await store.transcripts.byMember(personId, 10);
  expect(kept.map(({ text, isPrivate, askerId }) => ({ text, isPrivate, askerId }))).toEqual([
    { text: "between us", isPrivate: true, askerId: personId },
    { text: "of a note", isPrivate: false, askerId: null },
  ]);
  stage.discord.deleteMessage(channelId, note);
  await expect.poll(() => store.transcripts.get(note)).toBeUndefined();
  expect(await store.transcripts.byMember(personId, 10)).toHaveLength(1);
});

test("use is counted on the account of who posted or asked", async () => {
  await using stage = await setBotStage();
  stage.script = (bytes) =>
    Promise.resolve(transcriptOf(bytes.toString(), { durationMs: 30_000, requests: 2 }));
  await stage.answered(stage.note("words"));
  await upload(stage, "more words");
  await expect
    .poll(() => stage.store.usage.ofMember(stage.personId))
    .toMatchObject([{ guildId: stage.guildId, recordings: 2, audioMs: 60_000, calls: 4, failures: 0 }]);
});
