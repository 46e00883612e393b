import { expect, test } from "vitest";

import { setBotStage } from "./bot-stage.ts";

/** The first line of the first message. */
function wordsOf(answer: readonly { readonly content: string }[]): string | undefined {
  return answer[0]?.content.split("\n")[0];
}

test("in an announcement channel the answer is a thread too", async () => {
  await using stage = await setBotStage();
  const news = stage.discord.createChannel({
    guildId: stage.guildId,
    name: "news",
    type: "announcement",
  });
  const noteId = stage.note("big news", { channelId: news.id });
  expect(wordsOf(await stage.answered(noteId))).toBe("big news");
});

test("in direct messages the answer is a reply", async () => {
  await using stage = await setBotStage();
  const dm = stage.discord.openDm(stage.personId, stage.discord.application.botId);
  const noteId = stage.note("between us", { channelId: dm.id });
  const answer = await stage.replies(noteId, dm.id);
  expect(wordsOf(answer)).toBe("between us");
  expect(answer[0]?.pings.users).toEqual([]);
  expect(answer[0]?.content).toContain("Hello! Send me voice notes here");
});

test("in a voice channel's chat the answer is a reply, and no thread is asked for", async () => {
  await using stage = await setBotStage();
  const voice = stage.discord.createChannel({
    guildId: stage.guildId,
    name: "Lounge",
    type: "voice",
  });
  const noteId = stage.note("in the lounge", { channelId: voice.id });
  expect(wordsOf(await stage.replies(noteId, voice.id))).toBe("in the lounge");
  expect(stage.calls().some((call) => call.endsWith("/threads"))).toBe(false);
});

test("inside a thread and under a forum post the answer is a reply", async () => {
  await using stage = await setBotStage();
  const forum = stage.discord.createChannel({
    guildId: stage.guildId,
    name: "ideas",
    type: "forum",
  });
  const post = stage.discord.createForumPost({
    forumId: forum.id,
    authorId: stage.personId,
    title: "An idea",
    content: "…",
  });
  const noteId = stage.note("more about it", { channelId: post.id });
  expect(wordsOf(await stage.replies(noteId, post.id))).toBe("more about it");
});

test("a setting for a channel counts in its threads", async () => {
  await using stage = await setBotStage();
  const { channelId, personId: authorId } = stage;
  const start = stage.discord.postMessage({ channelId, authorId, content: "hello" });
  const thread = stage.discord.startThread({ channelId, authorId, messageId: start.id, name: "aside" });
  await stage.store.settings.setNotes(stage.guildId, channelId, false);
  stage.note("not here", { channelId: thread.id });
  const other = stage.discord.createChannel({ guildId: stage.guildId, name: "other" });
  await stage.answered(stage.note("here", { channelId: other.id }));
  expect(stage.heard).toEqual(["here"]);
});

test("a thread that people have started on the note is used", async () => {
  await using stage = await setBotStage();
  const { channelId, personId: authorId } = stage;
  const heard = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const say = stage.script;
  stage.script = async (bytes, options) => {
    heard.resolve();
    await started.promise;
    return await say(bytes, options);
  };
  const noteId = stage.note("talk about this");
  await heard.promise;
  stage.discord.startThread({ channelId, authorId, messageId: noteId, name: "What Ada said" });
  started.resolve();
  expect(wordsOf(await stage.answered(noteId))).toBe("talk about this");
  expect(stage.discord.threadsOf(channelId).map(({ name }) => name)).toEqual(["What Ada said"]);
  await stage.bot.stop(5000);
  expect((await stage.store.answers.get(noteId))?.place).toEqual({ channelId: noteId, ownThread: false });
});

test.each(["createPublicThreads", "sendMessagesInThreads"] as const)(
  "without the permission %s the answer is a reply, and the next one asks for no thread",
  async (permission) => {
    await using stage = await setBotStage();
    stage.discord.setOverwrite(stage.channelId, {
      id: stage.discord.application.botId,
      deny: [permission],
    });
    const first = stage.note("first");
    expect(wordsOf(await stage.replies(first))).toBe("first");
    const before = stage.calls().length;
    const second = stage.note("second");
    expect(wordsOf(await stage.replies(second))).toBe("second");
    expect(stage.calls().slice(before)).toEqual(["POST /channels/:channel/messages"]);
  },
);

test("when the server has no room for another thread the answer is a reply", async () => {
  await using stage = await setBotStage({ discord: { activeThreadLimit: 0 } });
  const noteId = stage.note("no room");
  expect(wordsOf(await stage.replies(noteId))).toBe("no room");
});

test("without the right to read the history the answer stands in the channel by itself", async () => {
  await using stage = await setBotStage();
  stage.discord.setOverwrite(stage.channelId, {
    id: stage.discord.application.botId,
    deny: ["createPublicThreads", "readMessageHistory"],
  });
  stage.note("alone");
  const answer = await stage.discord.waitFor(() =>
    stage.discord.messages(stage.channelId).find(({ content }) => content.startsWith("alone")),
  );
  expect(answer.message_reference).toBeUndefined();
});

test("where the bot may not write at all it stays silent and is done", async () => {
  await using stage = await setBotStage();
  stage.discord.setOverwrite(stage.channelId, {
    id: stage.discord.application.botId,
    deny: ["createPublicThreads", "sendMessages", "sendMessagesInThreads"],
  });
  const other = stage.discord.createChannel({ guildId: stage.guildId, name: "other" });
  const noteId = stage.note("unheard");
  await stage.answered(stage.note("heard", { channelId: other.id }));
  await stage.bot.stop(5000);
  expect((await stage.store.answers.get(noteId))?.state).toBe("failed");
  expect(await stage.jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
});

test("where files are refused the answer goes without", async () => {
  await using stage = await setBotStage();
  stage.discord.setOverwrite(stage.channelId, {
    id: stage.discord.application.botId,
    deny: ["attachFiles"],
  });
  const words = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
  const noteId = stage.note(words);
  const answer = await stage.answered(noteId, 4);
  expect(answer[0]?.content).toMatch(/^word0 word1 [^]*Attach Files/);
});

test("where Discord fails at opening a thread again and again, the answer is a reply", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [20] } });
  stage.discord.failNext({ kind: "status", status: 500, method: "POST", path: "*/threads", times: 1000 });
  const noteId = stage.note("said all the same");
  expect(wordsOf(await stage.replies(noteId))).toBe("said all the same");
});

test("a thread that Discord could not open at first is opened by a later run", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [20] } });
  // discord.js asks four times in one run.
  stage.discord.failNext({ kind: "status", status: 500, method: "POST", path: "*/threads", times: 5 });
  expect(wordsOf(await stage.answered(stage.note("worth a thread")))).toBe("worth a thread");
});
