import { MessageFlags, MessageReferenceType, type TextChannel } from "discord.js";
import { expect, test } from "vitest";

import { logIn, next, setStage } from "./discord-bot.ts";
import { refusal, restOf } from "./rest-call.ts";

test("a forward arrives with the voice note inside its snapshot, and not on itself", async () => {
  await using stage = await setStage();
  const { discord, guildId, channelId, personId } = stage;
  const other = discord.createChannel({ guildId, name: "other" });
  const bytes = Buffer.from("OggS");
  const note = discord.postVoiceNote({ channelId, authorId: personId, bytes, durationSecs: 7 });
  await using bot = await logIn(discord);
  const arrival = next(bot, "messageCreate", ({ channelId: id }) => id === other.id);
  discord.forward({ channelId: other.id, authorId: personId, fromChannelId: channelId, messageId: note.id });
  const [message] = await arrival;
  expect(message).toMatchObject({
    content: "",
    reference: { type: MessageReferenceType.Forward, messageId: note.id },
  });
  expect(message.attachments.size).toBe(0);
  expect(message.flags.toArray()).toEqual(["HasSnapshot"]);
  const snapshot = message.messageSnapshots.first();
  expect(snapshot?.flags?.has(MessageFlags.IsVoiceMessage)).toBe(true);
  expect(snapshot?.author).toBeNull();
  const file = snapshot?.attachments.first();
  expect(file?.duration).toBe(7);
  expect(Buffer.from(await (await fetch(file!.url)).arrayBuffer())).toEqual(bytes);
});

test("the bot forwards what it may read, and nothing else", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId, guildId } = stage;
  const hidden = discord.createChannel({ guildId, name: "hidden" });
  const call = restOf(discord);
  const [open, secret] = [channelId, hidden.id].map(
    (id) => discord.postMessage({ channelId: id, authorId: personId, content: "x" }).id,
  );
  discord.setOverwrite(hidden.id, { id: discord.application.botId, deny: ["viewChannel"] });
  const forward = async (from: string, id = ""): ReturnType<typeof call> =>
    call(`POST /channels/${channelId}/messages`, {
      body: { message_reference: { type: 1, channel_id: from, message_id: id } },
    });
  expect((await forward(channelId, open)).body).toMatchObject({
    flags: 1 << 14,
    message_snapshots: [{ message: { content: "x" } }],
  });
  expect(refusal(await forward(hidden.id, secret))).toEqual([403, 50_001]);
});

test("without the MESSAGE_CONTENT switch the bot cannot forward somebody's words", async () => {
  await using stage = await setStage({ application: { messageContent: false } });
  const { discord, channelId, personId } = stage;
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const reply = await restOf(discord)(`POST /channels/${channelId}/messages`, {
    body: { message_reference: { type: 1, channel_id: channelId, message_id: id } },
  });
  expect(refusal(reply)).toEqual([400, 160_014]);
});

test("a reply to a deleted message goes out alone when it need not exist", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  discord.deleteMessage(channelId, id);
  const reply = async (mustExist: boolean): ReturnType<typeof call> =>
    call(`POST /channels/${channelId}/messages`, {
      body: { content: "y", message_reference: { message_id: id, fail_if_not_exists: mustExist } },
    });
  expect(refusal(await reply(true))).toEqual([400, 50_035]);
  expect((await reply(false)).body).toMatchObject({ type: 0, content: "y" });
});

test("a reply shows what it answers, and null once that is deleted", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const { body } = await call(`POST /channels/${channelId}/messages`, {
    body: { content: "y", message_reference: { message_id: id } },
  });
  expect(body).toMatchObject({ type: 19, referenced_message: { id, content: "x" } });
  discord.deleteMessage(channelId, id);
  expect((await call(`GET /channels/${channelId}/messages/${body.id}`)).body).toMatchObject({
    referenced_message: null,
  });
});

test.each<[string, object, object]>([
  ["everything it names by default", {}, { users: ["@ada"], everyone: false }],
  ["nobody with an empty parse list", { parse: [] }, { users: [], everyone: false }],
  ["only those listed", { users: ["@ada"] }, { users: ["@ada"], everyone: false }],
])("a message pings %s", async (_, allowed, pings) => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const named = JSON.parse(JSON.stringify([allowed, pings]).replaceAll("@ada", personId)) as [object, object];
  await restOf(discord)(`POST /channels/${channelId}/messages`, {
    body: {
      content: `<@${personId}> @everyone`,
      ...(Object.keys(allowed).length > 0 && { allowed_mentions: named[0] }),
    },
  });
  expect(discord.messages(channelId)[0]?.pings).toMatchObject(named[1]);
});

test("names inside code ping nobody, and @everyone needs its permission", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const call = restOf(discord);
  const post = async (content: string): Promise<unknown> => {
    await call(`POST /channels/${channelId}/messages`, { body: { content } });
    return discord.messages(channelId).at(-1)?.pings;
  };
  expect(await post(`\`<@${personId}>\``)).toMatchObject({ users: [] });
  expect(await post("@everyone")).toMatchObject({ everyone: false });
  discord.setOverwrite(channelId, { id: discord.application.botId, allow: ["mentionEveryone"] });
  expect(await post("@everyone")).toMatchObject({ everyone: true });
});

test.each([
  ["a bare link", "see https://example.com/a now", 0, ["https://example.com/a"]],
  ["a link in angle brackets", "see <https://example.com/a>", 0, []],
  ["a link in code", "see `https://example.com/a`", 0, []],
  ["a message with suppressed embeds", "https://example.com/a", 4, []],
])("previews of %s", async (_, content, flags, previews) => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  await restOf(discord)(`POST /channels/${channelId}/messages`, { body: { content, flags } });
  expect(discord.messages(channelId)[0]?.previews).toEqual(previews);
});

test("an enforced nonce returns the first message, for five minutes", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  const call = restOf(discord);
  const post = async (): Promise<string> => {
    const body = { content: "once", nonce: "job-1", enforce_nonce: true };
    return (await call(`POST /channels/${channelId}/messages`, { body })).body.id;
  };
  const first = await post();
  expect(await post()).toBe(first);
  expect(discord.messages(channelId)).toHaveLength(1);
  discord.clock.advance(5 * 60_000 + 1000);
  expect(await post()).not.toBe(first);
});

test("messages are paged by before, after and around", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, personId } = stage;
  const ids = Array.from(
    { length: 7 },
    (_, n) => discord.postMessage({ channelId, authorId: personId, content: `${n}` }).id,
  );
  const channel = bot.channels.cache.get(channelId) as TextChannel;
  const fetched = async (options: object): Promise<string[]> =>
    (await channel.messages.fetch({ limit: 3, ...options })).map(({ content }) => content);
  expect(await fetched({})).toEqual(["6", "5", "4"]);
  expect(await fetched({ before: ids[3] })).toEqual(["2", "1", "0"]);
  expect(await fetched({ after: ids[3] })).toEqual(["6", "5", "4"]);
  expect(await fetched({ around: ids[3] })).toEqual(["4", "3", "2"]);
});

test("an edit keeps the attachments it names, drops the others and adds new files", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  const call = restOf(discord);
  const { body } = await call(`POST /channels/${channelId}/messages`, {
    parts: [1, 2].map((n) => ({ name: `files[${n}]`, content: `file ${n}`, filename: `${n}.txt` })),
  });
  const kept = body.attachments[0];
  const edited = await call(`PATCH /channels/${channelId}/messages/${body.id}`, {
    parts: [
      { name: "files[0]", content: "file 3", filename: "3.txt" },
      { name: "payload_json", content: JSON.stringify({ attachments: [{ id: kept?.id }, { id: 0 }] }) },
    ],
  });
  expect(edited.body.attachments.map(({ filename }) => filename)).toEqual(["1.txt", "3.txt"]);
  expect((await fetch(kept!.url)).status).toBe(200);
  expect((await fetch(body.attachments[1]!.url)).status).toBe(404);
});

test("several messages are deleted at once, and told in one event", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, personId, guildId } = stage;
  const role = discord.createRole({ guildId, name: "mods", permissions: ["manageMessages"] });
  discord.changeMember(guildId, bot.user.id, { roleIds: [role.id] });
  const ids = [1, 2, 3].map(() => discord.postMessage({ channelId, authorId: personId, content: "x" }).id);
  const gone = next(bot, "messageDeleteBulk");
  await (bot.channels.cache.get(channelId) as TextChannel).bulkDelete(ids.slice(0, 2));
  expect([...(await gone)[0].keys()].sort()).toEqual(ids.slice(0, 2));
  expect(discord.messages(channelId).map(({ id }) => id)).toEqual(ids.slice(2));
});

test("a message of components reads back, its parts numbered", async () => {
  await using stage = await setStage();
  const components = [{ type: 17, components: [{ type: 10, content: "words" }, { type: 14 }] }];
  const { body } = await restOf(stage.discord)(`POST /channels/${stage.channelId}/messages`, {
    body: { flags: 1 << 15, components },
  });
  expect(body).toMatchObject({
    flags: 1 << 15,
    content: "",
    components: [
      {
        type: 17,
        id: 1,
        components: [
          { type: 10, id: 2 },
          { type: 14, id: 3 },
        ],
      },
    ],
  });
});

test("reactions come and go, and only single emoji count", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, personId } = stage;
  const arrival = next(bot, "messageCreate");
  discord.postMessage({ channelId, authorId: personId, content: "x" });
  const [message] = await arrival;
  const added = next(bot, "messageReactionAdd");
  const reaction = await message.react("👍");
  expect((await added)[1].id).toBe(bot.user.id);
  expect((await reaction.users.fetch()).has(bot.user.id)).toBe(true);
  const removed = next(bot, "messageReactionRemove");
  await reaction.users.remove(bot.user.id);
  await removed;
  await expect(message.react("nothing")).rejects.toMatchObject({ code: 10_014 });
});

test("a webhook speaks with its own name, and only its own messages are its to change", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, guildId, personId } = stage;
  const role = discord.createRole({ guildId, name: "mods", permissions: ["manageWebhooks"] });
  discord.changeMember(guildId, bot.user.id, { roleIds: [role.id] });
  const channel = bot.channels.cache.get(channelId) as TextChannel;
  const webhook = await channel.createWebhook({ name: "Captions" });
  const arrival = next(bot, "messageCreate");
  const sent = await webhook.send({ content: "hello", username: "Ada" });
  const [heard] = await arrival;
  expect(heard).toMatchObject({
    webhookId: webhook.id,
    author: { username: "Ada", bot: true },
    content: "hello",
  });
  await webhook.editMessage(sent.id, "hello again");
  expect(discord.messages(channelId)[0]?.content).toBe("hello again");
  const foreign = discord.postMessage({ channelId, authorId: personId, content: "mine" });
  await expect(webhook.editMessage(foreign.id, "yours")).rejects.toMatchObject({ code: 10_008 });
  await expect(webhook.send({ content: "x", username: "Discord" })).rejects.toMatchObject({ code: 50_035 });
});

test("the bot renames itself in a server, and opens DMs", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const guild = bot.guilds.cache.get(stage.guildId);
  await guild?.members.me?.setNickname("[listening] Earshot");
  expect(stage.discord.world.guilds.get(stage.guildId)?.members.get(bot.user.id)?.nick).toBe(
    "[listening] Earshot",
  );
  const person = await bot.users.fetch(stage.personId);
  const sent = await person.send("hello");
  expect(stage.discord.messages(sent.channelId)).toMatchObject([{ content: "hello" }]);
});

test("the status of a voice channel takes its permission", async () => {
  await using stage = await setStage();
  const { discord, guildId } = stage;
  const room = discord.createChannel({ guildId, name: "room", type: "voice" });
  const call = restOf(discord);
  const set = async (): ReturnType<typeof call> =>
    call(`PUT /channels/${room.id}/voice-status`, { body: { status: "captions on" } });
  expect(refusal(await set())).toEqual([403, 50_013]);
  discord.setOverwrite(room.id, {
    id: discord.application.botId,
    allow: ["setVoiceChannelStatus", "manageChannels"],
  });
  expect((await set()).status).toBe(204);
  expect(discord.world.channels.get(room.id)?.voiceStatus).toBe("captions on");
});

test("a pinned message is listed, and a notice in the channel says so", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId } = stage;
  const channel = bot.channels.cache.get(channelId) as TextChannel;
  const message = await channel.send("captions are on");
  await expect(message.pin()).rejects.toMatchObject({ code: 50_013 });
  discord.setOverwrite(channelId, { id: bot.user.id, allow: ["pinMessages"] });
  const told = next(bot, "channelPinsUpdate");
  await message.pin();
  await told;
  expect(discord.messages(channelId).map(({ type }) => type)).toEqual([0, 6]);
  const { items } = await channel.messages.fetchPins();
  expect(items.map((item) => item.message.id)).toEqual([message.id]);
  await message.unpin();
  expect((await channel.messages.fetchPins()).items).toEqual([]);
});

test("a deleted channel takes its threads and files with it", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, channelId, personId } = stage;
  const note = discord.postVoiceNote({
    channelId,
    authorId: personId,
    bytes: Buffer.from("x"),
    durationSecs: 1,
  });
  const thread = discord.startThread({ channelId, messageId: note.id, authorId: personId, name: "talk" });
  const gone = next(bot, "channelDelete");
  discord.deleteChannel(channelId);
  expect((await gone)[0].id).toBe(channelId);
  const call = restOf(discord);
  expect(refusal(await call(`GET /channels/${thread.id}`))).toEqual([404, 10_003]);
  expect((await fetch(note.attachments[0]!.url)).status).toBe(404);
});
