import { setTimeout as after } from "node:timers/promises";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import type { LivePacket } from "../../../src/audio/live-packets.ts";
import { createLiveSpeaker, endOfSound, type LiveSound } from "../../../src/audio/live-speaker.ts";
import type { VoicePacket } from "../../../src/bot/voice/voice-receiver.ts";
import type { VoicePerson } from "../../../src/sandbox/voice/voice-room.ts";
import type { VoiceServer, VoiceServerOptions } from "../../../src/sandbox/voice/voice-server.ts";
import { ffmpeg, librivox, packetsOf, temporaryFolder } from "../../audio/samples.ts";
import { joinWith, numberedPackets } from "../../sandbox/voice/voice-client.ts";
import { anna, ben, botId, channelId, cleo, createStage, type Listener } from "./voice-listener.ts";

const stage = createStage();
afterEach(() => stage.end());

/** A server with people on it, and the bot among them, all in one group. */
async function meet(
  ids: readonly string[],
  options: VoiceServerOptions & { readonly isOptedOut?: (memberId: string) => boolean } = {},
): Promise<{ server: VoiceServer; people: VoicePerson[]; bot: Listener }> {
  const { isOptedOut, ...server } = options;
  const started = await stage.serve(server);
  const people = ids.map((id) => started.room(channelId).enter({ id }));
  const bot = stage.listen(started, isOptedOut ? { isOptedOut } : {});
  await bot.reached("listening");
  await Promise.all(people.map((person) => person.ready()));
  await bot.shares(() => people[0]?.privacyCode ?? null);
  return { server: started, people, bot };
}

/** Keeps the process busy, with everything that it is in. */
function holdUp(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe.each(["aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize"] as const)("%s", (mode) => {
  test("every frame is heard, with its sequence and time", async () => {
    const { people, bot } = await meet([anna], { modes: [mode] });
    await people[0]!.say(numberedPackets(25), { extension: Buffer.from("10500000", "hex") });
    await bot.until(() => bot.packets(anna).length === 30);
    expect(bot.heard(anna)).toEqual(numberedPackets(25));
    const steps = bot.packets(anna).map(({ sequence, timestamp }, index, all) => ({
      sequence: sequence - (all[index - 1]?.sequence ?? sequence - 1),
      ticks: (timestamp - (all[index - 1]?.timestamp ?? timestamp - 960)) % 960,
    }));
    expect(steps).toEqual(steps.map(() => ({ sequence: 1, ticks: 0 })));
  });
});

describe("people", () => {
  test("who speak at once are heard apart", async () => {
    const { people, bot } = await meet([anna, ben]);
    await Promise.all(people.map((person, index) => person.say(numberedPackets(15, index * 500))));
    await bot.until(() => bot.packets(anna).length === 20 && bot.packets(ben).length === 20);
    expect(bot.heard(anna)).toEqual(numberedPackets(15));
    expect(bot.heard(ben)).toEqual(numberedPackets(15, 500));
    expect([...bot.channel.speakers].sort()).toEqual([anna, ben]);
  });

  test("whose first words come before anybody said who they are lose none of them", async () => {
    const { server, people, bot } = await meet([anna]);
    const unmodified = await joinWith(server, { channelId, userId: cleo });
    await people[0]!.ready();
    await bot.shares(() => people[0]!.privacyCode);
    const cut = unmodified.heardFrom(anna);
    await people[0]!.say(numberedPackets(30), { announceAfterMs: 300 });
    await bot.until(() => bot.packets(anna).length === 35);
    unmodified.connection.destroy();
    expect(bot.heard(anna)).toEqual(numberedPackets(30));
    expect(bot.channel.stats.keptPackets).toBeGreaterThan(5);
    expect(cut.length).toBeLessThan(30);
  });

  test("of whom nobody ever says who they are, are forgotten after three seconds, unopened", async () => {
    const { people, bot } = await meet([anna]);
    await people[0]!.say(numberedPackets(200), { announceAfterMs: 60_000 });
    await bot.until(() => bot.channel.stats.packets === 205);
    expect(bot.channel.stats.unattributed).toBeGreaterThan(20);
    expect(bot.packets(anna)).toEqual([]);
  });

  test("who opted out are never opened", async () => {
    const { people, bot } = await meet([anna, ben], { isOptedOut: (memberId) => memberId === anna });
    await Promise.all(people.map((person) => person.say(numberedPackets(10))));
    await bot.until(() => bot.packets(ben).length === 15 && bot.channel.stats.unheard === 15);
    expect(bot.packets(anna)).toEqual([]);
    expect(bot.events).not.toContainEqual({ type: "speaker-joined", memberId: anna });
  });

  test("who opt out while they speak are gone at once, and back when they opt in", async () => {
    const out = new Set<string>();
    const { people, bot } = await meet([anna], { isOptedOut: (memberId) => out.has(memberId) });
    await people[0]!.say(numberedPackets(10));
    await bot.until(() => bot.packets(anna).length === 15);
    out.add(anna);
    bot.channel.dismiss(anna);
    await bot.until(() => bot.events.some(({ type }) => type === "speaker-left"));
    await people[0]!.say(numberedPackets(10, 50));
    await bot.until(() => bot.channel.stats.unheard === 15);
    out.delete(anna);
    await people[0]!.say(numberedPackets(5, 100));
    await bot.until(() => bot.packets(anna).length === 25);
    expect(bot.heard(anna)).toEqual([...numberedPackets(10), ...numberedPackets(5, 100)]);
    expect(bot.events.filter(({ type }) => type.startsWith("speaker")).map(({ type }) => type)).toEqual([
      "speaker-joined",
      "speaker-left",
      "speaker-joined",
    ]);
  });

  test("who come, go and come back while another speaks cost the speaker no frame", async () => {
    const { server, people, bot } = await meet([anna, ben]);
    const speech = people[0]!.say(numberedPackets(80));
    await after(200);
    const third = server.room(channelId).enter({ id: cleo });
    await third.ready();
    people[1]!.leave();
    await after(300);
    const again = server.room(channelId).enter({ id: ben });
    await again.ready();
    await speech;
    await bot.until(() => bot.packets(anna).length === 85);
    expect(bot.heard(anna)).toEqual(numberedPackets(80));
    expect(bot.channel.privacyCode).toBe(again.privacyCode);
  });

  test("lose no frame when a new group is founded in mid-speech: they speak on with the keys that they had", async () => {
    const { server, people, bot } = await meet([anna, ben]);
    const before = people[0]!.privacyCode;
    const speech = people[0]!.say(numberedPackets(60));
    await after(200);
    server.room(channelId).dave?.rekey();
    await speech;
    await bot.shares(() => (people[0]!.privacyCode === before ? null : people[0]!.privacyCode));
    await bot.until(() => bot.packets(anna).length === 65);
    expect(bot.heard(anna)).toEqual(numberedPackets(60));
  });

  test("who send in the clear between two groups are not believed, and heard again in the new one", async () => {
    const server = await stage.serve();
    const person = server.room(channelId).enter({ id: anna, clearBetweenGroups: true });
    server.room(channelId).enter({ id: ben, commitDelayMs: 300 });
    const bot = stage.listen(server);
    await bot.shares(() => person.privacyCode);
    const speech = person.say(numberedPackets(60));
    await after(200);
    server.room(channelId).dave?.rekey();
    await speech;
    await bot.until(() => bot.heard(anna).at(-1)?.equals(numberedPackets(1, 59)[0]!) ?? false);
    expect(bot.channel.stats.unencrypted).toBeGreaterThan(0);
    expect(bot.heard(anna)).toHaveLength(60 - bot.channel.stats.unencrypted);
    expect(numberedPackets(60)).toEqual(expect.arrayContaining(bot.heard(anna)));
  });

  test("on a stage channel, which is not end-to-end encrypted, are heard too", async () => {
    const server = await stage.serve();
    const person = server.room(channelId, { encrypted: false }).enter({ id: anna });
    const bot = stage.listen(server);
    await bot.reached("listening");
    await person.say(numberedPackets(10));
    await bot.until(() => bot.packets(anna).length === 15);
    expect(bot.heard(anna)).toEqual(numberedPackets(10));
    expect(bot.channel.encryption).toBe("off");
  });

  test("whose client starts a new stream are heard in it", async () => {
    const { people, bot } = await meet([anna]);
    await people[0]!.say(numberedPackets(5));
    people[0]!.changeSsrc();
    await people[0]!.say(numberedPackets(5, 10));
    await bot.until(() => bot.packets(anna).length === 20);
    expect(bot.heard(anna)).toEqual([...numberedPackets(5), ...numberedPackets(5, 10)]);
    expect(new Set(bot.packets(anna).map(({ ssrc }) => ssrc)).size).toBe(2);
  });

  test("who leave are said to leave", async () => {
    const { people, bot } = await meet([anna, ben]);
    await people[0]!.say(numberedPackets(5));
    await bot.until(() => bot.channel.speakers.has(anna));
    people[0]!.leave();
    await bot.until(() => bot.events.some(({ type }) => type === "speaker-left"));
    expect(bot.events).toContainEqual({ type: "speaker-left", memberId: anna });
  });

  test("who hang up behind their last word are heard to the end, also by a bot that was held up", async () => {
    const { people, bot } = await meet([anna, ben]);
    const [speaker] = people;
    const speech = speaker!.say(numberedPackets(110)).then(() => speaker!.leave());
    await bot.until(() => bot.packets(anna).length > 5);
    // All of it comes at once: sound, the word that she left, and the keys of a group without her.
    holdUp(2500);
    await speech;
    await bot.until(() => bot.events.some(({ type }) => type === "speaker-left"));
    expect(bot.heard(anna)).toEqual(numberedPackets(110));
  });

  test("who go on under another ssrc at once lose nothing of before, also where the bot was held up", async () => {
    const { people, bot } = await meet([anna]);
    const [speaker] = people;
    const speech = speaker!.say(numberedPackets(60)).then(() => {
      speaker!.changeSsrc();
      return speaker!.say(numberedPackets(5, 100));
    });
    await bot.until(() => bot.packets(anna).length > 5);
    holdUp(1500);
    await speech;
    await bot.until(() => bot.packets(anna).length === 75);
    expect(bot.heard(anna)).toEqual([...numberedPackets(60), ...numberedPackets(5, 100)]);
  });

  test("who left while the bot was away are said to leave too", async () => {
    const { server, people, bot } = await meet([anna, ben]);
    await people[0]!.say(numberedPackets(5));
    await bot.until(() => bot.channel.speakers.has(anna));
    server.drop(botId, 4006);
    await bot.reached("waiting");
    people[0]!.leave();
    await bot.reached("listening");
    await bot.until(() => !bot.channel.speakers.has(anna));
    expect(bot.events).toContainEqual({ type: "speaker-left", memberId: anna });
  });
});

describe("the bot", () => {
  test("that the server deafens says so, and drops what comes nevertheless unread", async () => {
    const { people, bot } = await meet([anna]);
    bot.gateway.state({ channelId, deaf: true });
    await bot.reached("deafened");
    await people[0]!.say(numberedPackets(5));
    await bot.until(() => bot.channel.stats.unheard === 10);
    bot.gateway.state({ channelId, deaf: false });
    await bot.reached("listening");
    await people[0]!.say(numberedPackets(5, 20));
    await bot.until(() => bot.packets(anna).length === 10);
    expect(bot.heard(anna)).toEqual(numberedPackets(5, 20));
  });

  test("asks for audio with the silence that clients end a sentence with", async () => {
    const { server } = await meet([anna]);
    expect(server.journal).toContainEqual({ userId: botId, op: 5 });
  });

  test("leaves when asked, says so last, and tells everybody's leaving before", async () => {
    const { people, bot } = await meet([anna]);
    await people[0]!.say(numberedPackets(5));
    await bot.until(() => bot.channel.speakers.has(anna));
    bot.channel.leave();
    await bot.reached("left");
    await bot.until(() => bot.events.at(-1)?.type === "state");
    expect(bot.events.slice(-2)).toEqual([
      { type: "speaker-left", memberId: anna },
      { type: "state", state: { status: "left", reason: "asked", closeCode: undefined } },
    ]);
    expect(bot.gateway.asked).toEqual([channelId, null]);
  });

  test("leaves when its signal aborts", async () => {
    const { bot } = await meet([anna]);
    bot.stop();
    expect(await bot.channel.arrived()).toMatchObject({ status: "left", reason: "asked" });
  });

  test("is refused a second voice channel in the same server", async () => {
    const { server } = await meet([anna]);
    expect(() => stage.listen(server)).toThrow("already");
  });
});

function decode(packets: readonly VoicePacket[]): LiveSound[] {
  const speaker = createLiveSpeaker({ sessionStartMs: packets[0]!.arrivedMs });
  // What the voice channel gives is what the speaker takes.
  const live: readonly LivePacket[] = packets;
  return [...live.flatMap((packet) => speaker.push(packet)), ...speaker.end()];
}

describe("human speech over a network that loses a twentieth and reorders a fiftieth", () => {
  let speech: Buffer[] = [];
  beforeAll(() => {
    using folder = temporaryFolder();
    const file = folder.file("speech.ogg");
    ffmpeg(["-i", librivox[1]!, "-ac", "2", "-ar", "48000", "-c:a", "libopus", "-b:a", "64k", file]);
    speech = packetsOf(file).packets.map(({ bytes }) => Buffer.from(bytes));
  });

  test("has the right length, on the right clock, with two people at once", async () => {
    const { server, people, bot } = await meet([anna, ben], { seed: 5 });
    server.room(channelId).impair({ loss: 0.05, reorder: 0.02 });
    await Promise.all(people.map((person) => person.say(speech)));
    await after(150);
    for (const id of [anna, ben]) {
      const sounds = decode(bot.packets(id));
      const lost = speech.length + 5 - bot.packets(id).length;
      expect(lost).toBeGreaterThan(0);
      const endMs = endOfSound(sounds.at(-1)!, 16_000);
      // Only losses at the very beginning or end are not noticed.
      expect(endMs).toBeGreaterThan((speech.length + 5) * 20 - 100);
      expect(endMs).toBeLessThanOrEqual((speech.length + 5) * 20 + 60);
      const silentMs = sounds.reduce(
        (sum, sound) => sum + (sound.type === "silence" ? sound.endMs - sound.startMs : 0),
        0,
      );
      expect(silentMs).toBeLessThan(200);
    }
  });
});
