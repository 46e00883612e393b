import { expect, test } from "vitest";

import { isSettingName, settingKinds } from "../../src/store/setting-kinds.ts";
import { defaultSettings } from "../../src/store/settings.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openTestStore } from "./test-store.ts";

async function openSettings(): Promise<Store["settings"] & { readonly database: Store["database"] }> {
  const { settings, database } = await openTestStore({ dataDir: temporaryFolder() });
  return { ...settings, database };
}

test("a server that has set nothing has every default", async () => {
  const settings = await openSettings();
  expect(await settings.get("1", "2")).toEqual(defaultSettings);
  expect(Object.keys(defaultSettings).sort()).toEqual(Object.keys(settingKinds).sort());
});

test("a channel's own setting counts before the server's, name by name", async () => {
  const settings = await openSettings();
  await settings.set("1", null, { answers: "reply", lowConfidence: "mark" });
  await settings.set("1", "2", { answers: "log", logChannel: "9" });
  expect(await settings.get("1", "2")).toMatchObject({
    answers: "log",
    logChannel: "9",
    lowConfidence: "mark",
  });
  expect(await settings.get("1", "3")).toMatchObject({ answers: "reply", logChannel: null });
  expect(await settings.own("1", "2")).toEqual({ answers: "log", logChannel: "9" });
  expect(await settings.channels("1")).toEqual(["2"]);
});

test("a setting that is taken away lets the one above it hold again", async () => {
  const settings = await openSettings();
  await settings.set("1", null, { language: "zh-CN" });
  await settings.set("1", "2", { language: "en-US" });
  await settings.set("1", "2", { language: undefined });
  expect((await settings.get("1", "2")).language).toBe("zh-CN");
  await settings.set("1", null, { language: undefined });
  expect((await settings.get("1", "2")).language).toBeNull();
});

test.each([
  ["retentionDays", -1],
  ["retentionDays", 1.5],
  ["memberMinutes", 1441],
  ["vocabularyId", "a b"],
  ["language", "../../x"],
  ["allowedRoles", ["1", "everyone"]],
])("%s refuses %j, and nothing of the same change is kept", async (name, value) => {
  const settings = await openSettings();
  await expect(settings.set("1", null, { notes: false, [name]: value })).rejects.toThrow(RangeError);
  expect((await settings.get("1", null)).notes).toBe(true);
});

test("a setting of whole servers is refused for a channel", async () => {
  const settings = await openSettings();
  await expect(settings.set("1", "2", { retentionDays: 7 })).rejects.toThrow("whole servers");
});

test("what a newer version stored is passed over", async () => {
  const settings = await openSettings();
  await settings.database
    .insertInto("setting")
    .values([
      { guild_id: "1", channel_id: "", name: "telepathy", value: "true" },
      { guild_id: "1", channel_id: "", name: "answers", value: '"carrier pigeon"' },
    ])
    .execute();
  expect(await settings.get("1", null)).toEqual(defaultSettings);
  expect(isSettingName("telepathy")).toBe(false);
});

test("what another process sets is seen within a second", async () => {
  const dataDir = temporaryFolder();
  const [one, other] = [await openTestStore({ dataDir }), await openTestStore({ dataDir })];
  await one.settings.get("1", null);
  await other.settings.set("1", null, { notes: false });
  await expect.poll(async () => (await one.settings.get("1", null)).notes, { timeout: 5000 }).toBe(false);
});
