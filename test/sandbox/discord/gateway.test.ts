import { Events, GatewayIntentBits, type Message } from "discord.js";
import { expect, test } from "vitest";

import { createBot, logIn, next, setStage, usualIntents } from "./discord-bot.ts";
import { isEvent, openRaw } from "./raw-gateway.ts";
import { restOf } from "./rest-call.ts";

const withoutContent = usualIntents.filter((one) => one !== GatewayIntentBits.MessageContent);

test("a connection that is cut resumes, and every event of the meantime arrives once", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord);
  const heard: string[] = [];
  bot.on("messageCreate", ({ content }) => heard.push(content));
  discord.gateway.drop({ how: "close" });
  for (const content of ["one", "two", "three"]) {
    discord.postMessage({ channelId, authorId: personId, content });
  }
  await next(bot, "shardResume");
  const last = next(bot, "messageCreate");
  discord.postMessage({ channelId, authorId: personId, content: "four" });
  await last;
  expect(heard).toEqual(["one", "two", "three", "four"]);
  expect(discord.gateway.counts.identifies).toBe(1);
});

test("asked to reconnect by op 7, the client resumes", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const resumed = next(bot, "shardResume");
  stage.discord.gateway.drop({ how: "reconnect" });
  await resumed;
  expect(stage.discord.gateway.counts).toEqual({ identifies: 1, resumes: 1 });
});

test("a session that cannot be resumed starts anew, and what happened in between is lost", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord);
  const heard: string[] = [];
  bot.on("messageCreate", ({ content }) => heard.push(content));
  const again = next(bot, "shardReady");
  discord.gateway.drop({ how: "close", code: 4000, resumable: false });
  discord.postMessage({ channelId, authorId: personId, content: "lost" });
  await again;
  const arrival = next(bot, "messageCreate");
  discord.postMessage({ channelId, authorId: personId, content: "heard" });
  await arrival;
  expect(heard).toEqual(["heard"]);
  expect(discord.gateway.counts).toEqual({ identifies: 2, resumes: 0 });
});

test("a session invalidated but resumable goes on over the same connection", async () => {
  await using stage = await setStage();
  await using raw = await openRaw(stage.discord);
  raw.identify();
  const { d, s } = await raw.packet(isEvent("READY"));
  await raw.packet(isEvent("GUILD_CREATE"));
  stage.discord.gateway.drop({ how: "invalidate" });
  expect(await raw.packet(({ op }) => op === 9)).toMatchObject({ d: true });
  const { session_id: id } = d as { readonly session_id: string };
  raw.send({ op: 6, d: { token: stage.discord.application.token, session_id: id, seq: s } });
  expect(await raw.packet(isEvent("GUILD_CREATE"))).toMatchObject({ s: 2 });
  expect(await raw.packet(isEvent("RESUMED"))).toMatchObject({ s: 3 });
});

test("resuming past the newest event is refused with op 9", async () => {
  await using stage = await setStage();
  await using raw = await openRaw(stage.discord);
  raw.identify();
  const { d } = await raw.packet(isEvent("READY"));
  const { session_id: id } = d as { readonly session_id: string };
  stage.discord.gateway.drop({ how: "close" });
  await using again = await openRaw(stage.discord);
  again.send({ op: 6, d: { token: stage.discord.application.token, session_id: id, seq: 99 } });
  expect(await again.packet(({ op }) => op === 9)).toMatchObject({ d: false });
});

test("a wrong token is refused at login", async () => {
  await using stage = await setStage();
  await using bot = createBot(stage.discord);
  await expect(bot.login("wrong.token.entirely")).rejects.toMatchObject({ code: "TokenInvalid" });
});

test("a privileged intent that the portal has switched off is refused with 4014", async () => {
  await using stage = await setStage({ application: { messageContent: false } });
  await using bot = createBot(stage.discord);
  await expect(bot.login(stage.discord.application.token)).rejects.toThrow("disallowed intents");
});

test.each([
  ["an unknown token", 4004, { token: "nobody.knows.it" }],
  ["an intent that does not exist", 4013, { intents: 1 << 30 }],
  ["a shard beyond the count", 4010, { shard: [2, 2] }],
  ["no properties", 4002, { properties: undefined }],
])("IDENTIFY with %s closes with %i", async (_, code, changes) => {
  await using stage = await setStage();
  await using raw = await openRaw(stage.discord);
  raw.identify(changes);
  expect(await raw.closed()).toBe(code);
});

test.each([
  ["an unknown opcode", 4001, { op: 99 }],
  ["an opcode before IDENTIFY", 4003, { op: 8 }],
  ["something that is no packet", 4002, ["op"]],
])("%s closes with %i", async (_, code, packet) => {
  await using stage = await setStage();
  await using raw = await openRaw(stage.discord);
  raw.send(packet);
  expect(await raw.closed()).toBe(code);
});

test("an old gateway version closes with 4012", async () => {
  await using stage = await setStage();
  await using raw = await openRaw(stage.discord, "v=8&encoding=json");
  expect(await raw.closed()).toBe(4012);
});

test("heartbeats are acknowledged, and whoever sends none is dropped with 4009", async () => {
  await using stage = await setStage({ heartbeatIntervalMs: 40 });
  await using raw = await openRaw(stage.discord);
  expect(await raw.packet(({ op }) => op === 10)).toMatchObject({ d: { heartbeat_interval: 40 } });
  raw.send({ op: 1, d: null });
  expect(await raw.packet(({ op }) => op === 11)).toMatchObject({ op: 11 });
  expect(await raw.closed()).toBe(4009);
});

test("more packets than the limit close with 4008", async () => {
  await using stage = await setStage({ maxGatewaySendsPerMinute: 3 });
  await using raw = await openRaw(stage.discord);
  for (let sent = 0; sent < 4; sent += 1) raw.send({ op: 1, d: null });
  expect(await raw.closed()).toBe(4008);
});

test("each shard gets its own guilds", async () => {
  await using stage = await setStage();
  const { discord, personId } = stage;
  for (let made = 0; made < 8; made += 1) {
    const guild = discord.createGuild({ name: `guild ${made}`, ownerId: personId });
    discord.addMember({ guildId: guild.id, userId: discord.application.botId });
    // The shard is in the time of the id: guilds of one millisecond share it.
    discord.clock.advance(1);
  }
  const shards = await Promise.all(
    [0, 1].map(async (shard) => {
      await using raw = await openRaw(discord);
      raw.identify({ shard: [shard, 2] });
      const { d } = await raw.packet(isEvent("READY"));
      return (d as { readonly guilds: readonly { readonly id: string }[] }).guilds.map(({ id }) => id);
    }),
  );
  expect(shards.flat().sort()).toEqual([...discord.world.guilds.keys()].sort());
  for (const [shard, ids] of shards.entries()) {
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => (BigInt(id) >> 22n) % 2n === BigInt(shard))).toBe(true);
  }
});

test("without the message intent no message arrives", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId, guildId } = stage;
  await using bot = await logIn(discord, [GatewayIntentBits.Guilds]);
  const heard: Message[] = [];
  bot.on("messageCreate", (message) => heard.push(message));
  const later = next(bot, "channelCreate");
  discord.postMessage({ channelId, authorId: personId, content: "unheard" });
  discord.createChannel({ guildId, name: "later" });
  await later;
  expect(heard).toEqual([]);
});

test("nothing arrives from a channel the bot does not see", async () => {
  await using stage = await setStage();
  const { discord, personId, guildId, channelId } = stage;
  const hidden = discord.createChannel({
    guildId,
    name: "hidden",
    overwrites: [{ id: discord.application.botId, deny: ["viewChannel"] }],
  });
  await using bot = await logIn(discord);
  const arrival = next(bot, "messageCreate");
  discord.postMessage({ channelId: hidden.id, authorId: personId, content: "unheard" });
  discord.postMessage({ channelId, authorId: personId, content: "heard" });
  expect((await arrival)[0].content).toBe("heard");
});

test("without MESSAGE_CONTENT a voice note comes without its file but with its flag", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord, withoutContent);
  const arrival = next(bot, "messageCreate");
  discord.postVoiceNote({ channelId, authorId: personId, bytes: Buffer.from("ogg"), durationSecs: 1 });
  const [{ attachments, flags }] = await arrival;
  expect({ files: attachments.size, flags: flags.bitfield }).toEqual({ files: 0, flags: 8192 });
});

test("without MESSAGE_CONTENT a forward's snapshot is empty too", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord, withoutContent);
  const note = discord.postVoiceNote({
    channelId,
    authorId: personId,
    bytes: Buffer.from("ogg"),
    durationSecs: 1,
  });
  const arrival = next(bot, "messageCreate", ({ messageSnapshots }) => messageSnapshots.size > 0);
  discord.forward({ channelId, authorId: personId, fromChannelId: channelId, messageId: note.id });
  const [message] = await arrival;
  const snapshot = message.messageSnapshots.first();
  expect({ files: snapshot?.attachments.size, flags: snapshot?.flags.bitfield }).toEqual({
    files: 0,
    flags: 8192,
  });
});

test("content is there without MESSAGE_CONTENT where the bot is mentioned, and in a DM", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const { botId } = discord.application;
  await using bot = await logIn(discord, withoutContent);
  const heard: string[] = [];
  bot.on(Events.MessageCreate, ({ content }) => heard.push(content));
  discord.postMessage({ channelId, authorId: personId, content: "not for you" });
  discord.postMessage({ channelId, authorId: personId, content: `<@${botId}> for you` });
  const dm = discord.openDm(personId, botId);
  const last = next(bot, "messageUpdate");
  const { id } = discord.postMessage({ channelId: dm.id, authorId: personId, content: "between us" });
  discord.editMessage(dm.id, id, "between us two");
  expect((await last)[1].content).toBe("between us two");
  expect(heard).toEqual(["", `<@${botId}> for you`, "between us"]);
});

test("a new guild arrives as guildCreate, and being thrown out as guildDelete", async () => {
  await using stage = await setStage();
  const { discord, personId } = stage;
  await using bot = await logIn(discord);
  const guild = discord.createGuild({ name: "new", ownerId: personId });
  const welcome = next(bot, "guildCreate");
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  expect((await welcome)[0].name).toBe("new");
  const farewell = next(bot, "guildDelete");
  discord.removeMember(guild.id, discord.application.botId);
  expect((await farewell)[0].id).toBe(guild.id);
});

test("members can be asked for over the gateway", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const guild = bot.guilds.cache.get(stage.guildId);
  const found = await guild?.members.fetch({ query: "ad", limit: 5 });
  expect(found?.map(({ displayName }) => displayName)).toEqual(["Ada"]);
});

test("a bot that asks for a voice channel is told its state and the server to go to", async () => {
  await using stage = await setStage();
  const { discord, guildId, personId } = stage;
  const room = discord.createChannel({ guildId, name: "room", type: "voice" });
  const admitted: string[] = [];
  discord.voice.useHost({
    endpoint: "localhost:4433",
    admit: ({ userId }) => {
      admitted.push(userId);
      return "voice-token";
    },
  });
  await using raw = await openRaw(discord);
  raw.identify({ intents: 1 | (1 << 7) });
  await raw.packet(isEvent("GUILD_CREATE"));
  discord.voice.change({ guildId, userId: personId, channelId: room.id });
  expect(await raw.packet(isEvent("VOICE_STATE_UPDATE"))).toMatchObject({ d: { user_id: personId } });
  raw.send({ op: 4, d: { guild_id: guildId, channel_id: room.id, self_mute: false, self_deaf: false } });
  expect(await raw.packet(isEvent("VOICE_STATE_UPDATE"))).toMatchObject({
    d: { user_id: discord.application.botId, channel_id: room.id },
  });
  expect(await raw.packet(isEvent("VOICE_SERVER_UPDATE"))).toMatchObject({
    d: { guild_id: guildId, endpoint: "localhost:4433", token: "voice-token" },
  });
  expect(admitted).toEqual([discord.application.botId]);
});

test("delayed events still come in their order", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  await using bot = await logIn(discord);
  const heard: string[] = [];
  bot.on("messageCreate", ({ content }) => heard.push(content));
  const last = next(bot, "messageCreate", ({ content }) => content === "two");
  discord.gateway.setDelay(30);
  discord.postMessage({ channelId, authorId: personId, content: "one" });
  discord.gateway.setDelay(0);
  discord.postMessage({ channelId, authorId: personId, content: "two" });
  await last;
  expect(heard).toEqual(["one", "two"]);
});

test("clients that connect while the gateway is held are greeted when it is released", async () => {
  await using stage = await setStage();
  stage.discord.gateway.hold();
  await using raw = await openRaw(stage.discord);
  raw.identify();
  expect(raw.seen).toEqual([]);
  stage.discord.gateway.release();
  expect(await raw.packet(({ op }) => op === 10)).toMatchObject({ op: 10 });
});

test("without GUILD_MEMBERS only the bot's own coming into a thread is told", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId, guildId } = stage;
  const guest = discord.createUser({ username: "guest" });
  discord.addMember({ guildId, userId: guest.id });
  const { id } = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const thread = discord.startThread({ channelId, messageId: id, authorId: personId, name: "talk" });
  await using raw = await openRaw(discord);
  raw.identify();
  await raw.packet(isEvent("GUILD_CREATE"));
  discord.postMessage({ channelId: thread.id, authorId: guest.id, content: "x" });
  await restOf(discord)(`PUT /channels/${thread.id}/thread-members/@me`);
  expect(await raw.packet(isEvent("THREAD_CREATE"))).toMatchObject({ d: { id: thread.id } });
  expect(await raw.packet(isEvent("THREAD_MEMBERS_UPDATE"))).toMatchObject({
    d: { added_members: [{ user_id: discord.application.botId }] },
  });
});
