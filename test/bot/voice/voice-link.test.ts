import { afterEach, describe, expect, test } from "vitest";

import { judgeClose, rejoinDelayMs } from "../../../src/bot/voice/voice-rejoin.ts";
import type { VoicePerson } from "../../../src/sandbox/voice/voice-room.ts";
import type { VoiceServer } from "../../../src/sandbox/voice/voice-server.ts";
import { numberedPackets } from "../../sandbox/voice/voice-client.ts";
import { anna, ben, botId, channelId, createStage, type Listener } from "./voice-listener.ts";

const stage = createStage();
afterEach(() => stage.end());

const otherChannelId = "1200000000000000002";
const quick = { rejoinDelayMs: () => 20, moveMs: 150, leaveMs: 100 };

async function meet(): Promise<{ server: VoiceServer; person: VoicePerson; bot: Listener }> {
  const server = await stage.serve();
  const person = server.room(channelId).enter({ id: anna });
  const bot = stage.listen(server, { timing: quick });
  await bot.shares(() => person.privacyCode);
  return { server, person, bot };
}

/** Whether the bot hears this person in the same group. */
async function hears(bot: Listener, person: VoicePerson): Promise<void> {
  await person.ready();
  await bot.shares(() => person.privacyCode);
  const before = bot.heard(person.id).length;
  await person.say(numberedPackets(5, 1000 + before));
  await bot.until(() => bot.heard(person.id).length >= before + 5);
  expect(bot.heard(person.id).slice(before)).toEqual(numberedPackets(5, 1000 + before));
}

/** States in their order, each once. */
const states = (bot: Listener): string[] =>
  bot.events.flatMap((event) => (event.type === "state" ? [event.state.status] : []));

test("the waits before joining again are 1, 2, 4, 8, 16 and then 30 seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(rejoinDelayMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test.each([4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4015, 4016, 4020, 1006])(
  "%i is answered by joining again",
  (code) => expect(judgeClose(code)).toBe("rejoin"),
);

describe("a close code of the voice server", () => {
  test.each([
    [4017, "encryption-unsupported"],
    [4021, "rate-limited"],
    [4022, "call-ended"],
  ])("%i is final: %s", async (code, reason) => {
    const { server, bot } = await meet();
    server.drop(botId, code);
    expect(await bot.reached("left")).toEqual({ status: "left", reason, closeCode: code });
    expect(bot.gateway.asked).toEqual([channelId, null]);
  });

  test("4006 is followed by joining again, and hearing", async () => {
    const { server, person, bot } = await meet();
    server.drop(botId, 4006);
    await bot.reached("waiting");
    await bot.reached("listening");
    await hears(bot, person);
    expect(states(bot)).toEqual(["listening", "waiting", "joining", "listening"]);
  });

  test("that comes back each time just after it let us in is forgiven only when we stayed a while", async () => {
    const { server, bot } = await meet();
    for (let time = 0; time < 5; time++) {
      server.drop(botId, 4006);
      await bot.reached("waiting");
      await bot.reached("listening");
    }
    server.drop(botId, 4006);
    expect(await bot.reached("left")).toMatchObject({ reason: "unreachable", closeCode: 4006 });
  });
});

describe("a move", () => {
  test("to another voice server is followed", async () => {
    const { bot } = await meet();
    const other = await stage.serve();
    const person = other.room(channelId).enter({ id: anna });
    bot.gateway.offer(other);
    await hears(bot, person);
    expect(bot.channel.stats.rejoins).toBe(0);
  });

  test("to another voice server that is named only later is waited for", async () => {
    const { bot } = await meet();
    const other = await stage.serve();
    const person = other.room(channelId).enter({ id: anna });
    bot.gateway.offer("none");
    bot.gateway.offer(other);
    await hears(bot, person);
  });

  test.each([
    ["before", true],
    ["after", false],
  ])("to another channel is followed and told, the old one closing %s", async (_, closesFirst) => {
    const { server, bot } = await meet();
    const person = server.room(otherChannelId).enter({ id: ben });
    if (closesFirst) server.drop(botId, 4014);
    if (closesFirst) await bot.until(() => bot.channel.privacyCode === undefined);
    bot.gateway.state({ channelId: otherChannelId });
    bot.gateway.offer(server);
    await hears(bot, person);
    expect(bot.channel.channelId).toBe(otherChannelId);
    expect(bot.events).toContainEqual({ type: "moved", channelId: otherChannelId });
    expect(bot.gateway.asked).toEqual([channelId]);
  });

  test("without a voice server is followed by asking for one", async () => {
    const { server, bot } = await meet();
    const person = server.room(otherChannelId).enter({ id: ben });
    bot.gateway.state({ channelId: otherChannelId });
    server.drop(botId, 4014);
    await hears(bot, person);
    expect(bot.gateway.asked).toEqual([channelId, otherChannelId]);
  });
});

describe("being disconnected", () => {
  test("by somebody ends it, whatever the voice server says", async () => {
    const { bot } = await meet();
    bot.gateway.state({ channelId: null });
    expect(await bot.reached("left")).toMatchObject({ reason: "removed" });
  });

  test("with 4014 and no word where to ends it after a while", async () => {
    const { server, bot } = await meet();
    server.drop(botId, 4014);
    expect(await bot.reached("left")).toMatchObject({ reason: "removed", closeCode: 4014 });
  });

  test("from Discord as a whole ends it", async () => {
    const { bot } = await meet();
    bot.gateway.lose();
    expect(await bot.reached("left")).toMatchObject({ reason: "gateway-lost" });
  });
});

describe("Discord", () => {
  test("that never answers is asked five times more, and then not any more", async () => {
    const server = await stage.serve();
    const bot = stage.listen(server, {
      timing: { ...quick, connectMs: 50 },
      prepare: (gateway) => (gateway.mode = "ignores"),
    });
    expect(await bot.channel.arrived()).toEqual({
      status: "left",
      reason: "unanswered",
      closeCode: undefined,
    });
    expect(bot.gateway.asked.filter((asked) => asked !== null).length).toBe(6);
  });

  test("that takes no message for now is asked again", async () => {
    const server = await stage.serve();
    const person = server.room(channelId).enter({ id: anna });
    const bot = stage.listen(server, { timing: quick, prepare: (gateway) => (gateway.mode = "refuses") });
    await bot.reached("waiting");
    bot.gateway.mode = "answers";
    await hears(bot, person);
  });

  test("that names a voice server with an impossible address is asked for another one", async () => {
    const { bot, person, server } = await meet();
    bot.gateway.offer({ ...server, endpoint: "not a host:x" });
    bot.gateway.server = server;
    await bot.reached("waiting");
    await bot.reached("listening");
    await hears(bot, person);
    expect(bot.channel.stats.faults).toBe(1);
  });
});

describe("a voice server", () => {
  test("that accepts and says nothing is given up", async () => {
    const server = await stage.serve();
    const person = server.room(channelId).enter({ id: anna });
    server.media.ignoreDiscoveries(1_000_000);
    const bot = stage.listen(server, { timing: { ...quick, connectMs: 200, discoveryRetryMs: 50 } });
    await bot.reached("waiting");
    server.media.ignoreDiscoveries(0);
    await hears(bot, person);
  });

  test("that cannot be reached at all leaves us in a process that lives on", async () => {
    const server = await stage.serve();
    const gone = await stage.serve();
    const { endpoint } = gone;
    await stage.close(gone);
    const bot = stage.listen(server, {
      timing: quick,
      prepare: (gateway) => (gateway.server = { ...server, endpoint }),
    });
    expect(await bot.channel.arrived()).toMatchObject({ status: "left", reason: "unreachable" });
  });
});

describe("recovery", () => {
  test("by joining again leaves first, and hears again", async () => {
    const { person, bot } = await meet();
    await hears(bot, person);
    bot.channel.recover("rejoin");
    await bot.reached("joining");
    await hears(bot, person);
    expect(bot.gateway.asked).toEqual([channelId, null, channelId]);
  });

  test("by beginning anew does so too, with another connection", async () => {
    const { person, bot } = await meet();
    await hears(bot, person);
    bot.channel.recover("reinitialize");
    await bot.reached("joining");
    await hears(bot, person);
    expect(bot.gateway.asked).toEqual([channelId, null, channelId]);
  });

  test("goes on where Discord never says that we left", async () => {
    const { person, bot } = await meet();
    bot.gateway.mode = "ignores";
    bot.channel.recover("rejoin");
    bot.gateway.mode = "answers";
    await bot.reached("joining");
    await hears(bot, person);
  });

  test("asked for twice at once happens once", async () => {
    const { person, bot } = await meet();
    bot.channel.recover("rejoin");
    bot.channel.recover("reinitialize");
    await bot.reached("joining");
    await hears(bot, person);
    expect(bot.gateway.asked).toEqual([channelId, null, channelId]);
  });

  test("does not bring back a bot that was told to leave", async () => {
    const { bot } = await meet();
    bot.channel.recover("rejoin");
    bot.channel.leave();
    bot.gateway.state({ channelId: null });
    await bot.until(() => bot.gateway.asked.length >= 2);
    expect(bot.channel.state).toMatchObject({ status: "left", reason: "asked" });
    expect(bot.gateway.asked.filter((asked) => asked !== null)).toEqual([channelId]);
  });
});
