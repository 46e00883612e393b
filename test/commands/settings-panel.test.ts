import { expect, test } from "vitest";

import { settingKinds } from "../../src/store/setting-kinds.ts";
import { setBotStage } from "../bot/bot-stage.ts";
import { openPanel } from "./settings-stage.ts";

test("/settings show has every setting and its value at a glance, and only whoever asked sees it", async () => {
  await using stage = await setBotStage();
  await stage.store.settings.set(stage.guildId, null, {
    answers: "log",
    logChannel: stage.channelId,
    language: "zh-CN",
    vocabularyId: "words-7",
    memberMinutes: 10,
    ignoredRoles: ["4711"],
  });
  const text = (await openPanel(stage)).text();
  expect(text).toContain("- Voice notes: transcribed by themselves");
  expect(text).toContain(`- Answers: in <#${stage.channelId}>`);
  expect(text).toContain("- Language: Chinese (China)");
  expect(text).toContain("- Vocabulary: `words-7`");
  expect(text).toContain("- Per member and day: 10 minutes");
  expect(text).toContain("- Not these roles: <@&4711>");
  expect(text).toContain("- Transcripts are kept: 30 days, as the operator set it");
  // The log channel is told with the answers.
  expect(text.match(/^- /gm)).toHaveLength(Object.keys(settingKinds).length - 1);
  expect(stage.discord.messages(stage.channelId)).toEqual([]);
});

test("what is chosen in the message holds, is shown there, and can be taken back", async () => {
  await using stage = await setBotStage();
  const { settings } = stage.store;
  const panel = await openPanel(stage);
  await panel.choose("pick", "lowConfidence");
  expect(panel.options("value")).toEqual([
    "*shown like others",
    "shown and marked",
    "withheld, shown to who asks",
  ]);
  await panel.choose("value", '"withhold"');
  expect(panel.text()).toContain("- Unsure words: withheld, shown to who asks");
  expect((await settings.get(stage.guildId, null)).lowConfidence).toBe("withhold");
  await panel.press("Back to the default");
  expect((await settings.get(stage.guildId, null)).lowConfidence).toBe("show");
  expect(panel.text()).toContain("- Unsure words: shown like others");
});

test("roles are chosen as roles, and choosing none lifts the rule", async () => {
  await using stage = await setBotStage();
  const role = stage.discord.createRole({ guildId: stage.guildId, name: "speakers" });
  const panel = await openPanel(stage);
  await panel.choose("pick", "allowedRoles");
  await panel.choose("roles", role.id);
  expect(panel.text()).toContain(`- Only these roles: <@&${role.id}>`);
  expect((await stage.store.settings.get(stage.guildId, null)).allowedRoles).toEqual([role.id]);
  await panel.choose("roles");
  expect(panel.text()).toContain("- Only these roles: everybody");
});

test("a channel's own settings are told from the server's, and go back to them", async () => {
  await using stage = await setBotStage();
  const { settings } = stage.store;
  await settings.set(stage.guildId, null, { spoilers: false });
  const panel = await openPanel(stage, { channel: stage.channelId });
  expect(panel.text()).toContain(`Settings of <#${stage.channelId}>`);
  expect(panel.text()).not.toContain("Transcripts are kept");
  await panel.choose("pick", "notes");
  await panel.choose("value", "false");
  expect(panel.text()).toContain("- Voice notes: only when somebody asks *(set here)*");
  expect(panel.text()).toContain("- Spoilers: shown like others\n");
  expect(await settings.notesEnabled(stage.guildId, "1")).toBe(true);
  await panel.press("As in the whole server");
  expect(await settings.channels(stage.guildId)).toEqual([]);
  await panel.press("Whole server");
  expect(panel.text()).toContain("Settings of this server");
  await panel.choose("channel", stage.channelId);
  expect(panel.text()).toContain(`Settings of <#${stage.channelId}>`);
});

test("answers go to a log channel once one is chosen, and the message says what is missing for it", async () => {
  await using stage = await setBotStage();
  const log = stage.discord.createChannel({
    guildId: stage.guildId,
    name: "log",
    overwrites: [{ id: stage.guildId, deny: ["sendMessages"] }],
  });
  const panel = await openPanel(stage);
  await panel.choose("pick", "answers");
  await panel.choose("value", '"log"');
  expect(panel.text()).toContain("No log channel is chosen yet");
  await panel.choose("log", log.id);
  expect(panel.text()).toContain(`- Answers: in <#${log.id}>`);
  expect(panel.text()).toContain(`I can't write in <#${log.id}> yet`);
});

test.each([
  ["retentionDays", "12", 12, "- Transcripts are kept: 12 days"],
  ["vocabularyId", " words-7 ", "words-7", "- Vocabulary: `words-7`"],
] as const)("%s can be typed", async (name, typed, value, shown) => {
  await using stage = await setBotStage();
  const panel = await openPanel(stage);
  await panel.choose("pick", name);
  await panel.type(typed);
  expect((await stage.store.settings.get(stage.guildId, null))[name]).toBe(value);
  expect(panel.text()).toContain(shown);
});

test.each([
  ["memberMinutes", "lots", "a whole number from 0 to 1,440"],
  ["property", "a b; drop", "letters, digits, dots"],
])("nonsense typed for %s is refused with what would do", async (name, typed, allowed) => {
  await using stage = await setBotStage();
  const panel = await openPanel(stage);
  await panel.choose("pick", name);
  await panel.type(typed);
  expect(panel.text()).toContain(allowed);
  expect(panel.text()).toContain("Nothing was changed.");
  expect(await stage.store.settings.own(stage.guildId, null)).toEqual({});
});

test("who lost Manage Server since can look, and no longer change", async () => {
  await using stage = await setBotStage();
  const { discord, guildId } = stage;
  const role = discord.createRole({ guildId, name: "managers", permissions: ["manageGuild"] });
  const bob = discord.createUser({ username: "bob" });
  discord.addMember({ guildId, userId: bob.id, roleIds: [role.id] });
  const panel = await openPanel(stage, { userId: bob.id });
  discord.changeMember(guildId, bob.id, { roleIds: [] });
  await panel.choose("pick", "notes");
  expect(panel.text()).not.toContain("only when somebody asks");
});

test("the message speaks the language of whoever asked", async () => {
  await using stage = await setBotStage();
  const panel = await openPanel(stage, { locale: "zh-CN" });
  expect(panel.text()).toContain("- 语音消息: 自动转写");
  await panel.choose("pick", "language");
  expect(panel.options("value")[0]).toBe("*按机器人管理者的设置");
});

test("a property that the speech service doesn't hear is refused before a note has to find out", async () => {
  await using stage = await setBotStage({
    bot: {
      transcriber: {
        languages: ["en"],
        identityOf(settings) {
          if (settings?.property === "klingon_16k_common") throw new Error("unheard");
          return "sis";
        },
        transcribe: () => Promise.reject(new Error("nobody asked for this")),
      },
    },
  });
  const panel = await openPanel(stage);
  await panel.choose("pick", "property");
  await panel.type("klingon_16k_common");
  expect(panel.text()).toContain("The speech service doesn't hear that.");
  await panel.type("english_8k_common");
  expect((await stage.store.settings.get(stage.guildId, null)).property).toBe("english_8k_common");
});
