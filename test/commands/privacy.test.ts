import { expect, test } from "vitest";

import { type BotStage, setBotStage } from "../bot/bot-stage.ts";

type Reply = ReturnType<BotStage["discord"]["interactionReplies"]>[number];

const ephemeral = 64;

async function run(
  { discord, channelId, personId }: BotStage,
  name: string,
  { userId = personId, locale }: { readonly userId?: string; readonly locale?: string } = {},
): Promise<Reply> {
  const { id } = discord.runCommand({ userId, channelId, name, ...(locale !== undefined && { locale }) });
  return await discord.waitFor(() => discord.interactionReplies(id).find(({ content }) => content !== ""));
}

/** The JSON that `/privacy export` hands over. */
async function exported(stage: BotStage, userId?: string): Promise<Record<string, unknown>> {
  const { attachments, flags } = await run(stage, "privacy export", userId === undefined ? {} : { userId });
  expect((flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(attachments.map(({ filename }) => filename)).toEqual(["earshot-data.json"]);
  return (await (await fetch(attachments[0]!.url)).json()) as Record<string, unknown>;
}

test("/privacy show tells what is sent where and kept how long, as it is configured", async () => {
  await using stage = await setBotStage({
    bot: {
      recognizer: {
        name: "sis",
        host: "sis.example",
        long: { name: "alibaba", host: "nls.example", minutes: 10 },
      },
      captionRecognizer: { name: "pocketsphinx", host: null },
      cacheDays: 7,
      retentionDays: 20,
    },
  });
  await stage.store.sweep({ retentionDays: 20 });
  const { content, flags } = await run(stage, "privacy show");
  expect((flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(content).toContain("- Recordings are heard by SIS: the audio is sent to sis.example.");
  expect(content).toContain("- Recordings longer than 10 minutes are sent to Alibaba (nls.example) instead.");
  expect(content).toContain("- Live captions are heard by PocketSphinx on the machine I run on");
  expect(content).toContain("- Transcripts in this server: 20 days.");
  expect(content).toContain("can be found by the recording itself for 7 days");
  expect(content).toContain("- Words are not encrypted where they are kept");
  expect(content).toContain("- You haven't opted out");
  const swept = Number(await stage.store.marks.get("swept-at-ms"));
  const next = Math.floor((swept + 6 * 3_600_000) / 1000);
  expect(content).toContain(`- What is too old is deleted next <t:${next}:R>.`);
});

test("/privacy show follows the server's retention and whoever asks", async () => {
  await using stage = await setBotStage({ bot: { cacheDays: 7 } });
  await stage.store.settings.set(stage.guildId, null, { retentionDays: 1 });
  await run(stage, "privacy opt-out");
  const { content } = await run(stage, "privacy show");
  expect(content).toContain(
    "- Recordings and live captions are heard by SIS: the audio is sent to sis.example.",
  );
  expect(content).toContain("- Transcripts in this server: 1 day.");
  expect(content).toContain("for 1 day.");
  expect(content).toContain("- You opted out: nothing of yours");
  await stage.store.settings.set(stage.guildId, null, { retentionDays: 0 });
  const none = await run(stage, "privacy show", { locale: "zh-CN" });
  expect(none.content).toContain("- 文字：不保留。");
  expect(none.content).not.toContain("凭录音本身");
});

test("/privacy export hands over what is kept of who asks, and nothing of others", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, personId } = stage;
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id });
  const mine = stage.note("mine");
  await stage.answered(mine);
  await stage.answered(stage.note("of bob", { authorId: bob.id }));
  await expect.poll(() => stage.store.usage.ofMember(bob.id)).toHaveLength(1);
  const data = await exported(stage);
  expect(data).toMatchObject({
    memberId: personId,
    choice: null,
    transcripts: [{ id: mine, text: "mine", guildId, details: { durationMs: 8000, recognizer: "sis" } }],
    answers: [{ messageId: mine, state: "answered" }],
    usage: [{ guildId, recordings: 1, audioMs: 8000 }],
    work: [{ kind: "note", key: mine }],
  });
  expect(JSON.stringify(data)).not.toContain(bob.id);
});

test("/privacy delete asks first, then deletes everything of who asked but their choice", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, personId, store } = stage;
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id });
  const mine = stage.note("mine");
  await stage.answered(mine);
  const theirs = stage.note("of bob", { authorId: bob.id });
  await stage.answered(theirs);
  await expect.poll(() => store.usage.ofMember(bob.id)).toHaveLength(1);
  await store.consent.setOptedOut(personId, true);
  const question = await run(stage, "privacy delete");
  expect((await store.transcripts.get(mine))?.text).toBe("mine");
  discord.clickButton({ messageId: question.id, userId: personId, label: "Delete it for good" });
  await expect.poll(() => store.transcripts.get(mine)).toBeUndefined();
  const left = await store.memberData(personId);
  expect(left).toEqual({
    choice: "out",
    transcripts: [],
    answers: [],
    usage: [],
    requests: [],
    cachedFrom: [],
    work: [],
  });
  expect((await store.transcripts.get(theirs))?.text).toBe("of bob");
  const [day] = await store.usage.days(guildId, "2000-01-01");
  expect(day?.recordings).toBe(2);
});
