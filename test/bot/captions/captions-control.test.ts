import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { createCaptionJournals } from "../../../src/bot/captions/caption-journal.ts";
import type { SpokenText } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { createTalkChannel } from "../../../src/sandbox/voice/talk.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { OpenCaptions } from "../../../src/transcription/captions.ts";
import { scriptedRecognizer, untilAborted } from "../../transcription/scripted-recognizer.ts";
import { setCaptionsStage } from "./captions-stage.ts";

let spoken: SpokenText;

beforeAll(async () => {
  spoken = await synthesize("Good morning, everybody.");
});

/** Hears the same in every clip. */
function saying(text: string): ReturnType<typeof scriptedRecognizer> {
  return scriptedRecognizer(() => ({ text, confidence: 0.8 }), { maxClipMs: 30_000 });
}

test("while captions are paused nothing is heard, and then they go on", async () => {
  const recognizer = saying("words");
  await using stage = await setCaptionsStage(recognizer);
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  expect(await stage.command("captions pause")).toMatch(/^Captions are paused/);
  await ada.speak(spoken);
  expect(await stage.command("captions status")).toMatch(/^Voice connection: paused$/m);
  expect(recognizer.clips).toHaveLength(0);
  expect(await stage.command("captions pause")).toBe("Captions go on.");
  await ada.speak(spoken);
  await stage.wrote(({ content }) => content.includes("**Ada** words"));
}, 60_000);

test("the status has a line for each stage, and says where it stops and what helps", async () => {
  await using stage = await setCaptionsStage(saying("words"), { checksPerLook: 1 });
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.speak(spoken);
  await stage.wrote(({ content }) => content.includes("**Ada** words"));
  const lines = (await stage.command("captions status")).split("\n");
  expect(lines).toEqual([
    "Voice connection: fine",
    expect.stringMatching(/^Sound from Discord: fine \(\d+\)$/),
    expect.stringMatching(/^Decryption: fine \(\d+\)$/),
    expect.stringMatching(/^Speech found: fine \(\d+\)$/),
    expect.stringMatching(/^Speech service: fine \(\d+\)$/),
    expect.stringMatching(/^Writing: fine \(\d+\)$/),
  ]);
  const { botId: userId } = stage.discord.application;
  stage.discord.voice.change({
    guildId: stage.guildId,
    userId,
    channelId: stage.voiceChannelId,
    deaf: true,
  });
  await stage.wrote(({ content }) => content.includes("I was deafened"));
  await expect
    .poll(() => stage.command("captions status"), { timeout: 10_000 })
    .toMatch(/^I'm not allowed to listen in this voice channel\. Please give me .*don't deafen me\.$/m);
  expect(await stage.command("captions status")).toMatch(/^Voice connection: deafened by a moderator$/m);
  expect(stage.written(stage.placeId()).some(({ content }) => content.includes("not allowed"))).toBe(false);
}, 60_000);

test("a service that fails is named in the status, with how far captions are behind", async () => {
  const recognizer = scriptedRecognizer((_, { signal }) => untilAborted(signal), { maxClipMs: 30_000 });
  await using stage = await setCaptionsStage(recognizer, { endMs: 100 });
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.speak(spoken);
  await expect.poll(() => recognizer.clips.length, { timeout: 10_000 }).toBe(1);
  await ada.speak(spoken);
  await ada.speak(spoken);
  expect(await stage.command("captions status")).toMatch(/^Speech service: nothing yet, \d+ s behind$/m);
}, 60_000);

describe("a test", () => {
  test("echoes what was heard, and how surely", async () => {
    await using stage = await setCaptionsStage(saying("hello"), { testMs: 9000 });
    const ada = await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    const { id } = stage.discord.runCommand({
      channelId: stage.channelId,
      userId: stage.personId,
      name: "captions test",
    });
    await stage.discord.waitFor(() =>
      stage.discord.interactionReplies(id).at(-1)?.content.startsWith("I'm listening"),
    );
    await ada.speak(spoken);
    const answer = await stage.discord.waitFor(() => {
      const content = stage.discord.interactionReplies(id).at(-1)?.content;
      return content?.startsWith("This is") ? content : undefined;
    });
    expect(answer).toMatch(/^This is what I heard:\n\*\*Ada\*\* hello\n-# 80 % · clear/);
  }, 60_000);

  test("in which nobody speaks says where to look", async () => {
    await using stage = await setCaptionsStage(saying("hello"), { testMs: 200 });
    await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    const { id } = stage.discord.runCommand({
      channelId: stage.channelId,
      userId: stage.personId,
      name: "captions test",
    });
    await stage.discord.waitFor(() =>
      stage.discord.interactionReplies(id).at(-1)?.content.startsWith("I heard nobody"),
    );
  }, 30_000);
});

describe("captions that start by themselves", () => {
  test("do so when enough people are there, once, until all have left", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    expect(await stage.command("captions auto", { people: 2, channel: stage.voiceChannelId })).toMatch(
      /as soon as 2 people are in it/,
    );
    const ada = await stage.enter("Ada", stage.personId);
    const ben = await stage.enter("Ben");
    const announced = (): number =>
      stage.written(stage.channelId).filter(({ content }) => content.includes("switched on live captions"))
        .length;
    await stage.discord.waitFor(() => announced() === 1);
    expect(stage.written(stage.channelId)[0]?.content).toMatch(
      /^My own setting \(\/captions auto\) switched on/,
    );
    await expect.poll(() => stage.asked.length, { timeout: 10_000 }).toBe(1);
    await stage.command("captions stop");
    await stage.enter("Cem");
    expect(await stage.command("captions status")).toMatch(/^No captions are running/);
    expect(announced()).toBe(1);
    expect(await stage.command("captions auto", { people: 0 })).toBe(
      "I no longer caption by myself in this server.",
    );
    ada.hangUp();
    ben.hangUp();
  }, 60_000);

  test("do so again after a restart, though nobody came or went", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    await stage.command("captions auto", { people: 1, channel: stage.voiceChannelId });
    const ada = await stage.enter("Ada");
    await expect.poll(() => stage.asked.length, { timeout: 10_000 }).toBe(1);
    await stage.restart();
    await expect.poll(() => stage.asked.length, { timeout: 10_000 }).toBe(2);
    await ada.speak(spoken);
    await stage.wrote(({ content }) => content.includes("**Ada** words"));
  }, 60_000);

  test("take the permission to manage the server", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    const ben = await stage.enter("Ben");
    expect(await stage.command("captions auto", { people: 1 }, ben.memberId)).toMatch(/Manage Server/);
  }, 30_000);
});

test("a second voice channel of a server is refused with the reason", async () => {
  await using stage = await setCaptionsStage(saying("words"));
  await stage.enter("Ada", stage.personId);
  const other = createTalkChannel({ ...stage, name: "Kitchen" });
  await stage.command("captions start");
  expect(await stage.command("captions start", { channel: other.id })).toBe(
    `I'm captioning <#${stage.voiceChannelId}>, and can be in only one voice channel of a server at a time.`,
  );
  expect(await stage.command("captions start")).toMatch(/^Captions for .* are on already/);
  expect(stage.asked).toHaveLength(1);
}, 30_000);

test("several servers are captioned at once, each into its own place", async () => {
  await using stage = await setCaptionsStage(saying("words"));
  const { discord, personId } = stage;
  const guild = discord.createGuild({ name: "Elsewhere", ownerId: personId });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  const eve = discord.createUser({ username: "eve", globalName: "Eve" });
  discord.addMember({ guildId: guild.id, userId: eve.id });
  const there = discord.createChannel({ guildId: guild.id, name: "general" });
  const lounge = createTalkChannel({ discord, voice: stage.voice, guildId: guild.id, name: "Lounge" });
  const ada = await stage.enter("Ada", personId);
  const speaker = lounge.enter(eve.id);
  await stage.command("captions start");
  const { id } = discord.runCommand({ channelId: there.id, userId: eve.id, name: "captions start" });
  await discord.waitFor(() => discord.interactionReplies(id).at(-1)?.content.includes("are on"));
  await Promise.all([ada.speak(spoken), speaker.speak(spoken)]);
  const elsewhere = discord.threadsOf(there.id).at(-1)?.id ?? "";
  await stage.wrote(({ content }) => content.startsWith("**Ada** words"));
  await stage.wrote(({ content }) => content.startsWith("**Eve** words"), elsewhere);
  await stage.command("captions stop");
  await speaker.speak(spoken);
  await discord.waitFor(
    () => stage.written(elsewhere).filter(({ content }) => content.startsWith("**Eve** words")).length >= 2,
  );
}, 60_000);

test("what a process that lives is captioning is left to it by another one that starts", async () => {
  await using stage = await setCaptionsStage(saying("words"));
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.speak(spoken);
  await stage.wrote(({ content }) => content.includes("**Ada** words"));
  const theirs = createCaptionJournals(join(stage.dataDir, "captions"), stage.store.cipher);
  expect(await theirs.left()).toEqual([]);
  await stage.command("captions stop");
  await stage.wrote(({ attachments }) => attachments.length > 0);
}, 30_000);

test.each([
  ["nobody has spoken for long", { quietMs: 400 }, /^Nobody spoke for a long time/],
  [
    "they have reached their maximum length",
    { longestMs: 400 },
    /^Captions have reached their maximum length/,
  ],
])(
  "captions end by themselves when %s",
  async (_name, limits, sentence) => {
    await using stage = await setCaptionsStage(saying("words"), limits);
    await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    await stage.wrote(({ content }) => sentence.test(content));
  },
  30_000,
);

test("of whoever opts out in another process nothing more is heard, and what waits is not written", async () => {
  const recognizer = saying("words");
  await using stage = await setCaptionsStage(recognizer, {}, { pagesAddress: () => "http://127.0.0.1" });
  const elsewhere = await openStore({ dataDir: stage.dataDir });
  const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("Ben")];
  await stage.command("captions start");
  const [, token = ""] = /captions\/([\w-]+)>/.exec(await stage.command("captions link")) ?? [];
  const page = await stage.bot.captionPages.open(token);
  // The first line is on its way to a Discord that is out of order; the second one waits behind it.
  stage.discord.failNext({ kind: "status", status: 503, method: "POST", path: "/channels/*", times: 1000 });
  await ben.speak(spoken);
  await expect.poll(() => page?.lines.length, { timeout: 20_000 }).toBe(1);
  await ada.speak(spoken);
  await expect.poll(() => page?.lines.length, { timeout: 20_000 }).toBe(2);

  await elsewhere.consent.setOptedOut(ada.memberId, true);
  await expect.poll(() => page?.gone.length, { timeout: 20_000 }).toBe(1);
  const heard = recognizer.clips.length;
  await ada.speak(spoken);
  stage.discord.clearFaults();
  await stage.wrote(({ content }) => content.includes("**Ben** words"));
  await stage.command("captions stop");
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(recognizer.clips).toHaveLength(heard);
  expect(stage.written().some(({ content }) => content.includes("Ada"))).toBe(false);
  const url = end.attachments.find(({ filename }) => filename === "transcript.json")?.url;
  expect(await (await fetch(url ?? "")).text()).not.toContain(ada.memberId);
  await elsewhere.close();
}, 60_000);

test("a bot that has to stop while Discord takes nothing leaves its lines to the next one", async () => {
  await using stage = await setCaptionsStage(saying("words"), { leaveMs: 500 });
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  const placeId = stage.placeId();
  stage.discord.failNext({ kind: "status", status: 503, method: "POST", path: "/channels/*", times: 1000 });
  await ada.speak(spoken);
  await expect
    .poll(() => stage.logged.some(({ message }) => message === "captions could not be written"), {
      timeout: 20_000,
    })
    .toBe(true);
  await stage.bot.stop(500);
  await expect
    .poll(() => stage.logged.some(({ message }) => message === "the transcript could not be posted"), {
      timeout: 20_000,
    })
    .toBe(true);
  stage.discord.clearFaults();
  await stage.restart();
  const end = await stage.wrote(({ attachments }) => attachments.length > 0, placeId);
  expect(end.content).toMatch(/^I was interrupted/);
}, 60_000);

test("captions that cannot begin take back what was announced, and leave nothing behind", async () => {
  const failing: OpenCaptions = Object.assign(
    () => {
      throw new Error("no recognizer");
    },
    { languages: ["en"] },
  );
  await using stage = await setCaptionsStage(saying("words"), {}, { openCaptions: failing });
  await stage.enter("Ada", stage.personId);
  expect(await stage.command("captions start")).toMatch(/^I couldn't get into/);
  expect(stage.written(stage.channelId).map(({ content }) => content)).toEqual([
    expect.stringMatching(/^I couldn't get into .*, so nothing is captioned\./),
  ]);
  expect(await readdir(join(stage.dataDir, "captions"))).toEqual([]);
  expect(await stage.command("captions status")).toMatch(/^No captions are running/);
}, 30_000);
