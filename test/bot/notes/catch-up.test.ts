import { CompiledQuery } from "kysely";
import { expect, test, vi } from "vitest";

import { TranscriptionError } from "../../../src/transcription/errors.ts";
import { type BotStage, type BotStageOptions, sayBytes, setBotStage } from "../bot-stage.ts";

/** A bot that was there for a while, has answered a note, and is away now. */
async function awayStage(options: BotStageOptions = {}): Promise<BotStage> {
  const stage = await setBotStage(options);
  await stage.answered(stage.note("first"));
  await stage.bot.stop(1000);
  stage.heard.length = 0;
  return stage;
}

function lanes(stage: BotStage): string[] {
  const seen: string[] = [];
  stage.script = async (bytes, options) => {
    seen.push(`${bytes.toString()}: ${options.turn.lane}`);
    return await sayBytes(bytes, options);
  };
  return seen;
}

/** The bot has read what there was to read, and a note after that is answered. */
async function settled(stage: BotStage, channelId = stage.channelId): Promise<void> {
  await stage.answered(stage.note("last", { channelId }));
}

test("notes that came while the bot was away are answered, each in its thread, after the ones that are new", async () => {
  await using stage = await awayStage();
  const missed = [stage.note("one"), stage.note("two")];
  const seen = lanes(stage);
  await stage.restart();
  for (const id of missed) await stage.answered(id);
  await settled(stage);
  expect(seen.toSorted()).toEqual(["last: note", "one: file", "two: file"]);
});

test("on its very first start the bot answers no history, and on the second only what came since", async () => {
  await using stage = await setBotStage({ start: false });
  stage.note("history");
  await stage.bot.start();
  await stage.bot.stop(0);
  const missed = stage.note("missed");
  await stage.restart();
  await stage.answered(missed);
  await settled(stage);
  expect(stage.heard).toEqual(["missed", "last"]);
});

test("a server the bot was invited to while it was away has no history to be answered", async () => {
  await using stage = await awayStage();
  const { discord, personId } = stage;
  const guild = discord.createGuild({ name: "New", ownerId: personId });
  const channel = discord.createChannel({ guildId: guild.id, name: "general" });
  stage.note("before the bot", { channelId: channel.id });
  discord.addMember({ guildId: guild.id, userId: discord.application.botId });
  await stage.restart();
  await settled(stage, channel.id);
  expect(stage.heard).toEqual(["last"]);
});

test("notes are found in every kind of channel with messages, threads included", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, personId: authorId } = stage;
  const news = discord.createChannel({ guildId, name: "news", type: "announcement" });
  const voice = discord.createChannel({ guildId, name: "Lounge", type: "voice" });
  const forum = discord.createChannel({ guildId, name: "ideas", type: "forum" });
  const post = discord.createForumPost({ forumId: forum.id, authorId, title: "An idea", content: "…" });
  await settled(stage);
  await stage.bot.stop(1000);
  const inNews = stage.note("in news", { channelId: news.id });
  const inVoice = stage.note("in voice", { channelId: voice.id });
  const inThread = stage.note("in a thread", { channelId: post.id });
  await stage.restart();
  await stage.answered(inNews);
  await stage.replies(inVoice, voice.id);
  await stage.replies(inThread, post.id);
});

test("a direct message that came while the bot was away is answered, if there was one before", async () => {
  await using stage = await setBotStage();
  const dm = stage.discord.openDm(stage.personId, stage.discord.application.botId);
  await stage.replies(stage.note("hello", { channelId: dm.id }), dm.id);
  await stage.bot.stop(1000);
  const missed = stage.note("are you there", { channelId: dm.id });
  await stage.restart();
  await stage.replies(missed, dm.id);
});

test("what a session that could not be resumed has missed is answered", async () => {
  await using stage = await setBotStage();
  const { discord } = stage;
  await settled(stage);
  discord.gateway.hold();
  discord.gateway.drop({ how: "close", code: 4009, resumable: false });
  await discord.waitFor(() => discord.gateway.connected().length === 0);
  const missed = stage.note("in between");
  discord.gateway.release();
  await stage.answered(missed);
});

test("the messages of a busy channel are read page by page, the oldest note first", async () => {
  await using stage = await awayStage({ limits: { concurrency: 1 } });
  const { discord, channelId, personId: authorId } = stage;
  const missed: string[] = [];
  for (let index = 0; index < 3; index++) {
    missed.push(stage.note(`note ${index}`));
    for (let line = 0; line < 90; line++)
      discord.postMessage({ channelId, authorId, content: `line ${line}` });
  }
  await stage.restart();
  for (const id of missed) await stage.answered(id);
  expect(stage.heard).toEqual(["note 0", "note 1", "note 2"]);
});

test("notes older than the setting says are left alone", async () => {
  await using stage = await awayStage({ bot: { catchUpHours: 1 / 3_600_000 } });
  const { discord, channelId, personId: authorId } = stage;
  stage.note("a millisecond ago");
  for (let line = 0; line < 120; line++)
    discord.postMessage({ channelId, authorId, content: `line ${line}` });
  discord.clock.advance(60_000);
  const fresh = stage.note("in time");
  await stage.restart();
  await stage.answered(fresh);
  expect(stage.heard).toEqual(["in time"]);
});

test("with catching up switched off nothing is read", async () => {
  await using stage = await awayStage({ bot: { catchUpHours: 0 } });
  stage.note("missed");
  await stage.restart();
  await settled(stage);
  expect(stage.heard).toEqual(["last"]);
});

test("bots, people who opted out and channels that are switched off stay unheard, and private channels are skipped quietly", async () => {
  await using stage = await setBotStage();
  const { discord, guildId } = stage;
  const off = discord.createChannel({ guildId, name: "off" });
  const hidden = discord.createChannel({ guildId, name: "hidden" });
  const quiet = discord.createUser({ username: "quiet" });
  discord.addMember({ guildId, userId: quiet.id });
  const robot = discord.createApplication({ name: "Robot" });
  discord.addMember({ guildId, userId: robot.botId });
  await stage.store.settings.setNotes(guildId, off.id, false);
  await stage.store.consent.setOptedOut(quiet.id, true);
  await settled(stage);
  await stage.bot.stop(1000);
  stage.heard.length = 0;
  discord.setOverwrite(hidden.id, { id: discord.application.botId, deny: ["viewChannel"] });
  stage.note("switched off", { channelId: off.id });
  stage.note("opted out", { authorId: quiet.id });
  stage.note("a bot's", { authorId: robot.botId });
  stage.note("hidden", { channelId: hidden.id });
  const missed = stage.note("heard");
  await stage.restart();
  await stage.answered(missed);
  await settled(stage);
  expect(stage.heard).toEqual(["heard", "last"]);
  expect(stage.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test("where roles count, the note of somebody who has left keeps no other from being answered", async () => {
  await using stage = await setBotStage();
  const { discord, guildId } = stage;
  const [bob, eve] = ["bob", "eve"].map((username) => discord.createUser({ username }));
  const [speakers, muted] = ["speakers", "muted"].map((name) => discord.createRole({ guildId, name }));
  for (const { id } of [bob!, eve!]) discord.addMember({ guildId, userId: id, roleIds: [speakers!.id] });
  await stage.store.settings.set(guildId, null, {
    allowedRoles: [speakers!.id],
    ignoredRoles: [muted!.id],
  });
  await stage.answered(stage.note("first", { authorId: eve!.id }));
  await stage.bot.stop(1000);
  stage.note("left", { authorId: bob!.id });
  const missed = stage.note("missed", { authorId: eve!.id });
  discord.removeMember(guildId, bob!.id);
  await stage.restart();
  await stage.answered(missed);
  expect(stage.heard).toEqual(["first", "missed"]);
});

test("a channel that cannot be read for a while is read again", async () => {
  await using stage = await awayStage({ limits: { catchUpPausesMs: [20, 20] } });
  const missed = stage.note("missed");
  stage.discord.failNext({
    kind: "status",
    status: 503,
    method: "GET",
    path: "/channels/*/messages",
    times: 4,
  });
  await stage.restart();
  await stage.answered(missed);
});

test("what could not be read before the bot stopped again is read by the next one", async () => {
  await using stage = await awayStage({ limits: { catchUpPausesMs: [600_000] } });
  const missed = stage.note("missed");
  const path = `/channels/${stage.channelId}/messages`;
  stage.discord.failNext({ kind: "status", status: 503, method: "GET", path, times: 4 });
  await stage.restart();
  await settled(stage);
  stage.discord.clearFaults();
  await stage.restart();
  await stage.answered(missed);
});

/** The database refuses every new job until the end. */
async function refuseJobs(stage: BotStage): Promise<{ end(): Promise<void> }> {
  const run = async (sql: string): Promise<void> =>
    void (await stage.store.database.executeQuery(CompiledQuery.raw(sql)));
  await run("create trigger refuse before insert on job begin select raise(abort, 'refused'); end");
  return { end: async () => run("drop trigger refuse") };
}

async function refused(stage: BotStage): Promise<void> {
  await vi.waitFor(() => {
    expect(stage.logged.map(({ message }) => message)).toContain("event handler failed");
  }, 10_000);
}

test("a note that was seen but could not be written down is found again", async () => {
  await using stage = await setBotStage({
    limits: { enqueuePausesMs: [], catchUpPausesMs: [20, 20, 20, 20] },
  });
  await settled(stage);
  const refusal = await refuseJobs(stage);
  const seen = stage.note("seen");
  await refused(stage);
  await refusal.end();
  await stage.answered(seen);
});

test("a note that was seen but not written down before a crash is found by the next process", async () => {
  await using stage = await setBotStage({
    limits: { enqueuePausesMs: [], catchUpPausesMs: [600_000], seenWriteAfterMs: 1 },
  });
  await settled(stage);
  const refusal = await refuseJobs(stage);
  const seen = stage.note("seen");
  await refused(stage);
  stage.discord.postMessage({ channelId: stage.channelId, authorId: stage.personId, content: "go on" });
  await stage.bot.stop(0);
  await refusal.end();
  await stage.restart();
  await stage.answered(seen);
});

test("notes whose records were lost with the database are not answered twice, in threads or by replies", async () => {
  await using stage = await setBotStage();
  const { discord, guildId, store } = stage;
  const voice = discord.createChannel({ guildId, name: "Lounge", type: "voice" });
  const before = await store.seen.all();
  await stage.answered(stage.note("in a thread"));
  await stage.replies(stage.note("by a reply", { channelId: voice.id }), voice.id);
  await stage.bot.stop(1000);
  await store.database.deleteFrom("job").execute();
  await store.database.deleteFrom("answer").execute();
  await store.seen.put(before);
  await stage.restart();
  await settled(stage);
  await settled(stage);
  expect(stage.heard).toEqual(["in a thread", "by a reply", "last", "last"]);
});

test("a note whose job was lost with a damaged database is taken up again, in the message it had", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [3_600_000] } });
  stage.script = () =>
    Promise.reject(
      new TranscriptionError("away", { reason: "service-unavailable", retryable: true, code: "SIS.0303" }),
    );
  const noteId = stage.note("one");
  const [before] = await stage.answered(noteId);
  await stage.bot.stop(1000);
  await stage.store.database.deleteFrom("job").execute();
  await stage.store.seen.put([
    { placeId: stage.guildId, isDirect: false, messageId: (BigInt(noteId) + 1n).toString() },
  ]);
  Object.assign(stage.store, { recovery: { recoveredFrom: "a file", rowsKept: 1, complete: false } });
  stage.script = sayBytes;
  await stage.restart();
  const answer = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("one\n")),
  );
  expect(answer.id).toBe(before?.id);
});
