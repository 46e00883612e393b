import { beforeAll, expect, test } from "vitest";

import { humanSpeech, type SpokenText } from "../../src/sandbox/speech.ts";
import { setTalkStage, type TalkStage } from "./talk-stage.ts";

let prompts: readonly SpokenText[] = [];

beforeAll(async () => {
  const speech = await humanSpeech({ limit: 20, maxSeconds: 4 });
  prompts = speech.filter(({ speaker }) => speaker === "allison");
});

const prompt = (index: number): SpokenText => prompts[index % prompts.length]!;

/** Hears something else in each request, so that whatever is said twice shows. */
const numbered = {
  sis: { recognize: (_: unknown, index: number) => ({ text: `turn ${index} of all`, score: 0.9 }) },
};

/** "turn 3", "turn 4" ... as they stand in a text. */
const turnsIn = (text: string): string[] => text.toLowerCase().match(/turn \d+/g) ?? [];

function writtenTurns(stage: TalkStage, placeId?: string): string[] {
  return turnsIn(
    stage
      .written(placeId)
      .map(({ content }) => content)
      .join("\n"),
  );
}

test("a bot that is killed in mid-session says so when it is back, with all that was said, once", async () => {
  await using stage = await setTalkStage(numbered);
  const bot = await stage.startReadyBot();
  const [maya, ben] = [stage.enter("Maya"), stage.enter("Ben")];
  expect(await stage.command("captions start")).toMatch(/^Captions for .* are on/);
  await Promise.all([maya.speak(prompt(0)), ben.speak(prompt(1))]);
  await stage.wrote(() => writtenTurns(stage).length === 2);
  const stillTalking = maya.speak(prompt(2));
  const before = writtenTurns(stage);
  bot.kill("SIGKILL");
  await bot.ended;
  await stillTalking;

  await stage.startReadyBot();
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(end.content).toMatch(/^I was interrupted/);
  const transcript = turnsIn(await stage.file(end, "transcript.txt"));
  expect(transcript.toSorted()).toEqual(before.toSorted());
  const { botId } = stage.discord.application;
  expect(stage.discord.world.guilds.get(stage.guildId)?.members.get(botId)?.nick ?? null).toBeNull();

  // Nothing is left of it that keeps the next one from beginning.
  expect(await stage.command("captions start")).toMatch(/^Captions for .* are on/);
  await ben.speak(prompt(3));
  await stage.wrote(() => writtenTurns(stage).length === 1);
  await stage.command("captions stop");
  const second = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(turnsIn(await stage.file(second, "transcript.txt"))).toEqual(writtenTurns(stage));
  const [first = ""] = stage.places();
  expect(writtenTurns(stage, first)).toEqual(before);
  expect(stage.written(first).filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
}, 120_000);

test("a bot that dies right after it posted the transcript does not post it again", async () => {
  await using stage = await setTalkStage(numbered);
  let bot = await stage.startReadyBot();
  const maya = stage.enter("Maya");
  await stage.command("captions start");
  await maya.speak(prompt(4));
  await stage.wrote(({ content }) => turnsIn(content).length === 1);
  bot.kill("SIGKILL");
  await bot.ended;
  // The message is there, the answer to it never comes.
  const path = `/channels/${stage.places().at(-1)}/messages`;
  stage.discord.failNext({ kind: "hang", afterwards: true, method: "POST", path });
  bot = await stage.startBot();
  await stage.wrote(({ attachments }) => attachments.length > 0);
  bot.kill("SIGKILL");
  await bot.ended;
  await stage.startReadyBot();
  expect(stage.written().filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
}, 120_000);

test("SIGTERM in mid-sentence ends the session with what was said up to there, and the bot with 0", async () => {
  await using stage = await setTalkStage(numbered);
  const bot = await stage.startReadyBot();
  const [maya, ben] = [stage.enter("Maya"), stage.enter("Ben")];
  await stage.command("captions start");
  await ben.speak(prompt(5));
  await stage.wrote(({ content }) => turnsIn(content).length === 1);
  const calls = stage.sis.requests.length;
  const stillTalking = maya.speak(prompt(6));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  bot.kill("SIGTERM");
  expect((await bot.ended).code).toBe(0);
  await stillTalking;
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(end.attachments.map(({ filename }) => filename)).toContain("transcript.json");
  const transcript = turnsIn(await stage.file(end, "transcript.txt"));
  expect(transcript).toHaveLength(2);
  expect(stage.sis.requests.length).toBeGreaterThan(calls);
  expect(writtenTurns(stage)).toEqual(transcript);
  const { botId } = stage.discord.application;
  expect(stage.discord.world.guilds.get(stage.guildId)?.voiceStates.has(botId)).toBe(false);
}, 120_000);
