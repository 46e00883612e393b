import { loadImage } from "@napi-rs/canvas";
import { expect, test } from "vitest";

import { dayOf } from "../../src/store/usage.ts";
import { type BotStage, setBotStage, transcriptOf } from "../bot/bot-stage.ts";

type Reply = ReturnType<BotStage["discord"]["interactionReplies"]>[number];

const ephemeral = 64;
const dayMs = 24 * 60 * 60_000;

async function usage({ discord, channelId, personId: userId }: BotStage, locale?: string): Promise<Reply> {
  const { id } = discord.runCommand({
    userId,
    channelId,
    name: "usage",
    ...(locale !== undefined && { locale }),
  });
  return await discord.waitFor(() => discord.interactionReplies(id).find(({ content }) => content !== ""));
}

test("/usage tells today and 30 days in words, and shows them as a picture that says the same in words", async () => {
  await using stage = await setBotStage();
  const { store, guildId, personId } = stage;
  await store.settings.set(guildId, null, { guildMinutes: 600 });
  const lastWeek = dayOf(Date.now() - 7 * dayMs);
  const account = { guildId, memberId: personId };
  await store.usage.add(
    account,
    { recordings: 2, audioMs: 600_000, captionsMs: 60_000, failures: 1 },
    lastWeek,
  );
  await store.usage.add(account, { recordings: 7 }, dayOf(Date.now() - 40 * dayMs));
  await store.usage.add({ guildId: "99", memberId: personId }, { recordings: 9 });
  stage.script = (bytes) =>
    Promise.resolve(transcriptOf(bytes.toString(), { durationMs: 90_000, requests: 3 }));
  await stage.answered(stage.note("words"));
  await expect.poll(() => store.usage.days(guildId, dayOf(Date.now()))).toHaveLength(1);
  const { content, flags, attachments } = await usage(stage);
  expect((flags ?? 0) & ephemeral).toBe(ephemeral);
  const [today = "", month = ""] = content.split("**30 days**");
  expect(today).toContain(
    "- 1 recording, 1.5 min\n- Said in live captions: 0 min\n- 3 calls to the speech service",
  );
  expect(month).toContain("- 3 recordings, 11.5 min\n- Said in live captions: 1 min\n- 3 calls");
  expect(month).toContain("- 1 recording without words because of a problem");
  expect(month).toContain("- In line: 0 · worked on: 0 · put off: 0");
  expect(month).toContain("- This server may use 600 minutes a day.");
  const [picture] = attachments;
  const { width, height } = await loadImage(
    Buffer.from(await (await fetch(picture?.url ?? "")).arrayBuffer()),
  );
  expect([width, height]).toEqual([1920, 760]);
  expect(picture?.["description"]).toMatch(/^Minutes transcribed on each of 30 days\. .+: 1\.5\. .+: 11\.$/);
});

test("/usage speaks Chinese, numbers included", async () => {
  await using stage = await setBotStage();
  await stage.store.usage.add({ guildId: stage.guildId, memberId: "1" }, { calls: 12_345 });
  expect((await usage(stage, "zh-CN")).content).toContain("- 调用语音服务 12,345 次");
});

test("/usage is offered only to who moderates the server", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, channelId } = stage;
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id });
  expect(() => discord.runCommand({ userId: bob.id, channelId, name: "usage" })).toThrow(/no command/);
});
