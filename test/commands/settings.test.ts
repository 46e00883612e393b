import { expect, test } from "vitest";

import { type BotStage, setBotStage } from "../bot/bot-stage.ts";

const ephemeral = 64;

async function run(
  stage: BotStage,
  name: string,
  options: Record<string, string> = {},
  userId = stage.personId,
): Promise<{ readonly content: string; readonly flags?: number }> {
  const { discord, channelId } = stage;
  const { id } = discord.runCommand({ userId, channelId, name, options });
  return await discord.waitFor(() => discord.interactionReplies(id).find(({ content }) => content !== ""));
}

test("/settings notes off and on switch the server, and only whoever asked sees the answer", async () => {
  await using stage = await setBotStage();
  const answer = await run(stage, "settings notes off");
  expect(answer.content).toContain("no longer transcribed by themselves");
  expect((answer.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(await stage.store.settings.notesEnabled(stage.guildId, stage.channelId)).toBe(false);
  await run(stage, "settings notes on");
  expect(await stage.store.settings.notesEnabled(stage.guildId, stage.channelId)).toBe(true);
});

test("/settings notes off with a channel switches that channel alone", async () => {
  await using stage = await setBotStage();
  const answer = await run(stage, "settings notes off", { channel: stage.channelId });
  expect(answer.content).toContain(`<#${stage.channelId}>`);
  expect(await stage.store.settings.notesEnabled(stage.guildId, stage.channelId)).toBe(false);
  expect(await stage.store.settings.notesEnabled(stage.guildId, "1")).toBe(true);
});

test("/settings is offered only to who manages the server", async () => {
  await using stage = await setBotStage();
  const member = stage.discord.createUser({ username: "bob" });
  stage.discord.addMember({ guildId: stage.guildId, userId: member.id });
  await expect(run(stage, "settings notes off", {}, member.id)).rejects.toThrow(/no command/);
});

test("/privacy opt-out and opt-in are anybody's, take effect at once and can be repeated", async () => {
  await using stage = await setBotStage();
  const isOut = (): Promise<boolean> => stage.store.consent.isOptedOut(stage.personId);
  expect((await run(stage, "privacy opt-out")).content).toMatch(/^Done: /);
  expect(await isOut()).toBe(true);
  expect((await run(stage, "privacy opt-out")).content).toMatch(/^You had opted out already/);
  expect((await run(stage, "privacy opt-in")).content).toMatch(/^Done: /);
  expect(await isOut()).toBe(false);
  expect((await run(stage, "privacy opt-in")).content).toMatch(/^You hadn't opted out/);
});

test("answers come in the language of whoever asks", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: userId } = stage;
  const { id } = discord.runCommand({ userId, channelId, name: "privacy opt-out", locale: "zh-CN" });
  const answer = await discord.waitFor(() =>
    discord.interactionReplies(id).find(({ content }) => content !== ""),
  );
  expect(answer.content).toMatch(/[\u4E00-\u9FFF]/);
});
