import { expect, test } from "vitest";

import { createWords } from "../../src/explanations/words.ts";
import { createCaptionRoutes } from "../../src/web/captions/caption-routes.ts";
import { startWebServer, type WebServer } from "../../src/web/server.ts";
import { type BotStage, setBotStage, transcriptOf } from "../bot/bot-stage.ts";

interface PageStage extends BotStage {
  /** What Apps → Read as a page answers. */
  readAsPage(targetId: string, userId?: string, channelId?: string): Promise<string>;
  link(targetId: string, userId?: string, channelId?: string): Promise<string>;
}

const segment = (startMs: number, text: string) => ({
  startMs,
  endMs: startMs + 2000,
  text,
  confidence: 0.9,
  requestId: null,
  estimated: true,
});

async function setPageStage(): Promise<PageStage> {
  let web: WebServer;
  const stage = await setBotStage({ bot: { pagesAddress: () => web.url } });
  web = await startWebServer({
    host: "127.0.0.1",
    port: 0,
    routes: [
      createCaptionRoutes({
        pages: { open: async (token) => await stage.bot.captionPages.open(token) },
        words: createWords(),
      }),
    ],
    onError: (error) => {
      throw error;
    },
  });
  const segments = [segment(0, "I'll be late, start without me."), segment(67_000, "And keep me a seat.")];
  const text = segments.map((one) => one.text).join(" ");
  stage.script = async () => transcriptOf(text, { segments, durationMs: 70_000 });
  const { discord, personId } = stage;
  const dispose = stage[Symbol.asyncDispose].bind(stage);
  const readAsPage: PageStage["readAsPage"] = async (
    targetId,
    userId = personId,
    channelId = stage.channelId,
  ) => {
    const { id } = discord.runMenu({ channelId, userId, name: "Read as a page", targetId });
    return await discord.waitFor(() => discord.interactionReplies(id).at(-1)?.content || undefined);
  };
  return Object.assign(stage, {
    readAsPage,
    link: async (...asked: Parameters<typeof readAsPage>) =>
      /<(http[^>]+)>/.exec(await readAsPage(...asked))?.[1] ?? "",
    async [Symbol.asyncDispose]() {
      await web.close();
      await dispose();
    },
  });
}

test("a voice note's words are a page of their own, with their times, to search and download", async () => {
  await using stage = await setPageStage();
  const noteId = stage.note("words");
  await stage.answered(noteId);
  const url = await stage.link(noteId);
  expect(url).toMatch(/\/captions\/[\w-]{43}\/transcript$/);
  const page = await (await fetch(url)).text();
  expect(page).toContain("<h1>Transcript: Ada</h1>");
  expect(page).not.toContain("live captions");
  expect(page.replaceAll(/\s+/g, " ")).toMatch(
    /1:07<\/time><\/a> <b>Ada<\/b> <span>And keep me a seat\.<\/span>/,
  );
  expect(await (await fetch(`${url}?q=SEAT`)).text()).toContain("<mark>seat</mark>");
  expect(await (await fetch(`${url}.txt`)).text()).toBe(
    "[00:00:00] Ada: I'll be late, start without me.\n[00:01:07] Ada: And keep me a seat.\n",
  );
  expect(
    (await fetch(url.replace("/transcript", ""), { redirect: "manual" })).headers.get("location"),
  ).toMatch(/\/transcript$/);
}, 30_000);

test("the answer in the thread leads to the same words", async () => {
  await using stage = await setPageStage();
  const noteId = stage.note("words");
  const [answer] = await stage.answered(noteId);
  const url = await stage.link(answer!.id, stage.personId, noteId);
  expect(await (await fetch(url)).text()).toContain("keep me a seat");
}, 30_000);

test("with the note its page goes, and whoever opts out is on no page", async () => {
  await using stage = await setPageStage();
  const { discord, channelId, personId } = stage;
  const noteId = stage.note("words");
  await stage.answered(noteId);
  const url = await stage.link(noteId);
  discord.deleteMessage(channelId, noteId);
  await expect.poll(async () => (await fetch(url)).status).toBe(404);
  const second = stage.note("words");
  await stage.answered(second);
  const other = await stage.link(second);
  const { id } = discord.runCommand({ channelId, userId: personId, name: "privacy opt-out" });
  await discord.waitFor(() => discord.interactionReplies(id).at(-1)?.content || undefined);
  expect(await (await fetch(other)).text()).not.toContain("keep me a seat");
  expect(await stage.readAsPage(second)).toMatch(/^I keep no words of this message/);
}, 30_000);

test("a page shows nothing to who may no longer see the channel", async () => {
  await using stage = await setPageStage();
  const { discord, guildId, channelId } = stage;
  const ben = discord.createUser({ username: "ben", globalName: "Ben" });
  discord.addMember({ guildId, userId: ben.id });
  const noteId = stage.note("words");
  await stage.answered(noteId);
  const url = await stage.link(noteId, ben.id);
  discord.setOverwrite(channelId, { id: ben.id, deny: ["viewChannel"] });
  await expect.poll(async () => (await fetch(url)).status).toBe(404);
}, 30_000);

test("a message of which nothing is kept is answered by what would help", async () => {
  await using stage = await setPageStage();
  const { id } = stage.discord.postMessage({
    channelId: stage.channelId,
    authorId: stage.personId,
    content: "Hi.",
  });
  expect(await stage.readAsPage(id)).toMatch(/^I keep no words of this message\. .*\*\*Transcribe\*\*/);
}, 30_000);
