import { expect, test } from "vitest";

import { renderMarkdown } from "../discord-markdown.ts";
import { setBotStage, transcriptOf } from "../bot-stage.ts";

/** The lines of an answer's first message. */
function linesOf(content: string | undefined): readonly string[] {
  return (content ?? "").split("\n");
}

test("a short note is answered in a thread of its own by two calls: the words, and a line about them", async () => {
  await using stage = await setBotStage();
  const before = stage.calls().length;
  const noteId = stage.note("I'll be about ten minutes late", { durationSecs: 42 });
  const [answer] = await stage.answered(noteId);
  const [thread] = stage.discord.threadsOf(stage.channelId);
  expect(thread?.name).toBe("Ada · voice note · 0:42");
  expect(thread?.thread?.autoArchiveMinutes).toBe(60);
  expect(linesOf(answer?.content).slice(0, 2)).toEqual([
    "I'll be about ten minutes late",
    "-# 90 % · clear · 0:08 · SIS",
  ]);
  expect(stage.calls().slice(before)).toEqual([
    "POST /channels/:channel/messages/:message/threads",
    "POST /channels/:channel/messages",
  ]);
});

test("the first answer in a server, and only the first, says what is sent where and how to stop it", async () => {
  await using stage = await setBotStage();
  const [first] = await stage.answered(stage.note("first"));
  const [second] = await stage.answered(stage.note("second"));
  expect(first?.content).toMatch(/SIS \(sis\.example\).*`\/privacy opt-out`.*`\/settings notes off`/);
  expect(second?.content).toBe("second\n-# 90 % · clear · 0:08 · SIS");
});

test("a forwarded voice note is answered on the forwarding message", async () => {
  await using stage = await setBotStage();
  const original = stage.note("from elsewhere");
  await stage.answered(original);
  const { channelId, personId } = stage;
  const forwarded = stage.discord.forward({
    channelId,
    authorId: personId,
    fromChannelId: channelId,
    messageId: original,
  });
  const [answer] = await stage.answered(forwarded.id);
  expect(linesOf(answer?.content)[0]).toBe("from elsewhere");
});

test("without the flag nothing is transcribed, whatever the file is", async () => {
  await using stage = await setBotStage();
  const { channelId, personId: authorId } = stage;
  stage.discord.postMessage({
    channelId,
    authorId,
    attachments: [
      {
        filename: "voice-message.ogg",
        contentType: "audio/ogg",
        bytes: Buffer.from("file"),
        durationSecs: 3,
      },
    ],
  });
  await stage.answered(stage.note("note"));
  expect(stage.heard).toEqual(["note"]);
});

test("a voice note of a bot is left alone", async () => {
  await using stage = await setBotStage();
  const robot = stage.discord.createUser({ username: "robot", bot: true });
  stage.discord.addMember({ guildId: stage.guildId, userId: robot.id });
  stage.note("beep", { authorId: robot.id });
  await stage.answered(stage.note("hello"));
  expect(stage.heard).toEqual(["hello"]);
});

test("whoever opted out is not even downloaded", async () => {
  await using stage = await setBotStage();
  const quiet = stage.discord.createUser({ username: "quiet" });
  stage.discord.addMember({ guildId: stage.guildId, userId: quiet.id });
  await stage.store.consent.setOptedOut(quiet.id, true);
  stage.note("secret", { authorId: quiet.id });
  await stage.answered(stage.note("hello"));
  expect(stage.discord.journal.filter(({ surface }) => surface === "cdn")).toHaveLength(1);
  expect(stage.heard).toEqual(["hello"]);
});

test("a forward of somebody who opted out is not downloaded either", async () => {
  await using stage = await setBotStage();
  const quiet = stage.discord.createUser({ username: "quiet" });
  stage.discord.addMember({ guildId: stage.guildId, userId: quiet.id });
  await stage.store.consent.setOptedOut(quiet.id, true);
  const original = stage.note("secret", { authorId: quiet.id });
  const { channelId, personId: authorId } = stage;
  stage.discord.forward({ channelId, authorId, fromChannelId: channelId, messageId: original });
  await stage.answered(stage.note("hello"));
  expect(stage.heard).toEqual(["hello"]);
});

test("a forward waits until Discord can say whose voice it is", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [50] } });
  const { discord, channelId, personId: authorId } = stage;
  const quiet = discord.createUser({ username: "quiet" });
  discord.addMember({ guildId: stage.guildId, userId: quiet.id });
  await stage.store.consent.setOptedOut(quiet.id, true);
  const messageId = stage.note("secret", { authorId: quiet.id });
  const path = `/channels/${channelId}/messages/${messageId}`;
  discord.failNext({ kind: "status", status: 503, method: "GET", path, times: 4 });
  const forwarded = discord.forward({ channelId, authorId, fromChannelId: channelId, messageId });
  await expect
    .poll(() => stage.logged.map(({ message }) => message), { timeout: 10_000 })
    .toEqual(expect.arrayContaining(["Discord is out of reach, the answer waits", "note no longer wanted"]));
  expect([stage.heard, discord.world.channels.has(forwarded.id)]).toEqual([[], false]);
});

test("a channel where notes are switched off is left alone", async () => {
  await using stage = await setBotStage();
  const off = stage.discord.createChannel({ guildId: stage.guildId, name: "quiet" });
  await stage.store.settings.setNotes(stage.guildId, off.id, false);
  stage.note("not here", { channelId: off.id });
  await stage.answered(stage.note("here"));
  expect(stage.heard).toEqual(["here"]);
});

test("a server where notes are switched off is left alone, but for channels that want them", async () => {
  await using stage = await setBotStage();
  const on = stage.discord.createChannel({ guildId: stage.guildId, name: "loud" });
  await stage.store.settings.setNotes(stage.guildId, null, false);
  await stage.store.settings.setNotes(stage.guildId, on.id, true);
  stage.note("not here");
  await stage.answered(stage.note("here", { channelId: on.id }));
  expect(stage.heard).toEqual(["here"]);
});

test("a recording without speech gets one line that says so", async () => {
  await using stage = await setBotStage();
  await stage.store.once.claim(`introduction:${stage.guildId}`);
  stage.script = () => Promise.resolve(transcriptOf(" \n "));
  const [answer] = await stage.answered(stage.note("silence"));
  expect(linesOf(answer?.content)).toEqual(["I couldn't hear anyone speaking in this recording."]);
  expect(answer?.components).toEqual([]);
});

test.each([
  [0.93, "-# 93 % · clear · 0:08 · SIS"],
  [0.5, "-# 50 % · unsure · 0:08 · SIS"],
  [0.31, "-# 31 % · please listen · 0:08 · SIS"],
  [null, "-# no score · 0:08 · SIS"],
])("confidence %s is told as %s", async (confidence, line) => {
  await using stage = await setBotStage();
  stage.script = () => Promise.resolve(transcriptOf("words", { confidence }));
  const [answer] = await stage.answered(stage.note("x"));
  expect(linesOf(answer?.content)[1]).toBe(line);
});

test("a file that ends in the middle or lost sound is worth a line", async () => {
  await using stage = await setBotStage();
  stage.script = () => Promise.resolve(transcriptOf("words", { cutShort: true, lostMs: 1500 }));
  const [answer] = await stage.answered(stage.note("x"));
  expect(linesOf(answer?.content).slice(2, 4)).toEqual([
    "-# The recording ends in the middle; this is everything up to there.",
    expect.stringMatching(/^-# Damaged and left out: .*1\.5/),
  ]);
});

test("what does not fit one message goes on in more, and no word is cut", async () => {
  await using stage = await setBotStage();
  const words = Array.from({ length: 900 }, (_, index) => `word${index}`).join(" ");
  stage.script = () => Promise.resolve(transcriptOf(words));
  const answer = await stage.answered(stage.note("long"), 4);
  const texts = answer.map(({ content }) => content.replace(/\n-# [^]*$/, ""));
  expect(texts.join(" ")).toBe(words);
  expect(answer.every(({ content }) => content.length <= 2000)).toBe(true);
  expect(answer.slice(1).every(({ content }) => !content.includes("-#"))).toBe(true);
});

test("more than four messages become the beginning and transcript.txt with all of it", async () => {
  await using stage = await setBotStage();
  const words = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
  stage.script = () => Promise.resolve(transcriptOf(words));
  const [answer, ...more] = await stage.answered(stage.note("very long"));
  const [beginning = ""] = linesOf(answer?.content);
  expect(more).toEqual([]);
  expect(words.startsWith(beginning.replace(/…$/, ""))).toBe(true);
  expect(beginning.length).toBeGreaterThan(1300);
  expect(beginning.length).toBeLessThanOrEqual(1801);
  const [file] = answer?.attachments ?? [];
  expect(file?.["filename"]).toBe("transcript.txt");
  expect(await (await fetch(String(file?.["url"]))).text()).toBe(`${words}\n`);
});

test("nothing that was said pings, formats or gets a preview", async () => {
  await using stage = await setBotStage();
  const said = `@everyone <@${stage.personId}> **loud** [click](https://evil.example) https://evil.example \u202Eknup`;
  stage.script = () => Promise.resolve(transcriptOf(said));
  const [answer] = await stage.answered(stage.note("x"));
  const shown = renderMarkdown(linesOf(answer?.content)[0] ?? "");
  expect(shown).toEqual({ text: said.replace("\u202E", ""), formats: [] });
  expect(answer?.pings).toEqual({ users: [], roles: [], everyone: false });
  expect(answer?.previews).toEqual([]);
});

test("a name cannot break the thread's name", async () => {
  await using stage = await setBotStage();
  const trickster = stage.discord.createUser({ username: "trickster", globalName: "A\u202E\nda\u200B" });
  stage.discord.addMember({ guildId: stage.guildId, userId: trickster.id });
  const noteId = stage.note("x", { authorId: trickster.id });
  await stage.answered(noteId);
  expect(stage.discord.threadsOf(stage.channelId)[0]?.name).toBe("A da · voice note · 0:08");
});

test("the answer speaks the server's language", async () => {
  await using stage = await setBotStage({ start: false });
  const guild = stage.discord.createGuild({ name: "书房", ownerId: stage.personId, locale: "zh-CN" });
  stage.discord.addMember({ guildId: guild.id, userId: stage.discord.application.botId });
  const channel = stage.discord.createChannel({ guildId: guild.id, name: "聊天" });
  await stage.bot.start();
  stage.script = () => Promise.resolve(transcriptOf(""));
  const noteId = stage.note("x", { channelId: channel.id });
  const answer = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ type }) => type === 0),
  );
  expect(answer.content).toMatch(/[\u4E00-\u9FFF]/);
});

test("several notes at once are answered each in its own thread", async () => {
  await using stage = await setBotStage();
  const notes = Array.from({ length: 12 }, (_, index) => stage.note(`note ${index}`));
  const answers = await Promise.all(notes.map((noteId) => stage.answered(noteId)));
  expect(answers.map(([answer]) => linesOf(answer?.content)[0])).toEqual(
    notes.map((_, index) => `note ${index}`),
  );
  expect(stage.heard).toHaveLength(12);
});

test("the temporary file is gone once the answer is there, and only its owner could read it", async () => {
  await using stage = await setBotStage();
  const { readdir, stat } = await import("node:fs/promises");
  const modes: number[] = [];
  const tmp = `${stage.dataDir}/tmp`;
  stage.script = async () => {
    for (const name of await readdir(tmp)) modes.push((await stat(`${tmp}/${name}`)).mode & 0o777);
    return transcriptOf("words");
  };
  await stage.answered(stage.note("x"));
  expect(modes).toEqual([0o600]);
  expect(await readdir(tmp)).toEqual([]);
});

test("neither words nor names nor addresses reach the log", async () => {
  await using stage = await setBotStage();
  await stage.answered(stage.note("unmistakable words"));
  await stage.bot.stop(5000);
  const log = JSON.stringify(stage.logged);
  expect(log).toContain("note answered");
  expect(log).not.toMatch(/unmistakable|Ada|http|attachments/);
});

test("somebody who floods the server does not starve others", async () => {
  await using stage = await setBotStage({ limits: { concurrency: 1 } });
  const other = stage.discord.createUser({ username: "bob" });
  stage.discord.addMember({ guildId: stage.guildId, userId: other.id });
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const say = stage.script;
  stage.script = async (bytes, options) => {
    begun.resolve();
    await go.promise;
    return await say(bytes, options);
  };
  for (let index = 0; index < 20; index++) stage.note(`flood ${index}`);
  await begun.promise;
  const single = stage.note("just one", { authorId: other.id });
  // A note is known once the store has it.
  await expect.poll(async () => (await stage.jobs.depth()).waiting).toBe(20);
  go.resolve();
  await stage.answered(single);
  expect(stage.heard.indexOf("just one")).toBeLessThanOrEqual(3);
});
