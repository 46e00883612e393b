import { expect, test } from "vitest";

import { type BotStage, setBotStage } from "../bot/bot-stage.ts";

type Reply = ReturnType<BotStage["discord"]["interactionReplies"]>[number];

const ephemeral = 64;

interface Looking {
  readonly text: string;
  readonly userId?: string;
  readonly channelId?: string;
  readonly member?: string;
}

function interactionOf(reply: Reply): string {
  return String(reply.interaction_metadata?.["id"]);
}

/** What /transcripts search shows. */
async function search(
  { discord, channelId: here, personId }: BotStage,
  { text, userId = personId, channelId = here, member }: Looking,
): Promise<Reply> {
  const options = member === undefined ? { text } : { text, member };
  const { id } = discord.runCommand({ userId, channelId, name: "transcripts search", options });
  return await discord.waitFor(() => discord.interactionReplies(id).find(({ content }) => content !== ""));
}

async function keep(
  stage: BotStage,
  text: string,
  where: Partial<Record<string, unknown>> = {},
): Promise<void> {
  const { guildId, channelId, personId: memberId } = stage;
  await stage.store.transcripts.put({
    key: `${BigInt(Date.now()) * 1000n + BigInt(Math.floor(performance.now() * 1000) % 1_000_000)}`,
    guildId,
    channelId,
    parentId: null,
    memberId,
    askerId: null,
    isPrivate: false,
    linkId: null,
    linkChannelId: null,
    createdAtMs: Date.now(),
    text,
    details: "{}",
    ...where,
  });
}

test("words of a note are found again, with who said them, when, and the way there", async () => {
  await using stage = await setBotStage();
  const { guildId, channelId, personId } = stage;
  const note = stage.note("keep me a *seat* by the window");
  await stage.answered(note);
  const found = await search(stage, { text: "SEAT" });
  expect((found.flags ?? 0) & ephemeral).toBe(ephemeral);
  expect(found.content).toContain("- keep me a \\***seat**\\* by the window\n");
  expect(found.content).toContain(`<@${personId}>`);
  expect(found.content).toContain(`https://discord.com/channels/${guildId}/${channelId}/${note}`);
  expect(found.pings).toEqual({ users: [], roles: [], everyone: false });
  expect((await search(stage, { text: "pomegranate" })).content).toContain("None.");
});

test("nobody finds what they may not read now, sleeping and private threads included", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, channelId } = stage;
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id });
  const secret = discord.createChannel({
    guildId,
    name: "secret",
    overwrites: [
      { id: guildId, deny: ["viewChannel"] },
      { id: discord.application.botId, allow: ["viewChannel"] },
    ],
  });
  await keep(stage, "word in a secret channel", { channelId: secret.id });
  await keep(stage, "word in a sleeping thread of it", { channelId: "123", parentId: secret.id });
  await keep(stage, "word in a sleeping thread here", { channelId: "124", parentId: channelId });
  await keep(stage, "word in a private thread that sleeps", { channelId: "125" });
  await keep(stage, "word in another server", { guildId: "99" });
  const lines = (await search(stage, { text: "word", userId: bob.id })).content.split("\n");
  expect(lines.filter((line) => line.startsWith("- "))).toEqual(["- **word** in a sleeping thread here"]);
  const owners = await search(stage, { text: "word" });
  expect(owners.content).toContain("in a secret channel");
  expect(owners.content).not.toMatch(/another server|private thread/);
});

test("what was transcribed in private is found by who asked, and by nobody else", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, personId } = stage;
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id });
  await keep(stage, "word between us", { isPrivate: true, askerId: personId, memberId: bob.id });
  expect((await search(stage, { text: "word" })).content).toMatch(/between us\n.* · only you$/);
  expect((await search(stage, { text: "word", userId: bob.id })).content).not.toContain("between us");
});

test("older hits are on further pages, and one member's alone if asked for", async () => {
  await using stage = await setBotStage();
  const { discord, personId } = stage;
  for (let index = 0; index < 12; index++)
    await keep(stage, `word ${index}.`, { createdAtMs: 1000 + index, key: `${index + 1}` });
  await keep(stage, "word of another", { createdAtMs: 5000, memberId: "31" });
  const first = await search(stage, { text: "word", member: personId });
  const shown = (): string =>
    discord
      .interactionReplies(interactionOf(first))
      .map(({ content }) => content)
      .join("");
  expect(shown().match(/\d+\.(?=\n)/g)).toEqual(["11.", "10.", "9.", "8.", "7."]);
  const press = async (label: string): Promise<void> => {
    const before = shown();
    discord.clickButton({ messageId: first.id, userId: personId, label });
    await discord.waitFor(() => shown() !== before, { what: "another page" });
  };
  await press("Older");
  expect(shown().match(/\d+\.(?=\n)/g)).toEqual(["6.", "5.", "4.", "3.", "2."]);
  await press("Older");
  expect(shown().match(/\d+\.(?=\n)/g)).toEqual(["1.", "0."]);
  await press("Newest");
  expect(shown()).toContain("11.");
});
