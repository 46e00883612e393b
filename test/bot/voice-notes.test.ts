import { expect, test } from "vitest";

import { setBotStage } from "./bot-stage.ts";

test("a voice note is answered in a thread with its words and one line below, by two calls", async () => {
  await using stage = await setBotStage();
  const before = stage.calls().length;
  const noteId = stage.note("I'll be about ten minutes late", { durationSecs: 42 });
  const [answer] = await stage.answered(noteId);
  const [thread] = stage.discord.threadsOf(stage.channelId);
  expect(thread?.name).toBe("Ada · voice note · 0:42");
  expect(thread?.thread?.autoArchiveMinutes).toBe(60);
  expect(answer?.content).toMatch(/^I'll be about ten minutes late\n-# 90 % · clear · 0:08 · SIS\n-# /);
  expect(stage.calls().slice(before)).toEqual([
    "POST /channels/:channel/messages/:message/threads",
    "POST /channels/:channel/messages",
  ]);
});
