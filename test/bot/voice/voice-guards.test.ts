import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";

import { VoiceConnectionStatus } from "@discordjs/voice";
import { afterEach, describe, expect, test } from "vitest";

import type { VoiceTiming } from "../../../src/bot/voice/voice-link.ts";
import type { VoicePerson } from "../../../src/sandbox/voice/voice-room.ts";
import type { VoiceServer, VoiceServerOptions } from "../../../src/sandbox/voice/voice-server.ts";
import { joinWith, numberedPackets, sharesCode, type VoiceClient } from "../../sandbox/voice/voice-client.ts";
import { anna, ben, botId, channelId, cleo, createStage, type Listener } from "./voice-listener.ts";

const stage = createStage();
const clients: VoiceClient[] = [];
afterEach(async () => {
  for (const { connection } of clients.splice(0)) {
    if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
  }
  await stage.end();
});

/** The unmodified library beside our ears, each as a bot of its own in the same channel. */
interface Pair {
  readonly server: VoiceServer;
  readonly person: VoicePerson;
  readonly ours: Listener;
  readonly theirs: VoiceClient;
}
const theirId = cleo;

async function meet(
  options: {
    readonly encrypted?: boolean;
    readonly server?: VoiceServerOptions;
    readonly timing?: Partial<VoiceTiming>;
  } = {},
): Promise<Pair> {
  const server = await stage.serve(options.server);
  const room = server.room(channelId, options);
  const person = room.enter({ id: anna });
  const ours = stage.listen(server, { timing: options.timing ?? {} });
  await ours.reached("listening");
  const theirs = await joinWith(server, { channelId, userId: theirId });
  clients.push(theirs);
  if (options.encrypted === false) return { server, person, ours, theirs };
  await person.ready();
  await sharesCode(theirs, () => person.privacyCode);
  await ours.shares(() => person.privacyCode);
  return { server, person, ours, theirs };
}

const spoil = (sealed: Buffer): Buffer => Buffer.from(sealed).fill(0xee, 2, 8);
const clear = (_: Buffer, packet: Buffer): Buffer => packet;
const endsInFafa = (packet: Uint8Array): boolean => packet.at(-1) === 0xfa && packet.at(-2) === 0xfa;

/** What each client sent, as ops. */
const opsOf = (server: VoiceServer, id: string): readonly number[] =>
  server.journal.filter(({ userId }) => userId === id).map(({ op }) => op);

async function exitOf(...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "voice-victim.ts"), ...args], {
    stdio: "ignore",
    timeout: 25_000,
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

describe("defect 0: an exception in a handler ends the process", () => {
  test.each([
    ["proposals that add somebody unknown", "stranger"],
    ["a datagram of ten bytes", "short-datagram"],
    ["a message without content", "empty-json"],
    ["a binary message of one byte", "short-binary"],
  ])("%s", async (_, blow) => {
    const codes = await Promise.all([exitOf("unmodified", blow), exitOf("guarded", blow)]);
    expect(codes).toEqual([1, 0]);
  });

  test("an external sender that comes twice is taken for what it is, and costs nobody a word", async () => {
    const server = await stage.serve();
    const person = server.room(channelId).enter({ id: anna });
    const bot = stage.listen(server);
    await bot.reached("listening");
    await person.ready();
    await bot.shares(() => person.privacyCode);
    server.room(channelId).dave?.repeatExternalSender(botId);
    await person.say(numberedPackets(10));
    await bot.until(() => bot.packets(anna).length === 15);
    expect(bot.heard(anna)).toEqual(numberedPackets(10));
    expect(bot.channel.stats).toMatchObject({ faults: 0, recoveries: 0 });
  });
});

describe("defect A: ciphertext is handed on as if it were Opus", () => {
  test("by the library while it has no keys, and not by us", async () => {
    const server = await stage.serve();
    const room = server.room(channelId);
    const people = [anna, ben].map((id) => room.enter({ id, commitDelayMs: 300 }));
    await Promise.all(people.map((person) => person.ready()));
    const speech = people[0]!.say(numberedPackets(80));
    const ours = stage.listen(server);
    const theirs = await joinWith(server, { channelId, userId: theirId });
    clients.push(theirs);
    const cipher = theirs.heardFrom(anna);
    await speech;
    await ours.until(() => ours.heard(anna).length > 0);
    expect(cipher.some(endsInFafa)).toBe(true);
    expect(ours.channel.stats.undecryptable).toBeGreaterThan(0);
    expect(ours.heard(anna).some(endsInFafa)).toBe(false);
  });

  test("by the library while it resumes, and not by us, who lose no frame meanwhile", async () => {
    const { server, person, ours, theirs } = await meet({ server: { resumeDelayMs: 150 } });
    const cipher = theirs.heardFrom(anna);
    const speech = person.say(numberedPackets(50));
    await after(200);
    for (const id of [botId, theirId]) server.drop(id, 4015);
    await speech;
    await ours.until(() => ours.packets(anna).length === 55);
    expect(cipher.some(endsInFafa)).toBe(true);
    expect(ours.heard(anna)).toEqual(numberedPackets(50));
    expect(ours.channel.stats.resumes).toBe(1);
  });
});

describe("defects B and C: packets of nothing but padding", () => {
  test.each([
    ["with a header extension cost the library its keys", Buffer.from("10500000", "hex")],
    ["without one cost it its keys", undefined],
  ])("%s, and us nothing", async (_, extension) => {
    const { server, person, ours, theirs } = await meet();
    theirs.heardFrom(anna);
    await person.say(numberedPackets(1));
    person.pad(60, extension);
    await ours.until(() => ours.channel.stats.padding === 60);
    await person.say(numberedPackets(10, 100));
    await ours.until(() => ours.heard(anna).length === 11);
    expect(opsOf(server, theirId)).toContain(31);
    expect(opsOf(server, botId)).not.toContain(31);
    expect(ours.heard(anna)).toEqual([...numberedPackets(1), ...numberedPackets(10, 100)]);
  });

  test("on a channel without encryption are no empty frames", async () => {
    const { person, ours, theirs } = await meet({ encrypted: false });
    const packets = theirs.heardFrom(anna);
    await person.say(numberedPackets(1));
    person.pad(5, Buffer.from("10500000", "hex"));
    await person.say(numberedPackets(1, 9));
    await ours.until(() => ours.channel.stats.packets === 17);
    expect(packets.some((packet) => packet.length === 0)).toBe(true);
    expect(
      ours
        .packets(anna)
        .map(({ payload }) => payload)
        .filter((one) => one === "padding").length,
    ).toBe(5);
    expect(ours.packets(anna).every(({ payload }) => payload.length > 0)).toBe(true);
  });
});

describe("defect D: rejoining without pause and end", () => {
  test("is what the library does; ours waits longer each time, five times", async () => {
    const delays: number[] = [];
    const server = await stage.serve();
    server.room(channelId).enter({ id: anna });
    server.refuseWith(4006);
    const bot = stage.listen(server, {
      timing: {
        rejoinDelayMs(attempt) {
          delays.push(attempt);
          return 30;
        },
      },
    });
    const left = await bot.reached("left");
    expect(left).toEqual({ status: "left", reason: "unreachable", closeCode: 4006 });
    expect(delays).toEqual([1, 2, 3, 4, 5]);
    // Six attempts to join, of which five are ours and none the library's.
    expect(bot.channel.stats.rejoins).toBe(5);
    expect(bot.gateway.asked.filter((asked) => asked !== null).length).toBe(6);

    const storm = joinWith(server, { channelId, userId: theirId });
    const attempts = (): number =>
      server.journal.filter(({ userId, op }) => userId === theirId && op === 0).length;
    await bot.until(() => attempts() > 20);
    server.refuseWith(undefined);
    clients.push(await storm);
  });
});

describe("defect E: an error ends the stream of a speaker", () => {
  test("a forged packet", async () => {
    const { server, person, ours, theirs } = await meet();
    const packets = theirs.heardFrom(anna);
    await person.say(numberedPackets(5));
    const forged = Buffer.alloc(80, 0x11);
    forged.writeUInt16BE(0x8078, 0);
    forged.writeUInt32BE(person.ssrc, 8);
    for (const id of [botId, theirId]) server.datagram(id, forged);
    await ours.until(() => ours.channel.stats.damaged === 1);
    await person.say(numberedPackets(5, 10));
    await ours.until(() => ours.packets(anna).length === 20);
    expect(ours.heard(anna)).toEqual([...numberedPackets(5), ...numberedPackets(5, 10)]);
    expect(packets.length).toBe(10);
  });

  test("frames that cannot be decrypted, where the group had no transition but number 0", async () => {
    const servers = await Promise.all([stage.serve(), stage.serve()]);
    const people = servers.map((server) => server.room(channelId).enter({ id: anna }));
    const ours = stage.listen(servers[0]);
    const theirs = await joinWith(servers[1], { channelId, userId: theirId });
    clients.push(theirs);
    theirs.heardFrom(anna);
    await Promise.all(people.map((person) => person.ready()));
    await sharesCode(theirs, () => people[1]!.privacyCode);
    await ours.shares(() => people[0]!.privacyCode);

    const spoilt = { frame: spoil, trailingSilence: false };
    await Promise.all(people.map((person) => person.say(numberedPackets(45), spoilt)));
    await ours.until(() => ours.channel.stats.undecryptable === 45 && ours.channel.encryption === "on");
    expect(theirs.errors.map(({ message }) => message)).toContainEqual(expect.stringContaining("decrypt"));
    expect(opsOf(servers[1], theirId)).not.toContain(31);
    await ours.shares(() => people[0]!.privacyCode);
    await people[0]!.say(numberedPackets(10, 100));
    await ours.until(() => ours.heard(anna).length === 10);
    expect(ours.heard(anna)).toEqual(numberedPackets(10, 100));
    expect(ours.channel.stats.recoveries).toBe(1);
  });
});

describe("defect F: contributing sources are no part of the header", () => {
  test("for the library, whose stream they end", async () => {
    const { person, ours, theirs } = await meet();
    const packets = theirs.heardFrom(anna);
    await person.say(numberedPackets(5), { csrcs: [1, 2, 3], extension: Buffer.from("10500000", "hex") });
    await ours.until(() => ours.packets(anna).length === 10);
    expect(ours.heard(anna)).toEqual(numberedPackets(5));
    expect(packets).toEqual([]);
    expect(theirs.errors.length).toBeGreaterThan(0);
  });
});

describe("defect G: clear frames pass for ever after a downgrade", () => {
  test("through the library; ours stops them some time after encryption is back", async () => {
    const { server, person, ours, theirs } = await meet({ timing: { passthroughMs: 1000 } });
    const room = server.room(channelId);
    room.dave?.downgrade();
    await ours.until(() => ours.channel.encryption === "off");
    await person.say(numberedPackets(5));
    await ours.until(() => ours.heard(anna).length === 5);
    const before = person.privacyCode;
    room.dave?.rekey();
    await ours.until(() => ours.channel.encryption === "on" && person.privacyCode !== before);
    // The next transition is where the library opens the way.
    const other = room.enter({ id: ben });
    await other.ready();
    await sharesCode(theirs, () => person.privacyCode);
    await ours.shares(() => person.privacyCode);
    await after(1100);
    const packets = theirs.heardFrom(anna);
    await person.say(numberedPackets(5, 50), { frame: clear, trailingSilence: false });
    await ours.until(() => ours.channel.stats.unencrypted === 5 && packets.length === 5);
    expect(packets).toEqual(numberedPackets(5, 50));
    expect(ours.heard(anna)).toEqual(numberedPackets(5));
  });
});

describe("IP discovery", () => {
  test("whose datagram is lost holds the library up for ever, and us for as long as it takes to send another", async () => {
    const server = await stage.serve();
    server.room(channelId).enter({ id: anna });
    server.media.ignoreDiscoveries(3);
    const bot = stage.listen(server, { timing: { discoveryRetryMs: 50 } });
    await bot.reached("listening");
    server.media.ignoreDiscoveries(1);
    await expect(joinWith(server, { channelId, userId: theirId, withinMs: 2000 })).rejects.toThrow("abort");
  });
});

describe("resuming", () => {
  test("loses no keys where what was missed comes before the word that it worked", async () => {
    const server = await stage.serve({ replaysFirst: true });
    const room = server.room(channelId);
    const first = room.enter({ id: anna });
    const bot = stage.listen(server);
    await bot.reached("listening");
    await first.ready();
    await bot.shares(() => first.privacyCode);
    server.drop(botId, 4015);
    const second = room.enter({ id: ben });
    await second.ready();
    await bot.shares(() => first.privacyCode);
    await second.say(numberedPackets(10));
    await bot.until(() => bot.packets(ben).length === 15);
    expect(bot.heard(ben)).toEqual(numberedPackets(10));
    expect(bot.channel.stats).toMatchObject({ resumes: 1, recoveries: 0, undecryptable: 0 });
  });

  test("again and again is given up for joining anew", async () => {
    const server = await stage.serve();
    const person = server.room(channelId).enter({ id: anna });
    const bot = stage.listen(server, { timing: { rejoinDelayMs: () => 30 } });
    await bot.shares(() => person.privacyCode);
    while (bot.channel.stats.rejoins === 0) {
      const { resumes } = bot.channel.stats;
      server.drop(botId, 4015);
      await bot.until(() => bot.channel.stats.resumes > resumes || bot.channel.stats.rejoins > 0);
      // It has one only while it is connected.
      await bot.until(() => bot.channel.privacyCode !== undefined || bot.channel.stats.rejoins > 0);
    }
    await bot.reached("listening");
    expect(bot.channel.stats.resumes).toBe(6);
  });
});
