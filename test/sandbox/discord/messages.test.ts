import { randomBytes } from "node:crypto";

import {
  AttachmentBuilder,
  ChannelType,
  MessageFlags,
  ThreadAutoArchiveDuration,
  type TextChannel,
} from "discord.js";
import { expect, test } from "vitest";

import { logIn, next, setStage } from "./discord-bot.ts";

test("discord.js logs in and finds the guild with its channel", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  expect(bot.user.id).toBe(stage.discord.application.botId);
  expect(bot.guilds.cache.get(stage.guildId)?.channels.cache.get(stage.channelId)?.name).toBe("general");
});

test("a voice note arrives with its flag, length and waveform, and its link gives the bytes back", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const bytes = randomBytes(20_000);
  const arrival = next(bot, "messageCreate");
  stage.discord.postVoiceNote({
    channelId: stage.channelId,
    authorId: stage.personId,
    bytes,
    durationSecs: 4.2,
  });
  const [message] = await arrival;
  expect(message.flags.has(MessageFlags.IsVoiceMessage)).toBe(true);
  const file = message.attachments.first();
  expect(file).toMatchObject({
    name: "voice-message.ogg",
    contentType: "audio/ogg",
    duration: 4.2,
    size: 20_000,
  });
  const response = await fetch(file!.url);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
});

test("the bot starts a thread on a message, posts in it, edits and deletes", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const arrival = next(bot, "messageCreate");
  stage.discord.postMessage({ channelId: stage.channelId, authorId: stage.personId, content: "hello" });
  const [message] = await arrival;
  const thread = await message.startThread({
    name: "Ada · voice note · 0:42",
    autoArchiveDuration: ThreadAutoArchiveDuration.OneHour,
  });
  expect(thread).toMatchObject({ id: message.id, type: ChannelType.PublicThread, ownerId: bot.user.id });
  const answer = await thread.send("first");
  await answer.edit("second");
  const inThread = stage.discord.messages(thread.id).map(({ type, content }) => ({ type, content }));
  expect(inThread).toEqual([
    { type: 21, content: "" },
    { type: 0, content: "second" },
  ]);
  await answer.delete();
  expect(stage.discord.messages(thread.id)).toHaveLength(1);
  const again = await message.channel.messages.fetch({ message: message.id, force: true });
  expect(again.hasThread).toBe(true);
});

test("files the bot sends can be downloaded again", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const channel = bot.channels.cache.get(stage.channelId) as TextChannel;
  const sent = await channel.send({
    content: "the whole of it",
    files: [new AttachmentBuilder(Buffer.from("every word"), { name: "transcript.txt" })],
  });
  const response = await fetch(sent.attachments.first()!.url);
  expect(response.headers.get("content-length")).toBe("10");
  expect(await response.text()).toBe("every word");
});
