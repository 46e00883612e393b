import { beforeAll, describe, expect, test } from "vitest";

import { webhookUsername } from "../../../src/bot/captions/caption-voices.ts";
import type { SpokenText } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { scriptedRecognizer } from "../../transcription/scripted-recognizer.ts";
import { type CaptionsStage, setCaptionsStage } from "./captions-stage.ts";

let spoken: SpokenText;

beforeAll(async () => {
  spoken = await synthesize("Good morning, everybody.");
});

/** Hears the same in every clip. */
function saying(text: string): ReturnType<typeof scriptedRecognizer> {
  return scriptedRecognizer(() => ({ text, confidence: 0.8 }), { maxClipMs: 30_000 });
}

/** What stands in the captions' place under other names than the bot's. */
function voicedIn(stage: CaptionsStage): readonly { readonly name: string; readonly content: string }[] {
  return stage.discord
    .messages(stage.placeId())
    .filter((message) => message.webhook_id !== undefined)
    .map(({ author, content }) => ({ name: author.username, content }));
}

describe("captions by webhook", () => {
  test("are posted under the speaker's name and picture, and ping nobody", async () => {
    await using stage = await setCaptionsStage(saying("hello @everyone"));
    const { discord, guildId, channelId } = stage;
    discord.setOverwrite(channelId, { id: discord.application.botId, allow: ["manageWebhooks"] });
    await stage.store.settings.set(guildId, null, { captionsWebhook: true });
    const ada = await stage.enter("Ada", stage.personId);
    const ben = await stage.enter("Discord Ben");
    await stage.command("captions start");
    await Promise.all([ada.speak(spoken), ben.speak(spoken)]);
    const posted = await discord.waitFor(() => {
      const all = voicedIn(stage);
      return all.length >= 2 ? all : undefined;
    });
    expect(posted.map(({ name }) => name).sort()).toEqual(["Ada", "Dis·cord Ben"]);
    expect(posted[0]?.content.replaceAll("\\", "")).toBe("hello @everyone");
    const whole = [...(discord.world.messages.get(stage.placeId())?.values() ?? [])].filter(
      ({ webhook }) => webhook,
    );
    expect(whole.map(({ webhook }) => webhook?.avatar)).toEqual([
      expect.stringMatching(/^https:\/\/cdn\.discordapp\.com\/embed\/avatars\/\d\.png$/),
      expect.stringMatching(/^https:\/\/cdn\.discordapp\.com\/embed\/avatars\/\d\.png$/),
    ]);
    expect(discord.messages(stage.placeId()).some((message) => message.mention_everyone)).toBe(false);
  }, 60_000);

  test("go on when somebody deletes the webhook", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    const { discord, guildId, channelId } = stage;
    discord.setOverwrite(channelId, { id: discord.application.botId, allow: ["manageWebhooks"] });
    await stage.store.settings.set(guildId, null, { captionsWebhook: true });
    const ada = await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    await ada.speak(spoken);
    await discord.waitFor(() => voicedIn(stage).length > 0);
    discord.world.webhooks.clear();
    await ada.speak(spoken);
    await discord.waitFor(() => voicedIn(stage).length > 1);
    expect(discord.world.webhooks.size).toBe(1);
  }, 60_000);

  test("are posted once, whether Discord took one whose answer was lost or did not take it", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    const { discord, guildId, channelId } = stage;
    discord.setOverwrite(channelId, { id: discord.application.botId, allow: ["manageWebhooks"] });
    await stage.store.settings.set(guildId, null, { captionsWebhook: true });
    const ada = await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    const failures = (): number =>
      stage.logged.filter(({ message }) => message === "captions could not be written").length;
    discord.failNext({ kind: "reset", method: "POST", path: "/webhooks/*", afterwards: true });
    await ada.speak(spoken);
    await expect.poll(failures, { timeout: 10_000 }).toBe(1);
    discord.failNext({ kind: "status", status: 503, method: "POST", path: "/webhooks/*" });
    await ada.speak(spoken);
    await expect.poll(failures, { timeout: 10_000 }).toBe(2);
    await stage.command("captions stop");
    await stage.wrote(({ attachments }) => attachments.length > 0);
    expect(voicedIn(stage).map(({ content }) => content)).toEqual(["words", "words"]);
  }, 60_000);

  test("fall back to the plain form without the permission, and say so once", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    await stage.store.settings.set(stage.guildId, null, { captionsWebhook: true });
    const ada = await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    await ada.speak(spoken);
    await stage.wrote(({ content }) => content.includes("**Ada** words"));
    await ada.speak(spoken);
    await stage.discord.waitFor(() => countOf(stage, "**Ada** words") === 2);
    expect(countOf(stage, "**Manage Webhooks**")).toBe(1);
    expect(stage.calls().filter((call) => call.includes("/webhooks") && call.startsWith("GET"))).toHaveLength(
      1,
    );
  }, 60_000);

  test.each([
    ["Clyde", "Cly·de"],
    ["DISCORD", "DIS·CORD"],
    ["\u200B\n", "?"],
    ["x".repeat(99), "x".repeat(80)],
  ])("bear the name %j as Discord takes it", (name, username) => {
    expect(webhookUsername(name)).toBe(username);
  });
});

function countOf(stage: CaptionsStage, text: string): number {
  return stage.written().reduce((sum, { content }) => sum + content.split(text).length - 1, 0);
}

test("where only those are captioned who opted in, nobody else is heard until they do", async () => {
  const heard = new Set<string>();
  const recognizer = scriptedRecognizer(
    (_, { turn }) => {
      heard.add(turn.memberId);
      return { text: "words", confidence: 0.8 };
    },
    { maxClipMs: 30_000 },
  );
  await using stage = await setCaptionsStage(recognizer);
  await stage.store.settings.set(stage.guildId, null, { captionsOptInOnly: true });
  const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("Ben")];
  await stage.command("privacy opt-in", {}, ada.memberId);
  await stage.command("captions start");
  expect(stage.written(stage.channelId)[0]?.content).toContain("Only those who said `/privacy opt-in`");
  await ben.speak(spoken);
  await ada.speak(spoken);
  await stage.wrote(({ content }) => content.includes("**Ada** words"));
  expect([...heard]).toEqual([ada.memberId]);
  expect(countOf(stage, "**Ben**")).toBe(0);
  await stage.command("privacy opt-in", {}, ben.memberId);
  await ben.speak(spoken);
  await stage.wrote(({ content }) => content.includes("**Ben** words"));
}, 60_000);

describe("the language of captions", () => {
  test("reaches the recognizer", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    await stage.enter("Ada", stage.personId);
    expect(await stage.command("captions start", { language: "zh-CN" })).toMatch(/^Captions for .* are on/);
    expect(stage.asked).toEqual([{ language: "zh-CN" }]);
  }, 30_000);

  test("is the server's unless somebody names one", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    await stage.store.settings.set(stage.guildId, null, { language: "zh-CN", vocabularyId: "names" });
    await stage.enter("Ada", stage.personId);
    await stage.command("captions start");
    expect(stage.asked).toMatchObject([{ language: "zh-CN", vocabularyId: "names" }]);
  }, 30_000);

  test("is refused with what can be heard, before anything is announced", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    await stage.enter("Ada", stage.personId);
    const answer = await stage.command("captions start", { language: "fr" });
    expect(answer).toMatch(/^I can't hear French \(français\) here\. .* English and Chinese \(China\)/);
    expect(stage.written(stage.channelId)).toEqual([]);
  }, 30_000);

  test("is offered as captions can hear it while somebody types", async () => {
    await using stage = await setCaptionsStage(saying("words"));
    const { discord, channelId, personId: userId } = stage;
    const typing = { channelId, userId, name: "captions start", focused: "language" };
    const { id } = discord.typeInOption({ ...typing, text: "chin" });
    const choices = await discord.waitFor(() => {
      const offered = discord.interaction(id).choices;
      return offered.length > 0 ? offered : undefined;
    });
    expect(choices).toEqual([expect.objectContaining({ value: "zh-CN" })]);
  }, 30_000);
});
