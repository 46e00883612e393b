import { expect, test } from "vitest";

import { type BotStage, setBotStage, transcriptOf } from "./bot-stage.ts";

/** Our own ordinary messages in a channel. */
function ours({ discord }: BotStage, channelId: string): readonly { readonly content: string }[] {
  if (!discord.world.channels.has(channelId)) return [];
  return discord
    .messages(channelId)
    .filter(({ author, type }) => author.id === discord.application.botId && type !== 21);
}

async function stateOf(stage: BotStage, noteId: string): Promise<string | undefined> {
  return (await stage.store.answers.get(noteId))?.state;
}

test("deleting the note takes the bot's messages away, and its empty thread where it may", async () => {
  await using stage = await setBotStage();
  stage.discord.setOverwrite(stage.channelId, {
    id: stage.discord.application.botId,
    allow: ["manageThreads"],
  });
  const noteId = stage.note("never mind");
  await stage.answered(noteId);
  stage.discord.deleteMessage(stage.channelId, noteId);
  await stage.discord.waitFor(() => !stage.discord.world.channels.has(noteId));
  await stage.bot.stop(5000);
  expect(await stateOf(stage, noteId)).toBe("deleted");
});

test("without the right to delete threads the thread stays, without our messages", async () => {
  await using stage = await setBotStage();
  const noteId = stage.note("never mind");
  await stage.answered(noteId);
  stage.discord.deleteMessage(stage.channelId, noteId);
  await stage.discord.waitFor(() => ours(stage, noteId).length === 0);
  await stage.bot.stop(5000);
  expect(stage.discord.world.channels.has(noteId)).toBe(true);
});

test("a thread in which people have written stays, without our messages", async () => {
  await using stage = await setBotStage();
  stage.discord.setOverwrite(stage.channelId, {
    id: stage.discord.application.botId,
    allow: ["manageThreads"],
  });
  const noteId = stage.note("discuss");
  await stage.answered(noteId);
  const theirs = stage.discord.postMessage({
    channelId: noteId,
    authorId: stage.personId,
    content: "I agree",
  });
  stage.discord.deleteMessage(stage.channelId, noteId);
  await stage.discord.waitFor(() => ours(stage, noteId).length === 0);
  await stage.bot.stop(5000);
  expect(stage.discord.messages(noteId).some(({ id }) => id === theirs.id)).toBe(true);
});

/** Discord deletes nothing for us until the faults are cleared. */
function refuseDeletions({ discord }: BotStage): void {
  discord.failNext({ kind: "status", status: 503, method: "DELETE", path: "/channels/*", times: 1000 });
}

async function waitingJobs({ jobs }: BotStage): Promise<number> {
  const { waiting, running, later } = await jobs.depth();
  return waiting + running + later;
}

test("an answer that Discord does not delete just now goes when it does, also after a restart", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [50] } });
  const noteId = stage.note("never mind");
  await stage.answered(noteId);
  await expect.poll(async () => stateOf(stage, noteId)).toBe("answered");
  refuseDeletions(stage);
  stage.discord.deleteMessage(stage.channelId, noteId);
  await expect.poll(async () => waitingJobs(stage), { timeout: 10_000 }).toBe(1);
  await stage.restart();
  expect(ours(stage, noteId)).toHaveLength(1);
  stage.discord.clearFaults();
  await stage.discord.waitFor(() => ours(stage, noteId).length === 0);
  await expect.poll(async () => waitingJobs(stage)).toBe(0);
});

test("so does one whose posting and deletion crossed", async () => {
  await using stage = await setBotStage({ limits: { awayWaitsMs: [50] } });
  const { discord } = stage;
  discord.failNext({
    kind: "delay",
    delayMs: 500,
    afterwards: true,
    method: "POST",
    path: "/channels/*/messages",
  });
  const noteId = stage.note("never mind");
  await discord.waitFor(() => ours(stage, noteId).length === 1);
  refuseDeletions(stage);
  discord.deleteMessage(stage.channelId, noteId);
  await expect
    .poll(() => stage.logged.some(({ message }) => message === "note no longer wanted"), { timeout: 10_000 })
    .toBe(true);
  await expect.poll(async () => waitingJobs(stage), { timeout: 10_000 }).toBe(1);
  discord.clearFaults();
  await discord.waitFor(() => ours(stage, noteId).length === 0);
});

test("a reply goes with its note", async () => {
  await using stage = await setBotStage();
  const dm = stage.discord.openDm(stage.personId, stage.discord.application.botId);
  const noteId = stage.note("never mind", { channelId: dm.id });
  await stage.replies(noteId, dm.id);
  stage.discord.deleteMessage(dm.id, noteId);
  await stage.discord.waitFor(() => ours(stage, dm.id).length === 0);
});

test("a note deleted while it is worked on gets no answer, and what was posted goes", async () => {
  await using stage = await setBotStage({ limits: { showAfterMs: 1 } });
  const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  stage.script = async (_, { signal }) => {
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      stopped.resolve();
      reject(signal.reason);
    });
    return await promise;
  };
  const noteId = stage.note("never mind");
  await begun.promise;
  await stage.discord.waitFor(() => ours(stage, noteId).length === 1);
  stage.discord.deleteMessage(stage.channelId, noteId);
  await stopped.promise;
  await stage.discord.waitFor(() => ours(stage, noteId).length === 0);
  await stage.bot.stop(5000);
  expect(ours(stage, noteId)).toEqual([]);
  expect(await stateOf(stage, noteId)).toBe("deleted");
});

test("a note deleted before anything was posted leaves nothing behind", async () => {
  await using stage = await setBotStage();
  const begun = Promise.withResolvers<void>();
  const deleted = Promise.withResolvers<void>();
  stage.script = async () => {
    begun.resolve();
    await deleted.promise;
    return transcriptOf("too late");
  };
  const dm = stage.discord.openDm(stage.personId, stage.discord.application.botId);
  const noteId = stage.note("never mind", { channelId: dm.id });
  await begun.promise;
  // Discord forgets the message, and the gateway is too slow to say so.
  stage.discord.gateway.drop({ how: "close", code: 4000, resumable: false });
  stage.discord.deleteMessage(dm.id, noteId);
  deleted.resolve();
  await stage.discord.waitFor(() =>
    stage.discord.journal.find(
      ({ method, path, status }) => method === "POST" && path.includes(dm.id) && status === 400,
    ),
  );
  await stage.bot.stop(5000);
  expect(ours(stage, dm.id)).toEqual([]);
  expect(await stateOf(stage, noteId)).toBe("deleted");
});

test("many messages deleted at once are each cleaned up after", async () => {
  await using stage = await setBotStage();
  const notes = [stage.note("one"), stage.note("two")];
  await Promise.all(notes.map((noteId) => stage.answered(noteId)));
  for (const noteId of notes) stage.discord.deleteMessage(stage.channelId, noteId);
  await stage.discord.waitFor(() => notes.every((noteId) => ours(stage, noteId).length === 0));
});

test("when somebody deletes the answer while it grows, it is not written again", async () => {
  await using stage = await setBotStage({ limits: { showAfterMs: 1 } });
  const removed = Promise.withResolvers<void>();
  stage.script = async () => {
    await removed.promise;
    return transcriptOf("unwanted");
  };
  const noteId = stage.note("x");
  const progress = await stage.discord.waitFor(() =>
    stage.discord.world.channels.has(noteId)
      ? stage.discord.messages(noteId).find(({ type, author }) => type === 0 && author.bot)
      : undefined,
  );
  stage.discord.deleteMessage(noteId, progress.id);
  removed.resolve();
  await stage.bot.stop(5000);
  expect(ours(stage, noteId)).toEqual([]);
  expect(await stateOf(stage, noteId)).toBe("deleted");
});

test("opting out drops what waits and stops what runs, and takes back what was posted about it", async () => {
  await using stage = await setBotStage({ limits: { showAfterMs: 1, concurrency: 1 } });
  const begun = Promise.withResolvers<void>();
  stage.script = async (_, { signal }) => {
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return await promise;
  };
  const running = stage.note("running");
  const waiting = stage.note("waiting");
  await begun.promise;
  await stage.discord.waitFor(() => ours(stage, running).length === 1);
  const { id } = stage.discord.runCommand({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "privacy opt-out",
  });
  await stage.discord.waitFor(() =>
    stage.discord.interactionReplies(id).some(({ content }) => content.startsWith("Done")),
  );
  await stage.discord.waitFor(() => ours(stage, running).length === 0);
  await stage.bot.stop(5000);
  expect(stage.heard).toEqual(["running"]);
  expect(ours(stage, waiting)).toEqual([]);
});
