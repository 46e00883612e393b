import { expect, test } from "vitest";

import { logIn, next, setStage } from "./discord-bot.ts";

/** A call as another process makes it. */
async function steer(origin: string, name: string, input: object = {}): Promise<unknown> {
  const response = await fetch(`${origin}/__control/${name}`, {
    method: "POST",
    body: JSON.stringify(input),
  });
  return response.json();
}

test("another process sets a stage, posts a voice note and waits for the answer", async () => {
  await using stage = await setStage();
  const { origin } = stage.discord;
  await using bot = await logIn(stage.discord);
  bot.on("messageCreate", (message) => {
    if (message.flags.has(8192)) void message.reply("heard you");
  });
  const about = await steer(origin, "about");
  expect(about).toMatchObject({ origin, application: { botId: bot.user.id } });
  const person = (await steer(origin, "createUser", { username: "grace" })) as { readonly id: string };
  const guild = (await steer(origin, "createGuild", { name: "There", ownerId: person.id })) as {
    readonly id: string;
  };
  const channel = (await steer(origin, "createChannel", { guildId: guild.id, name: "notes" })) as {
    readonly id: string;
  };
  const joined = next(bot, "guildCreate");
  await steer(origin, "addMember", { guildId: guild.id, userId: bot.user.id });
  await joined;
  const bytes = { base64: Buffer.from("OggS").toString("base64") };
  const note = { channelId: channel.id, authorId: person.id, bytes, durationSecs: 1 };
  expect(await steer(origin, "postVoiceNote", note)).toMatchObject({
    flags: 8192,
    attachments: [{ size: 4 }],
  });
  const answer = await steer(origin, "waitForMessage", { channelId: channel.id, contains: "heard" });
  expect(answer).toMatchObject({ author: { id: bot.user.id }, content: "heard you", previews: [] });
  const request = await steer(origin, "waitForRequest", {
    method: "POST",
    route: "/channels/:channel/messages",
  });
  expect(request).toMatchObject({ status: 200 });
});

test("another process drops the gateway and spoils requests", async () => {
  await using stage = await setStage();
  const { origin } = stage.discord;
  await using bot = await logIn(stage.discord);
  const resumed = next(bot, "shardResume");
  await steer(origin, "dropGateway", { how: "close" });
  await resumed;
  expect(await steer(origin, "gateway")).toEqual({ identifies: 1, resumes: 1, connected: 1 });
  await steer(origin, "failNext", { kind: "status", status: 500, times: 1 });
  await bot.users.fetch(stage.personId, { force: true });
  const { journal } = stage.discord;
  expect(journal.slice(-2).map(({ status }) => status)).toEqual([500, 200]);
});

test("a call that does not exist, and one that cannot be done, say so", async () => {
  await using stage = await setStage();
  const { origin } = stage.discord;
  expect(await steer(origin, "dance")).toMatchObject({
    message: expect.stringContaining("no such call: dance"),
  });
  expect(await steer(origin, "postMessage", { channelId: "1", authorId: "2" })).toEqual({
    message: "no channel 1",
  });
});
