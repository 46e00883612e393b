import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { commands } from "../../../commands/index.ts";
import { registerCommands } from "../../../src/bot/register-commands.ts";
import { BotError } from "../../../src/bot/errors.ts";
import { setBotStage } from "../bot-stage.ts";

const content = 1 << 15;

/** The intents of everybody who is connected. */
function intentsOf(stage: Awaited<ReturnType<typeof setBotStage>>): readonly number[] {
  return stage.discord.gateway.connected().map(({ intents }) => intents);
}

test("a refused token ends the start with its own code and one sentence", async () => {
  await using stage = await setBotStage({ start: false, bot: { token: "wrong" } });
  const error = await stage.bot.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BotError);
  expect(error).toMatchObject({ code: "token-refused", message: expect.stringContaining("DISCORD_TOKEN") });
  expect(String(error)).not.toContain("wrong");
});

test("a token refused only by the gateway is told apart from an outage too", async () => {
  await using stage = await setBotStage({ start: false });
  stage.discord.gateway.hold();
  const started = stage.bot.start().catch((reason: unknown) => reason);
  await stage.discord.waitFor(() => stage.discord.journal.some(({ path }) => path === "/gateway/bot"));
  stage.discord.application.privileged.messageContent = true;
  const renamed = stage.discord.world.applications.get(stage.discord.application.id)!;
  Object.assign(renamed, { token: "reset" });
  stage.discord.gateway.release();
  expect(await started).toMatchObject({ code: "token-refused" });
});

test("a Discord out of reach is tried a few times and then named", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await using stage = await setBotStage({
    start: false,
    bot: { apiUrl: `http://127.0.0.1:${port}/api` },
    limits: { login: { loginTimeoutMs: 5000, loginPausesMs: [1, 1] } },
  });
  await expect(stage.bot.start()).rejects.toMatchObject({ code: "discord-unreachable" });
  expect(stage.logged.filter(({ message }) => message.includes("out of reach"))).toHaveLength(2);
});

test("a gateway that never answers does not hold up the start for ever", async () => {
  await using stage = await setBotStage({
    start: false,
    limits: { login: { loginTimeoutMs: 300, loginPausesMs: [] } },
  });
  stage.discord.gateway.hold();
  await expect(stage.bot.start()).rejects.toMatchObject({ code: "discord-unreachable" });
});

test("refused the Message Content intent it connects without it, and explains the menu once in each channel", async () => {
  await using stage = await setBotStage({ discord: { application: { messageContent: false } } });
  expect(intentsOf(stage).map((intents) => intents & content)).toEqual([0]);
  const first = stage.note("unseen");
  const [told] = await stage.replies(first);
  expect(told?.content).toMatch(/\*\*Apps\*\*.*\*\*Transcribe\*\*/);
  stage.note("unseen too");
  const other = stage.discord.createChannel({ guildId: stage.guildId, name: "other" });
  await stage.replies(stage.note("unseen elsewhere", { channelId: other.id }), other.id);
  const ours = stage.discord
    .messages(stage.channelId)
    .filter(({ author }) => author.id === stage.discord.application.botId);
  expect(ours).toHaveLength(1);
  expect(stage.heard).toEqual([]);
});

test("without the intent direct messages are answered all the same", async () => {
  await using stage = await setBotStage({ discord: { application: { messageContent: false } } });
  const dm = stage.discord.openDm(stage.personId, stage.discord.application.botId);
  const noteId = stage.note("between us", { channelId: dm.id });
  expect((await stage.replies(noteId, dm.id))[0]?.content).toMatch(/^between us\n/);
});

test("a connection that drops and resumes loses no note", async () => {
  await using stage = await setBotStage();
  stage.discord.gateway.drop({ how: "close" });
  const noteId = stage.note("said meanwhile");
  expect((await stage.answered(noteId))[0]?.content).toMatch(/^said meanwhile\n/);
});

test("a note that the gateway tells twice is answered once", async () => {
  await using stage = await setBotStage();
  const noteId = stage.note("once");
  await stage.answered(noteId);
  const restarted = await stage.restart();
  expect(restarted).toBeDefined();
  await stage.jobs.enqueue({
    kind: "note",
    key: noteId,
    data: {},
    turn: { lane: "note", guildId: stage.guildId, memberId: stage.personId },
  });
  await stage.answered(stage.note("another"));
  expect(stage.heard).toEqual(["once", "another"]);
});

test("a token reset while the bot is connected is told to whoever started it", async () => {
  await using stage = await setBotStage();
  Object.assign(stage.discord.world.applications.get(stage.discord.application.id)!, { token: "reset" });
  stage.discord.gateway.drop({ how: "close", code: 4004 });
  await stage.discord.waitFor(() => stage.discord.gateway.connected().length === 0);
  await expect.poll(() => stage.lost).toMatchObject([{ code: "token-refused" }]);
});

test("stopping finishes what runs and takes nothing new", async () => {
  await using stage = await setBotStage();
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const say = stage.script;
  stage.script = async (bytes, options) => {
    begun.resolve();
    await go.promise;
    return await say(bytes, options);
  };
  const noteId = stage.note("last words");
  await begun.promise;
  const stopped = stage.bot.stop(5000);
  await stage.discord.waitFor(() => stage.discord.gateway.connected().length === 0);
  stage.note("too late");
  go.resolve();
  await stopped;
  expect((await stage.answered(noteId))[0]?.content).toMatch(/^last words\n/);
  expect(stage.heard).toEqual(["last words"]);
});

test("stopping hands back what takes too long, and the next start answers it", async () => {
  await using stage = await setBotStage();
  const begun = Promise.withResolvers<void>();
  const say = stage.script;
  stage.script = async (_, { signal }) => {
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return await promise;
  };
  const noteId = stage.note("patience");
  await begun.promise;
  await stage.bot.stop(1);
  stage.script = say;
  await stage.restart();
  expect((await stage.answered(noteId))[0]?.content).toMatch(/^patience\n/);
});

test("commands are registered at the first start and not again until they change", async () => {
  await using stage = await setBotStage();
  await stage.restart();
  const puts = stage.calls().filter((call) => call.startsWith("PUT"));
  expect(puts).toEqual(["PUT /applications/:application/commands"]);
  const names = [...stage.discord.application.commands.values()].map(({ payload }) => payload.name);
  expect(names).toEqual(commands.map((command) => command.definition.name));
  expect(names).toEqual(
    expect.arrayContaining(["transcribe", "Transcribe", "captions", "privacy", "settings"]),
  );
});

test("registerCommands registers them without logging in", async () => {
  await using stage = await setBotStage({ start: false });
  const { discord, store } = stage;
  const { token } = discord.application;
  expect(await registerCommands({ token, apiUrl: discord.apiUrl, store, commands })).toBe(commands.length);
  expect(discord.application.commands.size).toBe(commands.length);
  expect(discord.gateway.counts.identifies).toBe(0);
});

test("registerCommands says in one line that Discord refuses them", async () => {
  await using stage = await setBotStage({ start: false });
  const { discord, store } = stage;
  const refusal = { kind: "status", status: 400, code: 50_035, message: "Invalid Form Body" } as const;
  discord.failNext({ ...refusal, method: "PUT", path: "/applications/*" });
  const { token } = discord.application;
  const registered = registerCommands({ token, apiUrl: discord.apiUrl, store, commands });
  await expect(registered).rejects.toMatchObject({
    name: "BotError",
    message: "Discord refuses the commands (DISCORD.50035).",
  });
});

test("registerCommands says that the token is refused", async () => {
  await using stage = await setBotStage({ start: false });
  const { discord, store } = stage;
  const registered = registerCommands({ token: "wrong", apiUrl: discord.apiUrl, store, commands });
  await expect(registered).rejects.toMatchObject({ code: "token-refused" });
});

test("commands that Discord refuses do not keep the bot from working", async () => {
  await using stage = await setBotStage({ start: false });
  stage.discord.failNext({
    method: "PUT",
    kind: "status",
    status: 400,
    code: 50_035,
    message: "Invalid Form Body",
  });
  await stage.bot.start();
  expect(await stage.answered(stage.note("still here"))).toHaveLength(1);
});
