import { expect, test } from "vitest";

import type { Transcript } from "../../src/transcription/transcript.ts";
import { type BotStage, sayBytes, setBotStage, transcriptOf } from "../bot/bot-stage.ts";
import {
  answerTo,
  attached,
  ephemeral,
  postRecordings,
  type Reply,
  transcribeMenu,
  upload,
} from "./asking.ts";

const languages = ["en", "zh-CN"];

async function setStage(
  options: { readonly cacheDays?: number; readonly retentionDays?: number } = {},
): Promise<BotStage> {
  return await setBotStage({ bot: { cacheDays: 7, ...options } });
}

/** Words with times, a sentence every four seconds. */
function timed(...sentences: readonly string[]): Transcript {
  return transcriptOf(sentences.join(" "), {
    durationMs: sentences.length * 4000,
    segments: sentences.map((text, index) => ({
      startMs: index * 4000,
      endMs: index * 4000 + 1500,
      text,
      confidence: 0.9,
      requestId: null,
      estimated: false,
    })),
  });
}

/** The menu below an answer whose custom id names this. */
function menuOf(reply: Reply | undefined, action: string): string {
  const text = JSON.stringify(reply?.components ?? []);
  return new RegExp(`asked:${action}:\\d+:\\d+`).exec(text)?.[0] ?? "";
}

async function choose(
  stage: BotStage,
  reply: Reply | undefined,
  { action, value }: { readonly action: string; readonly value: string },
  userId = stage.personId,
): Promise<readonly Reply[]> {
  const messageId = reply?.id ?? "";
  const { id } = stage.discord.chooseInMenu({
    messageId,
    userId,
    customId: menuOf(reply, action),
    values: [value],
  });
  return await answerTo(stage, id);
}

const srt =
  "1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n2\n00:00:04,000 --> 00:00:05,500\nHow are you?\n";

test("an answer can be saved as subtitles, data and text, by anybody who sees it, for themselves", async () => {
  await using stage = await setStage();
  stage.script = async () => Promise.resolve(timed("Hello there.", "How are you?"));
  const [answer] = await answerTo(stage, upload(stage, "x"));
  const reader = stage.discord.createUser({ username: "bob" });
  stage.discord.addMember({ guildId: stage.guildId, userId: reader.id });
  const saved = async (value: string): Promise<Reply | undefined> =>
    (await choose(stage, answer, { action: "save", value }, reader.id))[0];
  const subtitles = await saved("srt");
  expect((subtitles?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(attached(stage, subtitles)).toEqual({ "talk.srt": srt });
  expect(attached(stage, await saved("vtt"))["talk.vtt"]).toMatch(
    /^WEBVTT\n\n00:00:00\.000 --> 00:00:01\.500\nHello/,
  );
  expect(attached(stage, await saved("txt"))).toEqual({ "talk.txt": "Hello there. How are you?\n" });
  const data: unknown = JSON.parse(attached(stage, await saved("json"))["talk.json"] ?? "");
  expect(data).toMatchObject([{ file: "talk.mp3", segments: [{ startMs: 0, text: "Hello there." }, {}] }]);
});

test("format: attaches the file to the answer at once", async () => {
  await using stage = await setStage();
  stage.script = async () => Promise.resolve(timed("Hello there.", "How are you?"));
  const [answer] = await answerTo(stage, upload(stage, "x", { format: "srt" }));
  expect(answer?.content).toMatch(/^Hello there\. How are you\?\n-# /);
  expect(attached(stage, answer)).toEqual({ "talk.srt": srt });
});

test("of several recordings each is a file of its own", async () => {
  await using stage = await setStage();
  stage.script = async (bytes) => Promise.resolve(timed(bytes.toString()));
  const targetId = postRecordings(stage, { "a.mp3": "Alpha.", "b.mp3": "Beta." });
  const [answer] = await answerTo(stage, transcribeMenu(stage, targetId));
  const [saved] = await choose(stage, answer, { action: "save", value: "txt" });
  expect(attached(stage, saved)).toEqual({ "a.txt": "Alpha.\n", "b.txt": "Beta.\n" });
});

test("what the server withholds for being unsure is attached for nobody", async () => {
  await using stage = await setStage();
  await stage.store.settings.set(stage.guildId, null, { lowConfidence: "withhold" });
  stage.script = async () => Promise.resolve(transcriptOf("mumble", { confidence: 0.2 }));
  const [answer] = await answerTo(stage, upload(stage, "x", { format: "txt" }));
  expect([answer?.content.includes("mumble"), attached(stage, answer)]).toEqual([false, {}]);
});

test("what is not kept any more is said to be so", async () => {
  await using stage = await setStage();
  const messageId = postRecordings(stage, { "a.mp3": "Alpha." });
  const [answer] = await answerTo(stage, transcribeMenu(stage, messageId));
  await stage.store.cache.forgetMessage(messageId);
  const [told] = await choose(stage, answer, { action: "save", value: "srt" });
  expect(told?.content).toContain("I don't keep that transcript any more.");
});

test("nothing to choose is shown where nothing is kept", async () => {
  await using stage = await setStage({ cacheDays: 0, retentionDays: 0 });
  const [answer] = await answerTo(stage, upload(stage, "Hello."));
  expect(answer?.components).toEqual([]);
});

test("wrong language: it is heard again in another one, as a new answer", async () => {
  await using stage = await setBotStage({ languages });
  const asked: (string | undefined)[] = [];
  stage.script = async (bytes, options) => {
    asked.push(options.settings?.language);
    return await sayBytes(bytes, options);
  };
  const [answer] = await answerTo(stage, upload(stage, "ni hao", { private: true }));
  const [again] = await choose(stage, answer, { action: "again", value: "zh-CN" });
  expect(again?.content).toMatch(/^ni hao\n/);
  expect((again?.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(asked).toEqual([undefined, "zh-CN"]);
});

test("whoever opted out meanwhile is not heard again", async () => {
  await using stage = await setBotStage({ languages });
  const [answer] = await answerTo(stage, upload(stage, "private matters"));
  await stage.store.consent.setOptedOut(stage.personId, true);
  const [again] = await choose(stage, answer, { action: "again", value: "zh-CN" });
  expect(again?.content).toContain("has asked not to be transcribed");
  expect(stage.heard).toEqual(["private matters"]);
});

test("a public answer goes when the message it is about is deleted", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  const long = `long ${"word ".repeat(900)}end`;
  stage.script = async (bytes) =>
    Promise.resolve(transcriptOf(bytes.toString() === "long" ? long : bytes.toString()));
  const messageId = postRecordings(stage, { "a.mp3": "long" });
  const other = postRecordings(stage, { "b.mp3": "stays" });
  await answerTo(stage, transcribeMenu(stage, messageId), 3);
  await answerTo(stage, transcribeMenu(stage, other));
  discord.deleteMessage(channelId, messageId);
  const bot = discord.application.botId;
  const ours = (): readonly string[] =>
    discord
      .messages(channelId)
      .filter(({ author }) => author.id === bot)
      .map(({ content }) => content.split("\n")[0] ?? "");
  await discord.waitFor(() => ours().length === 1);
  expect(ours()).toEqual(["stays"]);
});

test("what is still being worked on stops when its message is deleted, and nothing of it stays", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  const stopped = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  stage.script = async (_, { onProgress, signal }) => {
    onProgress?.({ clipsDone: 0, clips: 5 });
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      stopped.resolve();
      reject(signal.reason);
    });
    return await promise;
  };
  const messageId = postRecordings(stage, { "a.mp3": "x" });
  const id = transcribeMenu(stage, messageId);
  await begun.promise;
  discord.deleteMessage(channelId, messageId);
  await stopped.promise;
  await discord.waitFor(() => discord.interactionReplies(id).length === 0);
});
