import { expect, test } from "vitest";

import { TranscriptionError } from "../../src/transcription/errors.ts";
import { sayBytes, setBotStage, transcriptOf } from "../bot/bot-stage.ts";
import { answerTo, attached, postRecordings, transcribeMenu } from "./asking.ts";

test("every recording of a message is transcribed, each under its name, and other files are left alone", async () => {
  await using stage = await setBotStage();
  const targetId = postRecordings(stage, {
    "one.mp3": "first words",
    "cat.png": "no sound",
    "two_2.m4a": "second words",
  });
  const [answer] = await answerTo(stage, transcribeMenu(stage, targetId));
  const [figures] = /^-# 90 % · clear · 0:08 · SIS$/m.exec(answer?.content ?? "") ?? [];
  expect(answer?.content).toMatch(
    /^\*\*1 · one\.mp3\*\*\nfirst words\n-# [^]*\n\n\*\*2 · two\\_2\.m4a\*\*\nsecond words\n-# /,
  );
  expect(answer?.content.split(`${figures}`)).toHaveLength(3);
  expect(stage.heard).toEqual(["first words", "second words"]);
});

test("a forward of several recordings is read like the message itself", async () => {
  await using stage = await setBotStage();
  const { discord, channelId, personId: authorId } = stage;
  const messageId = postRecordings(stage, { "a.ogg": "alpha", "b.ogg": "beta" });
  const forward = discord.forward({ channelId, authorId, fromChannelId: channelId, messageId });
  const [answer] = await answerTo(stage, transcribeMenu(stage, forward.id));
  expect(answer?.content).toMatch(/alpha\n[^]*beta\n/);
});

test("one of several that cannot be read says so in its place, and the others have their words", async () => {
  await using stage = await setBotStage();
  stage.script = async (bytes, options) => {
    if (bytes.toString() !== "noise") return await sayBytes(bytes, options);
    throw new TranscriptionError("no", { reason: "not-audio", retryable: false });
  };
  const targetId = postRecordings(stage, { "a.mp3": "before", "b.mp3": "noise", "c.mp3": "after" });
  const [answer] = await answerTo(stage, transcribeMenu(stage, targetId));
  expect(answer?.content).toMatch(/before\n[^]*\*\*2 · b\.mp3\*\*\n.*isn't[^]*after\n/);
});

test("ten long ones become one message with the beginnings and a file with all of it", async () => {
  await using stage = await setBotStage();
  stage.script = async (bytes) =>
    Promise.resolve(transcriptOf(`${bytes.toString()} ${"word ".repeat(800)}end`));
  const names = Array.from({ length: 10 }, (_, index) => `part-${index}.mp3`);
  const targetId = postRecordings(stage, Object.fromEntries(names.map((name) => [name, `says ${name}`])));
  const replies = await answerTo(stage, transcribeMenu(stage, targetId));
  expect(replies).toHaveLength(1);
  const [answer] = replies;
  expect(answer?.content.length).toBeLessThanOrEqual(2000);
  expect(names.every((name) => answer?.content.includes(`${name}**`))).toBe(true);
  const text = attached(stage, answer)["transcript.txt"] ?? "";
  expect(text.match(/end$/gm)).toHaveLength(10);
  expect(text).toContain("3 · part-2.mp3\nsays part-2.mp3 word");
});

test("after a restart the recordings that are done with are not listened to again", async () => {
  await using stage = await setBotStage();
  const begun = Promise.withResolvers<void>();
  stage.script = async (bytes, options) => {
    if (bytes.toString() === "one") return await sayBytes(bytes, options);
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    options.signal.addEventListener("abort", () => reject(options.signal.reason));
    return await promise;
  };
  const id = transcribeMenu(stage, postRecordings(stage, { "a.mp3": "one", "b.mp3": "two" }));
  await begun.promise;
  await stage.bot.stop(0);
  stage.script = sayBytes;
  await stage.restart();
  expect((await answerTo(stage, id))[0]?.content).toMatch(/one\n[^]*two\n/);
  expect(stage.heard).toEqual(["one", "two", "two"]);
});
