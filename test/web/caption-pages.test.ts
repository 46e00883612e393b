import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

import { createCanvas, loadImage } from "@napi-rs/canvas";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createWords } from "../../src/explanations/words.ts";
import type { SpokenText } from "../../src/sandbox/speech.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { createCaptionRoutes } from "../../src/web/captions/caption-routes.ts";
import { startWebServer, type WebServer } from "../../src/web/server.ts";
import { type CaptionsStage, setCaptionsStage } from "../bot/captions/captions-stage.ts";
import { scriptedRecognizer } from "../transcription/scripted-recognizer.ts";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Where README's pictures go, when they are to be made anew. */
const screenshots = process.env["EARSHOT_SCREENSHOTS"];

let browser: Browser;
let spoken: readonly SpokenText[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  spoken = await Promise.all(
    ["Good morning, everybody.", "I can take that one."].map((text) => synthesize(text)),
  );
}, 60_000);
afterAll(async () => {
  await browser.close();
});

/** A connection to the pages that can be cut. */
interface Cable extends AsyncDisposable {
  /** The same page, over this connection. */
  address(url: string): string;
  cut(): void;
  /** Cuts it, and answers for the bot as a proxy does that does not reach it. */
  fail(): void;
  mend(): void;
}

async function layCable(to: URL): Promise<Cable> {
  const sockets = new Set<Socket>();
  let state: "whole" | "cut" | "failing" = "whole";
  const server = createServer((socket) => {
    if (state === "cut") return socket.destroy();
    if (state === "failing")
      return socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    const onward = connect(Number(to.port), to.hostname);
    for (const [end, otherEnd] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(end);
      end.pipe(otherEnd);
      end.on("error", () => otherEnd.destroy());
      end.on("close", () => {
        sockets.delete(end);
        otherEnd.destroy();
      });
    }
    return socket;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = (how: "cut" | "failing" = "cut"): void => {
    state = how;
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: (url) => Object.assign(new URL(url), { port }).href,
    cut,
    fail: () => cut("failing"),
    mend() {
      state = "whole";
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

interface PagesStage extends CaptionsStage {
  readonly web: WebServer;
  /** What a member's `/captions link` gives. */
  link(memberId?: string): Promise<string>;
}

/** Captions whose words are those sentences in turn, and the pages that show them. */
async function setPagesStage(sentences: readonly string[]): Promise<PagesStage> {
  let calls = 0;
  const recognizer = scriptedRecognizer(
    () => ({ text: sentences[calls++ % sentences.length] ?? "", confidence: 0.9 }),
    { maxClipMs: 30_000 },
  );
  const errors: unknown[] = [];
  let web: WebServer;
  const stage = await setCaptionsStage(recognizer, {}, { pagesAddress: () => web.url });
  web = await startWebServer({
    host: "127.0.0.1",
    port: 0,
    routes: [
      createCaptionRoutes({
        pages: { open: async (token) => await stage.bot.captionPages.open(token) },
        words: createWords(),
      }),
    ],
    onError: (error) => errors.push(error),
  });
  const dispose = stage[Symbol.asyncDispose].bind(stage);
  return Object.assign(stage, {
    web,
    async link(memberId?: string) {
      const answer = await stage.command("captions link", {}, memberId);
      return /<(http[^>]+)>/.exec(answer)?.[1] ?? answer;
    },
    async [Symbol.asyncDispose]() {
      await web.close();
      await dispose();
      expect(errors).toEqual([]);
    },
  });
}

/** A page that notes everything a strict page must not do. */
async function openPage(
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{
  readonly page: Page;
  readonly complaints: readonly string[];
}> {
  const context = await browser.newContext({
    viewport: { width: 1000, height: 620 },
    locale: "en-GB",
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== new URL(url).origin) complaints.push(`asked ${origin}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** What axe finds wrong, rule by rule (WCAG 2.2 A and AA, and its best practices). */
async function violationsOf(page: Page): Promise<readonly string[]> {
  // The page's own policy lets no script of others in.
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  const address = page.url();
  await page.goto(address);
  await page.addScriptTag({ path: axePath });
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  await session.send("Page.setBypassCSP", { enabled: false });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, name) });
}

async function linesOf(page: Page): Promise<readonly string[]> {
  return await page
    .locator("#lines li")
    .evaluateAll((items) =>
      items.map(({ textContent }) => (textContent ?? "").replaceAll(/\s+/g, " ").trim()),
    );
}

test("two readers follow what is said, come back after a lost connection, and have the transcript at the end", async () => {
  await using stage = await setPagesStage([
    "Shall we begin? I have three points for today.",
    "Yes, go ahead, everyone is here.",
    "The first is <b>the budget</b>.",
    "I can take that one.",
  ]);
  const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("王小明")];
  await stage.command("captions start");
  const adasLink = await stage.link();
  const bensLink = await stage.link(ben.memberId);
  expect(adasLink).not.toBe(bensLink);
  const one = await openPage(adasLink, { colorScheme: "dark" });
  await using cable = await layCable(new URL(bensLink));
  const other = await openPage(cable.address(bensLink), { colorScheme: "light", locale: "zh-CN" });
  await one.page.getByText("Nothing was said yet.").waitFor();
  await other.page.getByText("还没有人说话。").waitFor();

  await ada.speak(spoken[0]!);
  await one.page.getByText("three points").waitFor();
  await ben.speak(spoken[1]!);
  for (const { page } of [one, other]) await page.getByText("everyone is here").waitFor();
  expect(await linesOf(one.page)).toEqual([
    expect.stringMatching(/^0:0\d Ada Shall we begin\? I have three points for today\.$/),
    expect.stringMatching(/^0:\d\d 王小明 Yes, go ahead, everyone is here\.$/),
  ]);
  await one.page.getByRole("button", { name: "Larger text" }).click();
  await shoot(one.page, "captions-page.png");

  cable.cut();
  await other.page.getByText("连接中断，正在重试").waitFor();
  await ada.speak(spoken[0]!);
  await one.page.getByText("The first is <b>the budget</b>.").waitFor();
  expect(await other.page.getByText("The first is <b>the budget</b>.").count()).toBe(0);
  cable.mend();
  await other.page.getByText("The first is <b>the budget</b>.").waitFor();
  expect(await linesOf(other.page)).toHaveLength(3);

  await stage.command("captions stop");
  await one.page.getByText("Ended").waitFor();
  await other.page.getByText("已结束").waitFor();
  await one.page.getByRole("link", { name: "Transcript" }).click();
  await one.page.getByLabel("Words to look for").fill("three");
  await one.page.keyboard.press("Enter");
  await one.page.getByText("1 turn of 3 has these words.").waitFor();
  expect(await one.page.locator("mark").allTextContents()).toEqual(["three"]);
  const download = one.page.waitForEvent("download");
  await one.page.getByRole("link", { name: "Download VTT" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("transcript.vtt");
  expect([...one.complaints, ...other.complaints.filter((line) => !line.includes("ERR_"))]).toEqual([]);
}, 120_000);

test("whoever opts out vanishes from every page, also from those that were away", async () => {
  await using stage = await setPagesStage(["words"]);
  const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("Ben")];
  await stage.command("captions start");
  const link = await stage.link();
  await using cable = await layCable(new URL(link));
  const { page } = await openPage(cable.address(link));
  await ada.speak(spoken[0]!);
  await ben.speak(spoken[1]!);
  await page.getByText("Ben").waitFor();
  cable.fail();
  await page.getByText("Connection lost").waitFor();
  await stage.command("privacy opt-out", {}, ben.memberId);
  cable.mend();
  await page.getByText("Ben").waitFor({ state: "detached" });
  expect(await linesOf(page)).toEqual([expect.stringContaining("Ada words")]);
}, 60_000);

test("pages are free of what axe finds, in every colour scheme, and can be used by keyboard alone", async () => {
  await using stage = await setPagesStage(["Good evening.", "Good evening to you."]);
  const [ada, ben] = [await stage.enter("Ada", stage.personId), await stage.enter("Ben")];
  await stage.command("captions start");
  const url = await stage.link();
  await ada.speak(spoken[0]!);
  await ben.speak(spoken[1]!);
  await stage.wrote(({ content }) => content.includes("**Ben**"));
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await openPage(url, { colorScheme, reducedMotion: "reduce" });
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(`${url}/transcript?q=evening`);
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  }
  const { page, complaints } = await openPage(url);
  await page.getByRole("combobox", { name: "Colours" }).selectOption("High contrast");
  expect(await violationsOf(page)).toEqual([]);
  await shoot(page, "captions-contrast.png");

  const reached: string[] = [];
  await page.locator("body").focus();
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate<string>(
        "document.activeElement.ariaLabel ?? document.activeElement.id + document.activeElement.textContent.trim().split('\\n')[0]",
      ),
    );
  }
  expect(reached).toEqual([
    expect.stringContaining("Smaller text"),
    expect.stringContaining("Larger text"),
    expect.stringContaining("colours"),
    "Transcript",
    "Overlay for streaming software",
  ]);
  await page.getByRole("button", { name: "Larger text" }).focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("html").getAttribute("data-size")).toBe("3");
  await page.reload();
  expect(await page.locator("html").getAttribute("data-size")).toBe("3");
  expect(await page.locator("html").getAttribute("data-colours")).toBe("contrast");

  const dead = await openPage(`${stage.web.url}/captions/nobody-knows`);
  expect(await violationsOf(dead.page)).toEqual([]);
  await dead.page.getByText("This link does not work").waitFor();
  expect(complaints).toEqual([]);
}, 120_000);

test("the overlay is nothing but the last words on a transparent ground", async () => {
  await using stage = await setPagesStage(["One.", "Two."]);
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  const { page, complaints } = await openPage(`${await stage.link()}?overlay`);
  await ada.speak(spoken[0]!);
  await page.getByText("One.").waitFor();
  expect(await page.locator("header").isVisible()).toBe(false);
  expect(await linesOf(page)).toEqual([expect.stringContaining("Ada One.")]);
  const corner = await page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: 1, height: 1 } });
  const context = createCanvas(1, 1).getContext("2d");
  context.drawImage(await loadImage(corner), 0, 0);
  expect(context.getImageData(0, 0, 1, 1).data[3]).toBe(0);
  await shoot(page, "captions-overlay.png");
  expect(complaints).toEqual([]);
}, 60_000);

test("a link is its member's own: it is gone once they may no longer join the voice channel", async () => {
  await using stage = await setPagesStage(["words"]);
  await stage.enter("Ada", stage.personId);
  const ben = await stage.enter("Ben");
  await stage.command("captions start");
  const [adas, bens] = [await stage.link(), await stage.link(ben.memberId)];
  stage.discord.setOverwrite(stage.voiceChannelId, { id: ben.memberId, deny: ["connect"] });
  await expect.poll(async () => (await fetch(bens)).status, { timeout: 5000 }).toBe(404);
  expect((await fetch(adas)).status).toBe(200);
}, 30_000);
