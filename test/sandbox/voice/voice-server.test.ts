import { setTimeout as after } from "node:timers/promises";

import { entersState, VoiceConnectionStatus } from "@discordjs/voice";
import { afterEach, describe, expect, test } from "vitest";

import { startVoiceServer } from "../../../src/sandbox/voice/voice-server.ts";
import type { VoiceServer, VoiceServerOptions } from "../../../src/sandbox/voice/voice-server.ts";
import { joinWith, numberedPackets, sharesCode } from "./voice-client.ts";
import type { VoiceClient } from "./voice-client.ts";

const channelId = "1200000000000000001";
const botId = "1100000000000000099";
const [anna, ben, cleo] = ["1100000000000000001", "1100000000000000002", "1100000000000000003"];

const open: { close(): Promise<void> }[] = [];
const clients: VoiceClient[] = [];
afterEach(async () => {
  for (const { connection } of clients.splice(0)) {
    if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
  }
  for (const server of open.splice(0)) await server.close();
});

async function serve(options?: VoiceServerOptions): Promise<VoiceServer> {
  const server = await startVoiceServer(options);
  open.push(server);
  return server;
}

async function join(server: VoiceServer): Promise<VoiceClient> {
  const client = await joinWith(server, { channelId, userId: botId });
  clients.push(client);
  return client;
}

/** The library hands packets over in later turns of the event loop; waits until `count` have come. */
async function arrived(packets: readonly Buffer[], count: number): Promise<void> {
  for (let waited = 0; packets.length < count && waited < 2000; waited += 10) await after(10);
}

const silence = Buffer.from("f8fffe", "hex");
const spoken = (packets: readonly Buffer[]): Buffer[] => packets.filter((packet) => !packet.equals(silence));

describe.each([["aead_aes256_gcm_rtpsize"], ["aead_xchacha20_poly1305_rtpsize"]] as const)("%s", (mode) => {
  test("the unmodified client hears every frame of somebody who was there before", async () => {
    const server = await serve({ modes: [mode] });
    const person = server.room(channelId).enter({ id: anna });
    const bot = await join(server);
    await person.ready();
    await sharesCode(bot, () => person.privacyCode);
    const heard = bot.heardFrom(person.id);
    const packets = numberedPackets(25);
    await person.say(packets);
    await arrived(heard, 30);
    expect(spoken(heard)).toEqual(packets);
    expect(bot.errors).toEqual([]);
  });
});

describe("people", () => {
  test("who come after the bot are let in by the bot's own commit, and heard", async () => {
    const server = await serve();
    const bot = await join(server);
    const room = server.room(channelId);
    const person = room.enter({ id: anna });
    await person.ready();
    await sharesCode(bot, () => person.privacyCode);
    const heard = bot.heardFrom(person.id);
    await person.say(numberedPackets(10));
    await arrived(heard, 15);
    expect(spoken(heard)).toEqual(numberedPackets(10));
    expect(server.journal.map(({ op }) => op)).toContain(28);
  });

  test("who speak at the same time are heard apart, with header extensions or without", async () => {
    const server = await serve();
    const room = server.room(channelId);
    const [one, two] = [room.enter({ id: anna }), room.enter({ id: ben })];
    const bot = await join(server);
    await Promise.all([one.ready(), two.ready()]);
    await sharesCode(bot, () => one.privacyCode);
    const [heardOne, heardTwo] = [bot.heardFrom(one.id), bot.heardFrom(two.id)];
    await Promise.all([
      one.say(numberedPackets(15), { extension: Buffer.from("10500000", "hex") }),
      two.say(numberedPackets(15, 500)),
    ]);
    await arrived(heardOne, 20);
    await arrived(heardTwo, 20);
    expect(spoken(heardOne)).toEqual(numberedPackets(15));
    expect(spoken(heardTwo)).toEqual(numberedPackets(15, 500));
  });

  test("who join, leave and come back while another speaks cost the speaker no frame", async () => {
    const server = await serve();
    const room = server.room(channelId);
    const [one, two] = [room.enter({ id: anna }), room.enter({ id: ben })];
    const bot = await join(server);
    await Promise.all([one.ready(), two.ready()]);
    await sharesCode(bot, () => one.privacyCode);
    const heard = bot.heardFrom(one.id);
    const speech = one.say(numberedPackets(80));
    await after(200);
    const three = room.enter({ id: cleo });
    await three.ready();
    two.leave();
    await after(300);
    const again = room.enter({ id: ben });
    await again.ready();
    await speech;
    await arrived(heard, 85);
    expect(spoken(heard)).toEqual(numberedPackets(80));
    expect(bot.connection.voicePrivacyCode).toBe(one.privacyCode);
    expect(again.privacyCode).toBe(one.privacyCode);
  });

  test("are heard again after everybody was re-keyed in mid-speech", async () => {
    const server = await serve();
    const room = server.room(channelId);
    const [one, two] = [room.enter({ id: anna }), room.enter({ id: ben })];
    const bot = await join(server);
    await Promise.all([one.ready(), two.ready()]);
    await sharesCode(bot, () => one.privacyCode);
    const before = one.privacyCode;
    room.dave?.rekey();
    await one.ready();
    await sharesCode(bot, () => (one.privacyCode === before ? null : one.privacyCode));
    const heard = bot.heardFrom(one.id);
    await one.say(numberedPackets(10));
    await arrived(heard, 15);
    expect(spoken(heard)).toEqual(numberedPackets(10));
  });

  test("on a stage channel, which is not end-to-end encrypted, are heard too", async () => {
    const server = await serve();
    const room = server.room(channelId, { encrypted: false });
    const person = room.enter({ id: anna });
    const bot = await join(server);
    const heard = bot.heardFrom(person.id);
    await person.say(numberedPackets(10));
    await arrived(heard, 15);
    expect(spoken(heard)).toEqual(numberedPackets(10));
  });
});

describe("the connection", () => {
  test("resumes after the websocket was dropped, and hears on", async () => {
    const server = await serve();
    const person = server.room(channelId).enter({ id: anna });
    const bot = await join(server);
    await person.ready();
    await sharesCode(bot, () => person.privacyCode);
    const heard = bot.heardFrom(person.id);
    const speech = person.say(numberedPackets(50));
    await after(200);
    server.drop(botId, 4015);
    await speech;
    await arrived(heard, 55);
    // While it resumes, the unmodified client hands a frame or two over undecrypted: the marker FAFA tells them.
    const plain = spoken(heard).filter((packet) => packet.readUInt16BE(packet.length - 2) !== 0xfafa);
    const all = numberedPackets(50);
    expect(plain).toEqual(all.filter((packet) => plain.some((one) => one.equals(packet))));
    // How many are missed in between is the machine's business.
    expect(plain.length).toBeGreaterThan(10);
    expect(server.journal.map(({ op }) => op)).toContain(7);
    expect(bot.connection.state.status).toBe(VoiceConnectionStatus.Ready);
  });

  test("moves to another voice server", async () => {
    const [from, to] = [await serve(), await serve()];
    from.room(channelId).enter({ id: anna });
    const bot = await join(from);
    const person = to.room(channelId).enter({ id: anna });
    bot.moveTo(to);
    await entersState(bot.connection, VoiceConnectionStatus.Connecting, 5000);
    await entersState(bot.connection, VoiceConnectionStatus.Ready, 5000);
    await person.ready();
    await sharesCode(bot, () => person.privacyCode);
    const heard = bot.heardFrom(person.id);
    await person.say(numberedPackets(10));
    await arrived(heard, 15);
    expect(spoken(heard)).toEqual(numberedPackets(10));
  });

  test("of a client without DAVE is closed with 4017", async () => {
    const server = await serve();
    server.room(channelId);
    const token = server.admit({ guildId: "1", channelId, userId: botId, sessionId: "s" });
    const { WebSocket } = await import("ws");
    const socket = new WebSocket(`wss://${server.endpoint}?v=8`, { ca: server.cert });
    const identify = { server_id: "1", user_id: botId, session_id: "s", token, max_dave_protocol_version: 0 };
    socket.on("open", () => socket.send(JSON.stringify({ op: 0, d: identify })));
    const code = await new Promise((resolve) => {
      socket.on("close", resolve);
    });
    expect(code).toBe(4017);
  });
});

/** What the bot hears of one person over a bad network. */
async function hearBadly(): Promise<Buffer[]> {
  const server = await serve({ seed: 7 });
  const room = server.room(channelId, { encrypted: false });
  const person = room.enter({ id: anna });
  const bot = await join(server);
  const heard = bot.heardFrom(person.id);
  // Once a packet was heard the client knows whose they are; before, it drops what overtakes the announcement.
  await person.say(numberedPackets(5, 1000), { trailingSilence: false });
  await arrived(heard, 1);
  await after(200);
  heard.length = 0;
  room.impair({ loss: 0.2, duplicate: 0.1 });
  await person.say(numberedPackets(60), { trailingSilence: false });
  for (let before = -1; before < heard.length; await after(300)) before = heard.length;
  bot.connection.destroy();
  return heard;
}

function sorted(packets: readonly Buffer[]): Buffer[] {
  return packets.toSorted((one, other) => one.compare(other));
}

describe("a bad network", () => {
  test("loses, doubles and reorders packets, the same ones for the same seed", async () => {
    const [first, second] = [await hearBadly(), await hearBadly()];
    // A copy that is under way for longer may come before or after the next packet.
    expect(sorted(first)).toEqual(sorted(second));
    expect(new Set(first.map((packet) => packet.readUInt32BE(4))).size).toBeLessThan(60);
    expect(first.length).toBeGreaterThan(new Set(first.map((packet) => packet.readUInt32BE(4))).size);
  });
});
