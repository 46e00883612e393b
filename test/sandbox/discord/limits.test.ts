import type { TextChannel } from "discord.js";
import { expect, test } from "vitest";

import type { Fault } from "../../../src/sandbox/discord/faults.ts";
import { createBot, logIn, setStage } from "./discord-bot.ts";
import { restOf } from "./rest-call.ts";

const posting = "POST /channels/:channel/messages";

test("the sixth message in five seconds is a 429 with its wait, and the next window takes it", async () => {
  await using stage = await setStage();
  const call = restOf(stage.discord);
  const post = async (): ReturnType<typeof call> =>
    call(`POST /channels/${stage.channelId}/messages`, { body: { content: "x" } });
  for (const remaining of ["4", "3", "2", "1", "0"]) {
    const { status, headers } = await post();
    expect([status, headers.get("x-ratelimit-limit"), headers.get("x-ratelimit-remaining")]).toEqual([
      200,
      "5",
      remaining,
    ]);
  }
  const { status, headers, body } = await post();
  expect(status).toBe(429);
  expect(body).toMatchObject({
    message: "You are being rate limited.",
    global: false,
    retry_after: expect.any(Number),
  });
  expect(headers.get("x-ratelimit-scope")).toBe("user");
  expect(Number(headers.get("retry-after"))).toBe(5);
  stage.discord.clock.advance(5000);
  expect((await post()).status).toBe(200);
});

test("each channel has a bucket of its own", async () => {
  await using stage = await setStage({ limits: { routes: { [posting]: { limit: 1, windowMs: 5000 } } } });
  const { discord, channelId, guildId } = stage;
  const other = discord.createChannel({ guildId, name: "other" });
  const call = restOf(discord);
  const statuses = [];
  for (const id of [channelId, channelId, other.id]) {
    statuses.push((await call(`POST /channels/${id}/messages`, { body: { content: "x" } })).status);
  }
  expect(statuses).toEqual([200, 429, 200]);
});

test("the global limit stops everything but interactions", async () => {
  await using stage = await setStage({ limits: { global: { limit: 2, windowMs: 1000 } } });
  const call = restOf(stage.discord);
  const replies = [await call("GET /users/@me"), await call("GET /users/@me"), await call("GET /users/@me")];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(replies[2]?.headers.get("x-ratelimit-global")).toBe("true");
  expect(replies[2]?.body).toMatchObject({ global: true });
  const callback = await call(`POST /interactions/${"1".repeat(18)}/token/callback`, { body: { type: 5 } });
  expect(callback.status).toBe(404);
});

test("discord.js waits for the bucket and gets every message through", async () => {
  await using stage = await setStage({ limits: { routes: { [posting]: { limit: 2, windowMs: 200 } } } });
  await using bot = await logIn(stage.discord);
  const channel = bot.channels.cache.get(stage.channelId) as TextChannel;
  await Promise.all(["1", "2", "3", "4", "5"].map(async (content) => channel.send(content)));
  expect(stage.discord.messages(stage.channelId).map(({ content }) => content)).toEqual([
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
});

test.each<[string, Fault]>([
  ["a 429 on demand", { kind: "rate-limit", retryAfterMs: 10 }],
  ["a shared 429 on demand", { kind: "rate-limit", retryAfterMs: 10, scope: "shared" }],
  ["two 500s", { kind: "status", status: 500, times: 2 }],
  ["a connection reset", { kind: "reset" }],
  ["a late answer", { kind: "delay", delayMs: 30 }],
])("discord.js gets past %s", async (_, fault) => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const channel = bot.channels.cache.get(stage.channelId) as TextChannel;
  stage.discord.failNext({ ...fault, method: "POST", path: "/channels/*/messages" });
  await channel.send("through");
  expect(stage.discord.messages(stage.channelId)).toHaveLength(1);
});

test("a lost answer makes discord.js post twice, unless the nonce is enforced", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const channel = bot.channels.cache.get(stage.channelId) as TextChannel;
  const lose = (): void =>
    stage.discord.failNext({ kind: "reset", afterwards: true, method: "POST", path: "/channels/*/messages" });
  lose();
  await channel.send({ content: "plain", nonce: "1" });
  lose();
  await channel.send({ content: "enforced", nonce: "2", enforceNonce: true });
  const contents = stage.discord.messages(stage.channelId).map(({ content }) => content);
  expect(contents).toEqual(["plain", "plain", "enforced"]);
});

test("a request that hangs ends at the client's own deadline", async () => {
  await using stage = await setStage();
  await using bot = createBot(stage.discord);
  bot.rest.setToken(stage.discord.application.token);
  bot.rest.options.retries = 0;
  bot.rest.options.timeout = 50;
  stage.discord.failNext({ kind: "hang" });
  await expect(bot.rest.get("/users/@me")).rejects.toThrow("aborted");
  await stage.discord.waitFor(() => stage.discord.journal.some(({ status }) => status === -1));
});

test("a status on demand may carry a code of Discord's", async () => {
  await using stage = await setStage();
  stage.discord.failNext({
    kind: "status",
    status: 403,
    code: 50_001,
    message: "Missing Access",
    path: "/users/@me",
  });
  const call = restOf(stage.discord);
  expect((await call("GET /users/@me")).body).toEqual({ message: "Missing Access", code: 50_001 });
  expect((await call("GET /users/@me")).status).toBe(200);
});

test("the journal names each request, its route and its answer", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  const call = restOf(discord);
  await call(`POST /channels/${channelId}/messages`, { body: { content: "x" } });
  await call(`POST /channels/${channelId}/messages`, { body: {} });
  await discord.waitFor(
    () => discord.journal.length === 2 && discord.journal.every(({ status }) => status !== 0),
  );
  expect(discord.journal).toMatchObject([
    { number: 1, method: "POST", route: "/channels/:channel/messages", status: 200, code: undefined },
    { number: 2, method: "POST", route: "/channels/:channel/messages", status: 400, code: 50_006 },
  ]);
});
