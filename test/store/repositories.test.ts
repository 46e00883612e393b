import { expect, test } from "vitest";

import type { Answer, Store, StoredTranscript } from "../../src/store/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openTestStore } from "./test-store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** A store whose clock stands at `clock.nowMs`. */
async function storeAt(clock: { nowMs: number }): Promise<Store> {
  return openTestStore({ dataDir: temporaryFolder(), nowMs: () => clock.nowMs });
}

function answer(messageId: string, state: Answer["state"] = "answered"): Answer {
  return {
    messageId,
    guildId: "10",
    channelId: "20",
    authorId: "30",
    place: { channelId: "21", ownThread: true },
    messageIds: ["40", "41"],
    state,
  };
}

function transcript(messageId: string, createdAtMs: number, memberId = "30"): StoredTranscript {
  return {
    key: messageId,
    guildId: null,
    channelId: "20",
    parentId: null,
    memberId,
    askerId: null,
    isPrivate: false,
    linkId: messageId,
    linkChannelId: "20",
    createdAtMs,
    text: `words of ${messageId}`,
    details: '{"segments":[]}',
  };
}

test("notes are on until somebody says otherwise", async () => {
  const { settings } = await storeAt({ nowMs: 0 });
  expect(await settings.notesEnabled("1", "2")).toBe(true);
});

test("the guild's word holds in every channel of it, and nowhere else", async () => {
  const { settings } = await storeAt({ nowMs: 0 });
  await settings.setNotes("1", null, false);
  expect([await settings.notesEnabled("1", "2"), await settings.notesEnabled("9", "2")]).toEqual([
    false,
    true,
  ]);
});

test.each([
  [true, false],
  [false, true],
])("the channel's word (%s) counts before the guild's (%s)", async (channel, guild) => {
  const { settings } = await storeAt({ nowMs: 0 });
  await settings.setNotes("1", "2", channel);
  await settings.setNotes("1", null, guild);
  expect([await settings.notesEnabled("1", "2"), await settings.notesEnabled("1", "3")]).toEqual([
    channel,
    guild,
  ]);
});

test("the last word on a setting holds", async () => {
  const { settings } = await storeAt({ nowMs: 0 });
  await settings.setNotes("1", "2", false);
  await settings.setNotes("1", "2", true);
  expect(await settings.notesEnabled("1", "2")).toBe(true);
});

test("who opted out stays out until they opt in, however often they say so", async () => {
  const { consent } = await storeAt({ nowMs: 0 });
  await consent.setOptedOut("1", true);
  await consent.setOptedOut("1", true);
  const out = await consent.isOptedOut("1");
  await consent.setOptedOut("1", false);
  expect([out, await consent.isOptedOut("1"), await consent.isOptedOut("2")]).toEqual([true, false, false]);
});

test("what many people decided is found at once, however many are asked for", async () => {
  const { consent } = await storeAt({ nowMs: 0 });
  await consent.setOptedOut("1", true);
  await consent.setOptedOut("1234", false);
  const asked = Array.from({ length: 1300 }, (_, index) => String(index));
  const found = await consent.choices(asked);
  expect([found.size, found.get("1"), found.get("1234")]).toEqual([2, "out", "in"]);
  expect((await consent.choices([])).size).toBe(0);
});

test("a thing said once can be claimed again only after its release", async () => {
  const { once } = await storeAt({ nowMs: 0 });
  const claims = [await once.claim("a"), await once.claim("a")];
  await once.release("a");
  claims.push(await once.claim("a"), await once.claim("b"));
  expect(claims).toEqual([true, false, true, true]);
});

test("an answer comes back as it was put last", async () => {
  const { answers } = await storeAt({ nowMs: 0 });
  await answers.put({ ...answer("1", "working"), guildId: null, place: null, messageIds: [] });
  expect(await answers.get("1")).toEqual({
    ...answer("1", "working"),
    guildId: null,
    place: null,
    messageIds: [],
  });
  await answers.put(answer("1"));
  expect(await answers.get("1")).toEqual(answer("1"));
  await answers.put({ ...answer("1"), place: { channelId: "20", ownThread: false } });
  expect((await answers.get("1"))?.place).toEqual({ channelId: "20", ownThread: false });
  expect(await answers.get("2")).toBeUndefined();
});

test("what was deleted stays deleted, whatever another process still finds out about it", async () => {
  const { answers } = await storeAt({ nowMs: 0 });
  await answers.put(answer("1", "deleted"));
  await answers.put({ ...answer("1", "working"), messageIds: ["42"] });
  expect(await answers.get("1")).toEqual({ ...answer("1", "deleted"), messageIds: ["42"] });
});

test("marks keep the last value of a key", async () => {
  const { marks } = await storeAt({ nowMs: 0 });
  await marks.set("a", "1");
  await marks.set("a", "'; drop table mark; --");
  expect([await marks.get("a"), await marks.get("b")]).toEqual(["'; drop table mark; --", undefined]);
});

test("transcripts are found by message and by member, the newest first", async () => {
  const { transcripts } = await storeAt({ nowMs: 0 });
  await transcripts.put(transcript("1", 100));
  await transcripts.put(transcript("2", 200));
  await transcripts.put(transcript("3", 300, "31"));
  await transcripts.put({ ...transcript("1", 100), text: "corrected" });
  expect((await transcripts.get("1"))?.text).toBe("corrected");
  expect(await transcripts.byMember("30", 10)).toEqual([
    transcript("2", 200),
    { ...transcript("1", 100), text: "corrected" },
  ]);
  expect(await transcripts.byMember("30", 1)).toEqual([transcript("2", 200)]);
});

test("a deleted transcript is gone, and deleting it again says there was none", async () => {
  const { transcripts } = await storeAt({ nowMs: 0 });
  await transcripts.put(transcript("1", 100));
  const deleted = [await transcripts.delete("1"), await transcripts.delete("1")];
  expect([deleted, await transcripts.get("1")]).toEqual([[true, false], undefined]);
});

test("a sweep deletes what is older than the retention and nothing else", async () => {
  const clock = { nowMs: 100 * dayMs };
  const store = await storeAt(clock);
  await store.answers.put(answer("old"));
  await store.transcripts.put(transcript("old", clock.nowMs));
  clock.nowMs += 2 * dayMs;
  await store.answers.put(answer("new"));
  await store.transcripts.put(transcript("new", clock.nowMs));
  clock.nowMs += 28 * dayMs;
  expect(await store.sweep({ retentionDays: 30 })).toEqual({ transcripts: 1, answers: 1, jobs: 0 });
  expect([await store.answers.get("old"), await store.transcripts.get("old")]).toEqual([
    undefined,
    undefined,
  ]);
  expect(await store.answers.get("new")).toEqual(answer("new"));
  expect(await store.transcripts.get("new")).toBeDefined();
});

test("retention 0 keeps no words, but for two days the ids that prevent a second answer", async () => {
  const clock = { nowMs: 100 * dayMs };
  const store = await storeAt(clock);
  await store.answers.put(answer("1"));
  await store.transcripts.put(transcript("1", clock.nowMs));
  expect(await store.sweep({ retentionDays: 0 })).toEqual({ transcripts: 1, answers: 0, jobs: 0 });
  clock.nowMs += 2 * dayMs;
  expect(await store.sweep({ retentionDays: 0 })).toEqual({ transcripts: 0, answers: 1, jobs: 0 });
});

test("a server may shorten what the operator allows, and not lengthen it", async () => {
  const clock = { nowMs: 100 * dayMs };
  const store = await storeAt(clock);
  for (const [guildId, retentionDays] of [
    ["1", 7],
    ["2", 365],
  ] as const) {
    await store.settings.set(guildId, null, { retentionDays });
    await store.transcripts.put({ ...transcript(`of ${guildId}`, clock.nowMs), guildId });
  }
  clock.nowMs += 7 * dayMs;
  const week = await store.sweep({ retentionDays: 30 });
  const kept = await store.transcripts.get("of 2");
  clock.nowMs += 23 * dayMs;
  const month = await store.sweep({ retentionDays: 30 });
  expect([week.transcripts, kept?.guildId, month.transcripts]).toEqual([1, "2", 1]);
});

test("an answer that is being worked on outlives the retention, but not for ever", async () => {
  const clock = { nowMs: 100 * dayMs };
  const store = await storeAt(clock);
  await store.answers.put(answer("1", "working"));
  clock.nowMs += 5 * dayMs;
  const first = await store.sweep({ retentionDays: 1 });
  clock.nowMs += 25 * dayMs;
  expect([first.answers, (await store.sweep({ retentionDays: 1 })).answers]).toEqual([0, 1]);
});

test("what was written while the clock was years ahead is kept from now on, and not for years", async () => {
  const clock = { nowMs: 10_000 * dayMs };
  const store = await storeAt(clock);
  await store.answers.put(answer("1"));
  await store.transcripts.put(transcript("1", clock.nowMs));
  clock.nowMs = 100 * dayMs;
  const first = await store.sweep({ retentionDays: 30 });
  clock.nowMs += 30 * dayMs;
  expect([first, await store.sweep({ retentionDays: 30 })]).toEqual([
    { transcripts: 0, answers: 0, jobs: 0 },
    { transcripts: 1, answers: 1, jobs: 0 },
  ]);
});

test("settings, consent and what was said once are not swept", async () => {
  const clock = { nowMs: 0 };
  const store = await storeAt(clock);
  await store.settings.setNotes("1", null, false);
  await store.consent.setOptedOut("2", true);
  await store.once.claim("notice:1");
  await store.marks.set("commands", "hash");
  clock.nowMs = 1000 * dayMs;
  await store.sweep({ retentionDays: 0 });
  expect([
    await store.settings.notesEnabled("1", "5"),
    await store.consent.isOptedOut("2"),
    await store.once.claim("notice:1"),
    await store.marks.get("commands"),
  ]).toEqual([false, true, false, "hash"]);
});

test("deleting a member deletes their words and answers, not those of others, and keeps the opt-out", async () => {
  const store = await storeAt({ nowMs: 0 });
  await store.consent.setOptedOut("30", true);
  await store.answers.put(answer("1"));
  await store.answers.put({ ...answer("2"), authorId: "31" });
  await store.answers.put(answer("3", "working"));
  await store.transcripts.put(transcript("1", 0));
  await store.transcripts.put(transcript("2", 0, "31"));
  expect(await store.deleteMember("30")).toEqual({ transcripts: 1, answers: 1, jobs: 0 });
  expect(await store.transcripts.get("2")).toBeDefined();
  expect(await store.answers.get("2")).toBeDefined();
  expect(await store.answers.get("3")).toBeDefined();
  expect(await store.consent.isOptedOut("30")).toBe(true);
});

test("of each place the last message that was seen is kept, over a restart", async () => {
  const dataDir = temporaryFolder();
  const before = await openTestStore({ dataDir });
  await before.seen.put([
    { placeId: "1", isDirect: false, messageId: "10" },
    { placeId: "2", isDirect: true, messageId: "20" },
  ]);
  await before.seen.put([{ placeId: "1", isDirect: false, messageId: "11" }]);
  await before.seen.put([]);
  await before.close();
  const after = await openTestStore({ dataDir });
  expect(new Set(await after.seen.all())).toEqual(
    new Set([
      { placeId: "1", isDirect: false, messageId: "11" },
      { placeId: "2", isDirect: true, messageId: "20" },
    ]),
  );
  await after.close();
});

test("deleting who had others' words transcribed leaves public words, and nothing that was private to them", async () => {
  const store = await storeAt({ nowMs: 0 });
  const asked = { guildId: "10", askerId: "30" };
  await store.transcripts.put({ ...transcript("1", 0, "31"), ...asked });
  await store.transcripts.put({ ...transcript("2", 0, "31"), ...asked, isPrivate: true });
  await store.deleteMember("30");
  expect(await store.transcripts.get("1")).toMatchObject({ memberId: "31", askerId: null });
  expect(await store.transcripts.get("2")).toBeUndefined();
});

test("pages go from new to old without a gap, and hold no private words of others", async () => {
  const { transcripts } = await storeAt({ nowMs: 0 });
  const inGuild = { guildId: "10" };
  for (const [key, atMs] of [
    ["a", 1],
    ["b", 2],
    ["c", 2],
    ["d", 3],
  ] as const)
    await transcripts.put({ ...transcript(key, atMs), ...inGuild });
  await transcripts.put({ ...transcript("mine", 4), ...inGuild, askerId: "77", isPrivate: true });
  await transcripts.put({ ...transcript("theirs", 5), ...inGuild, askerId: "88", isPrivate: true });
  await transcripts.put({ ...transcript("direct", 6), askerId: "77", isPrivate: true });
  const query = { guildId: "10", readerId: "77", limit: 2 };
  const keys: string[] = [];
  for (let before; ;) {
    const page = await transcripts.page({ ...query, before });
    keys.push(...page.map(({ key }) => key));
    before = page.at(-1);
    if (!before) break;
  }
  expect(keys).toEqual(["mine", "d", "c", "b", "a"]);
  const own = await transcripts.page({ guildId: null, readerId: "77", limit: 10 });
  expect(own.map((found) => [found.key, found.words()])).toEqual([
    ["direct", "words of direct"],
    ["mine", "words of mine"],
  ]);
});

test("deleting a message's transcripts takes those along that a command made of it", async () => {
  const { transcripts } = await storeAt({ nowMs: 0 });
  await transcripts.put(transcript("message", 0));
  await transcripts.put({ ...transcript("interaction", 0), linkId: "message" });
  await transcripts.delete("message");
  expect([await transcripts.get("message"), await transcripts.get("interaction")]).toEqual([
    undefined,
    undefined,
  ]);
});
