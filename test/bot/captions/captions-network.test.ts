import { beforeAll, describe, expect, test } from "vitest";

import { opusPackets } from "../../../src/sandbox/opus-packets.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import type { SpokenText } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { scriptedRecognizer } from "../../transcription/scripted-recognizer.ts";
import { type CaptionsStage, setCaptionsStage } from "./captions-stage.ts";

let spoken: SpokenText;
let packets: readonly Buffer[] = [];

beforeAll(async () => {
  spoken = await synthesize(clearSentences[0]!);
  packets = await opusPackets(spoken);
}, 30_000);

/** Hears something else in each clip, so that whatever is written twice shows. */
function counting(): ReturnType<typeof scriptedRecognizer> {
  let call = 0;
  return scriptedRecognizer(() => ({ text: `turn ${++call} of all`, confidence: 0.8 }), {
    maxClipMs: 30_000,
  });
}

/** Everything that stands in the captions' place, line by line. */
const linesOf = (stage: CaptionsStage): string[] =>
  stage.written().flatMap(({ content }) => content.split("\n"));
const turnsOf = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.match(/turn \d+/g) ?? []);

const isRemark = (line: string): boolean => line.includes("I had to reconnect to the call");

/** Whether both people are captioned in these lines. */
const both = (lines: readonly string[]): boolean =>
  ["**Ada**", "**Ben**"].every((name) => lines.some((line) => line.startsWith(name)));
const spoil = (sealed: Buffer): Buffer => Buffer.from(sealed).fill(0xee, 2, 8);

async function transcriptOf(stage: CaptionsStage): Promise<string> {
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  const url = end.attachments.find(({ filename }) => filename === "transcript.txt")?.url;
  return await (await fetch(url ?? "")).text();
}

describe("a call that Discord moves to another voice server in mid-speech", () => {
  test("is captioned on in the same thread, each turn once, and the moment in between is marked", async () => {
    const hears = counting();
    await using stage = await setCaptionsStage(hears);
    const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("Ben")];
    await stage.command("captions start");
    await ben.speak(spoken);
    const half = Math.floor(packets.length / 2);
    await ada.say(packets.slice(0, half), { trailingSilence: false });
    const next = await stage.moveCall();
    await stage.wrote(({ content }) => isRemark(content));
    await Promise.all([ada.ready(), ben.ready()]);
    await ada.say(packets.slice(half));
    await ben.speak(spoken);
    const since = (): string[] => linesOf(stage).slice(linesOf(stage).findIndex(isRemark) + 1);
    await stage.discord.waitFor(() => both(since()));
    await stage.command("captions stop");

    const lines = linesOf(stage);
    const turns = turnsOf(lines);
    expect(turns.toSorted()).toEqual(hears.clips.map((_, index) => `turn ${index + 1}`).toSorted());
    expect(turnsOf([await transcriptOf(stage)]).toSorted()).toEqual(turns.toSorted());
    expect(lines.filter(isRemark)).toHaveLength(1);
    expect(stage.discord.threadsOf(stage.channelId)).toHaveLength(1);
    expect(next.room(stage.voiceChannelId).memberIds).toContain(stage.discord.application.botId);
  }, 60_000);
});

test("a bot that a moderator moves to another channel ends with what it heard: that channel has another audience", async () => {
  const hears = counting();
  await using stage = await setCaptionsStage(hears);
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.speak(spoken);
  await stage.wrote(({ content }) => content.startsWith("**Ada** turn 1"));
  const { botId: userId } = stage.discord.application;
  const { id } = stage.discord.createChannel({ guildId: stage.guildId, name: "Board room", type: "voice" });
  const eve = stage.voice.room(id).enter({ id: stage.discord.createUser({ username: "eve" }).id });
  stage.discord.voice.change({ guildId: stage.guildId, userId, channelId: id });
  stage.voice.drop(userId, 4014);
  await eve.say(packets);
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(end.content).toMatch(/^I was moved to another voice channel/);
  expect(hears.clips).toHaveLength(1);
  expect(stage.discord.world.guilds.get(stage.guildId)?.voiceStates.has(userId)).toBe(false);
}, 60_000);

test("sound that cannot be decrypted for a second leaves a mark of its length under its speaker's name", async () => {
  await using stage = await setCaptionsStage(counting());
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.ready();
  await ada.say(packets.slice(0, 60), { trailingSilence: false });
  // Fewer than those after which the keys themselves are thought to be wrong.
  await ada.say(packets.slice(60, 95), { trailingSilence: false, frame: spoil });
  await ada.say(packets.slice(95));
  await stage.wrote(({ content }) => content.includes("**Ada** [1 s not transcribed]"));
  await stage.command("captions stop");
  expect(await transcriptOf(stage)).toMatch(/Ada: \[1 s not transcribed\]/);
}, 60_000);
