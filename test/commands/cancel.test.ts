import { expect, test } from "vitest";

import { type BotStage, setBotStage } from "../bot/bot-stage.ts";
import { answerTo, type Reply, upload } from "./asking.ts";

/** The recognizer hears nothing until it is stopped; resolves once it was. */
function untilStopped(stage: BotStage): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  stage.script = async (_, { onProgress, signal }) => {
    onProgress?.({ clipsDone: 0, clips: 40 });
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      stopped.resolve();
      reject(signal.reason);
    });
    return await promise;
  };
  return stopped.promise;
}

/** The answer while it is worked on. */
async function progressOf({ discord }: BotStage, interactionId: string): Promise<Reply> {
  return await discord.waitFor(() =>
    discord.interactionReplies(interactionId).find(({ content }) => content.startsWith("Listening…")),
  );
}

test("whoever asked can stop it, and the answer says so", async () => {
  await using stage = await setBotStage();
  const stopped = untilStopped(stage);
  const id = upload(stage, "hours of it");
  const { id: messageId } = await progressOf(stage, id);
  stage.discord.clickButton({ messageId, userId: stage.personId, label: "Cancel" });
  await stopped;
  const answer = await stage.discord.waitFor(() =>
    stage.discord.interactionReplies(id).find(({ content }) => content === "Stopped."),
  );
  expect(answer.components).toEqual([]);
  expect(await stage.jobs.depth()).toMatchObject({ running: 0, waiting: 0, later: 0 });
});

test("nobody else can stop it but moderators", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, channelId } = stage;
  const bystander = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bystander.id });
  const asker = discord.createUser({ username: "eve" });
  discord.addMember({ guildId, userId: asker.id });
  const stopped = untilStopped(stage);
  const file = { filename: "talk.mp3", bytes: Buffer.from("x") };
  const { id } = discord.runCommand({ userId: asker.id, channelId, name: "transcribe", options: { file } });
  const { id: messageId } = await progressOf(stage, id);
  const refused = discord.clickButton({ messageId, userId: bystander.id, label: "Cancel" });
  const [told] = await answerTo(stage, refused.id);
  expect(told?.content).toContain("Only whoever asked for it can stop this");
  expect((await progressOf(stage, id)).content).toContain("Listening…");
  // Ada owns the server.
  discord.clickButton({ messageId, userId: stage.personId, label: "Cancel" });
  await stopped;
});

test("what waits for the speech service can be stopped too", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [3_600_000] } });
  stage.discord.failNext({ kind: "status", status: 500, path: "/attachments/*", times: 100 });
  stage.discord.failNext({ kind: "status", status: 500, path: "/ephemeral-attachments/*", times: 100 });
  const id = upload(stage, "x");
  const { id: messageId } = await stage.discord.waitFor(() =>
    stage.discord.interactionReplies(id).find(({ content }) => content.includes("couldn't fetch")),
  );
  stage.discord.clickButton({ messageId, userId: stage.personId, label: "Cancel" });
  await stage.discord.waitFor(() => stage.discord.interactionReplies(id)[0]?.content === "Stopped.");
  expect((await stage.jobs.depth()).later).toBe(0);
});
