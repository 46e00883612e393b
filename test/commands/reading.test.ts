import { expect, test } from "vitest";

import { channelType } from "../../src/sandbox/discord/entities.ts";
import { createThread, joinThread } from "../../src/sandbox/discord/threads.ts";
import { type BotStage, setBotStage } from "../bot/bot-stage.ts";
import { answerTo } from "./asking.ts";

/** A second person, and a private place of the same server. */
async function setScene(): Promise<{ readonly stage: BotStage; readonly strangerId: string }> {
  const stage = await setBotStage();
  const stranger = stage.discord.createUser({ username: "eve" });
  stage.discord.addMember({ guildId: stage.guildId, userId: stranger.id });
  await stage.store.settings.setNotes(stage.guildId, null, false);
  return { stage, strangerId: stranger.id };
}

async function askFor(
  stage: BotStage,
  userId: string,
  message: string,
  channelId = stage.channelId,
): Promise<string> {
  const { id } = stage.discord.runCommand({ userId, channelId, name: "transcribe", options: { message } });
  return (await answerTo(stage, id))[0]?.content ?? "";
}

const denied = "in a place that you or I can't read";

test("in a private thread only who is in it reads by the bot what is said there", async () => {
  const { stage, strangerId } = await setScene();
  await using _ = stage;
  const { discord, guildId, channelId } = stage;
  // Not the server's owner: moderators read every thread.
  const member = discord.createUser({ username: "joe" });
  discord.addMember({ guildId, userId: member.id });
  const parent = discord.world.channels.get(channelId);
  if (!parent) throw new Error("no channel");
  const ownerId = discord.application.botId;
  const type = channelType.privateThread;
  const id = discord.world.nextId();
  const thread = createThread(discord.world, {
    parent,
    type,
    id,
    ownerId,
    autoArchiveMinutes: 60,
    name: "secret",
  });
  joinThread(discord.world, thread, member.id);
  const noteId = stage.note("between two", { channelId: thread.id, authorId: member.id });
  const link = `https://discord.com/channels/${guildId}/${thread.id}/${noteId}`;
  expect(await askFor(stage, strangerId, link)).toContain(denied);
  expect(await askFor(stage, member.id, link)).toMatch(/^between two\n/);
});

test("a message of another server is read for its members, and for nobody else", async () => {
  const { stage, strangerId } = await setScene();
  await using _ = stage;
  const { discord, personId } = stage;
  const other = discord.createGuild({ name: "Elsewhere", ownerId: personId });
  discord.addMember({ guildId: other.id, userId: discord.application.botId });
  await stage.store.settings.setNotes(other.id, null, false);
  const channel = discord.createChannel({ guildId: other.id, name: "there" });
  const noteId = stage.note("from elsewhere", { channelId: channel.id });
  const link = `https://discord.com/channels/${other.id}/${channel.id}/${noteId}`;
  expect(await askFor(stage, strangerId, link)).toContain(denied);
  expect(await askFor(stage, personId, link)).toMatch(/^from elsewhere\n/);
});

test("who may not read the history of the channel reads none of it by the bot", async () => {
  const { stage, strangerId } = await setScene();
  await using _ = stage;
  const { discord, channelId } = stage;
  const noteId = stage.note("before your time");
  discord.setOverwrite(channelId, { id: strangerId, deny: ["readMessageHistory"] });
  expect(await askFor(stage, strangerId, noteId)).toContain(denied);
});

test("direct messages of others are out of reach", async () => {
  const { stage, strangerId } = await setScene();
  await using _ = stage;
  const { discord, personId } = stage;
  const dm = discord.openDm(personId, discord.application.botId);
  const noteId = stage.note("private", { channelId: dm.id });
  await stage.replies(noteId, dm.id);
  const link = `https://discord.com/channels/@me/${dm.id}/${noteId}`;
  expect(await askFor(stage, strangerId, link)).toContain(denied);
  expect(await askFor(stage, personId, link)).toMatch(/^private\n/);
});
