import { expect, test } from "vitest";

import { type BotStage, setBotStage, transcriptOf } from "../bot/bot-stage.ts";
import { answerTo, attached, postRecordings } from "./asking.ts";

/** Two friends in a group of direct messages; one of them has installed the app for themselves, and the bot is not in it. */
async function setGroup(): Promise<{ readonly stage: BotStage; readonly groupId: string }> {
  const stage = await setBotStage({ bot: { cacheDays: 7 } });
  const { discord, personId } = stage;
  discord.installForUser(personId);
  const friend = discord.createUser({ username: "bob" });
  const stranger = discord.createUser({ username: "joe" });
  const group = discord.openGroupDm(personId, [friend.id, stranger.id]);
  return { stage, groupId: group.id };
}

function transcribeIn({ discord, personId: userId }: BotStage, channelId: string, targetId: string): string {
  return discord.runMenu({ userId, channelId, name: "Transcribe", targetId }).id;
}

test("in a group of direct messages a long transcript is answered within the interaction alone", async () => {
  const { stage, groupId } = await setGroup();
  await using _ = stage;
  stage.script = async () => Promise.resolve(transcriptOf(`${"word ".repeat(1300)}end`));
  const targetId = postRecordings(stage, { "a.mp3": "x" }, { channelId: groupId });
  const replies = await answerTo(stage, transcribeIn(stage, groupId, targetId), 4);
  expect(replies.map(({ content }) => content.replace(/\n-# [^]*/, "")).join(" ")).toMatch(/^word .* end$/);
  expect(stage.calls().filter((call) => call.startsWith("POST /channels/"))).toEqual([]);
});

test("ten recordings need no more follow-ups than there may be", async () => {
  const { stage, groupId } = await setGroup();
  await using _ = stage;
  stage.script = async (bytes) => Promise.resolve(transcriptOf(`${bytes.toString()} ${"word ".repeat(390)}`));
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_none, index) => [`${index}.mp3`, `says ${index}`]),
  );
  const targetId = postRecordings(stage, files, { channelId: groupId });
  const replies = await answerTo(stage, transcribeIn(stage, groupId, targetId));
  expect(replies.length).toBeLessThanOrEqual(6);
  const all = replies
    .map((reply) => reply.content + Object.values(attached(stage, reply)).join(""))
    .join("\n");
  for (let index = 0; index < 10; index++) expect(all).toContain(`says ${index}`);
});

test("the menus below the answer work there too", async () => {
  const { stage, groupId } = await setGroup();
  await using _ = stage;
  const targetId = postRecordings(stage, { "a.mp3": "kept words" }, { channelId: groupId });
  const [answer] = await answerTo(stage, transcribeIn(stage, groupId, targetId));
  const customId = /asked:save:\d+:\d+/.exec(JSON.stringify(answer?.components))?.[0] ?? "";
  const messageId = answer?.id ?? "";
  const chosen = stage.discord.chooseInMenu({ messageId, userId: stage.personId, customId, values: ["txt"] });
  const [saved] = await answerTo(stage, chosen.id);
  expect(attached(stage, saved)).toEqual({ "a.txt": "kept words\n" });
});
