import { ChannelType, RESTJSONErrorCodes, type TextChannel } from "discord.js";
import { expect, test } from "vitest";

import type { channelType } from "../../../src/sandbox/discord/entities.ts";
import { logIn, next, setStage } from "./discord-bot.ts";
import { refusal, restOf } from "./rest-call.ts";

const named = { body: { name: "Ada · voice note · 0:42", auto_archive_duration: 60 } };

test("a second thread on a message is refused with 160004", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const path = `POST /channels/${channelId}/messages/${id}/threads`;
  expect((await call(path, named)).body).toMatchObject({
    id,
    type: 11,
    thread_metadata: { auto_archive_duration: 60 },
  });
  expect(refusal(await call(path, named))).toEqual([400, RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage]);
});

test("a thread in an announcement channel is an announcement thread", async () => {
  await using stage = await setStage();
  const { discord, guildId, personId } = stage;
  const news = discord.createChannel({ guildId, name: "news", type: "announcement" });
  const { id } = discord.postMessage({ channelId: news.id, authorId: personId, content: "x" });
  const { body } = await restOf(discord)(`POST /channels/${news.id}/messages/${id}/threads`, named);
  expect(body).toMatchObject({ type: 10 });
});

test.each<keyof typeof channelType>(["voice", "stage"])(
  "no thread starts in the text of a %s channel",
  async (type) => {
    await using stage = await setStage();
    const { discord, guildId, personId } = stage;
    const room = discord.createChannel({ guildId, name: "room", type });
    const { id } = discord.postMessage({ channelId: room.id, authorId: personId, content: "x" });
    const reply = await restOf(discord)(`POST /channels/${room.id}/messages/${id}/threads`, named);
    expect(refusal(reply)).toEqual([400, 50_024]);
  },
);

test("no thread starts inside a thread, in a forum post or in a DM", async () => {
  await using stage = await setStage();
  const { discord, guildId, channelId, personId } = stage;
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const thread = discord.startThread({ channelId, messageId: id, authorId: personId, name: "talk" });
  const forum = discord.createChannel({ guildId, name: "forum", type: "forum" });
  const entry = discord.createForumPost({
    forumId: forum.id,
    authorId: personId,
    title: "post",
    content: "x",
  });
  const dm = discord.openDm(personId, discord.application.botId);
  for (const place of [thread, entry, dm]) {
    const message = discord.postMessage({ channelId: place.id, authorId: personId, content: "y" });
    const reply = await restOf(discord)(`POST /channels/${place.id}/messages/${message.id}/threads`, named);
    expect(refusal(reply)).toEqual([400, 50_024]);
  }
});

test("a guild full of active threads takes no more, until one is archived", async () => {
  await using stage = await setStage({ activeThreadLimit: 1 });
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const ids = [1, 2].map(() => discord.postMessage({ channelId, authorId: personId, content: "x" }).id);
  const start = async (id = ""): ReturnType<typeof call> =>
    call(`POST /channels/${channelId}/messages/${id}/threads`, named);
  expect((await start(ids[0])).status).toBe(201);
  expect(refusal(await start(ids[1]))).toEqual([400, 160_006]);
  await call(`PATCH /channels/${ids[0]}`, { body: { archived: true } });
  expect((await start(ids[1])).status).toBe(201);
});

test("posting wakes an archived thread, but not a locked one", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord);
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const { id: threadId } = discord.startThread({
    channelId,
    messageId: id,
    authorId: personId,
    name: "talk",
  });
  const thread = discord.world.channels.get(threadId)!.thread!;
  thread.archived = true;
  const call = restOf(discord);
  const woken = next(bot, "threadUpdate");
  const sent = await call(`POST /channels/${threadId}/messages`, { body: { content: "hello" } });
  expect((await woken)[1].archived).toBe(false);
  thread.locked = true;
  thread.archived = true;
  const refusedPost = await call(`POST /channels/${threadId}/messages`, { body: { content: "hello" } });
  expect(refusal(refusedPost)).toEqual([400, 160_005]);
  const edit = await call(`PATCH /channels/${threadId}/messages/${sent.body.id}`, {
    body: { content: "again" },
  });
  expect(refusal(edit)).toEqual([400, 50_083]);
  expect(refusal(await call(`DELETE /channels/${threadId}/messages/${sent.body.id}`))).toEqual([400, 50_083]);
});

test("SEND_MESSAGES_IN_THREADS decides in threads, not SEND_MESSAGES", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const { botId } = discord.application;
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const thread = discord.startThread({ channelId, messageId: id, authorId: personId, name: "talk" });
  const post = async (): ReturnType<ReturnType<typeof restOf>> =>
    restOf(discord)(`POST /channels/${thread.id}/messages`, { body: { content: "hello" } });
  discord.setOverwrite(channelId, { id: botId, deny: ["sendMessages"] });
  expect((await post()).status).toBe(200);
  discord.setOverwrite(channelId, { id: botId, deny: ["sendMessagesInThreads"] });
  expect(refusal(await post())).toEqual([403, 50_013]);
});

test("a bot renames its own thread twice in ten minutes, and nobody else's", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const [own = "", other = ""] = [1, 2].map(
    () => discord.postMessage({ channelId, authorId: personId, content: "x" }).id,
  );
  await call(`POST /channels/${channelId}/messages/${own}/threads`, named);
  discord.startThread({ channelId, messageId: other, authorId: personId, name: "talk" });
  for (const name of ["one", "two"])
    expect((await call(`PATCH /channels/${own}`, { body: { name } })).status).toBe(200);
  expect(refusal(await call(`PATCH /channels/${own}`, { body: { name: "three" } }))).toEqual([429, 20_028]);
  expect(refusal(await call(`PATCH /channels/${other}`, { body: { name: "mine" } }))).toEqual([403, 50_013]);
});

test("deleting a thread takes MANAGE_THREADS, and is told to the gateway", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId, guildId } = stage;
  await using bot = await logIn(discord);
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const started = next(bot, "threadCreate");
  discord.startThread({ channelId, messageId: id, authorId: personId, name: "talk" });
  const [thread] = await started;
  await expect(thread.delete()).rejects.toMatchObject({ code: 50_013 });
  const role = discord.createRole({ guildId, name: "mods", permissions: ["manageThreads"] });
  discord.changeMember(guildId, bot.user.id, { roleIds: [role.id] });
  const gone = next(bot, "threadDelete");
  await thread.delete();
  expect((await gone)[0].id).toBe(id);
});

test("a private thread stays hidden from a bot that is not in it", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId } = stage;
  const channel = bot.channels.cache.get(channelId) as TextChannel;
  const thread = await channel.threads.create({ name: "secret", type: ChannelType.PrivateThread });
  expect(thread.type).toBe(ChannelType.PrivateThread);
  await thread.leave();
  expect(refusal(await restOf(discord)(`GET /channels/${thread.id}`))).toEqual([403, 50_001]);
});

test("threads are listed by being active or archived, and join and leave by member", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, personId } = stage;
  const channel = bot.channels.cache.get(channelId) as TextChannel;
  const [first = "", second = ""] = [1, 2].map(
    () => discord.postMessage({ channelId, authorId: personId, content: "x" }).id,
  );
  for (const messageId of [first, second])
    discord.startThread({ channelId, messageId, authorId: personId, name: "talk" });
  await restOf(discord)(`PUT /channels/${first}/thread-members/@me`);
  const members = await restOf(discord)(`GET /channels/${first}/thread-members`);
  expect(members.body).toHaveLength(2);
  discord.world.channels.get(second)!.thread!.archived = true;
  expect([...(await channel.threads.fetchActive()).threads.keys()]).toEqual([first]);
  expect([...(await channel.threads.fetchArchived()).threads.keys()]).toEqual([second]);
});

test("the bot opens a forum post with its first message", async () => {
  await using stage = await setStage();
  const { discord, guildId } = stage;
  const forum = discord.createChannel({ guildId, name: "forum", type: "forum" });
  const reply = await restOf(discord)(`POST /channels/${forum.id}/threads`, {
    body: { name: "post", message: { content: "first" } },
  });
  expect(reply.body).toMatchObject({
    type: 11,
    parent_id: forum.id,
    message: { id: reply.body.id, content: "first" },
  });
});
