import { afterEach, expect, test } from "vitest";

import { createWords } from "../../src/explanations/words.ts";
import { createCaptionFeed, type CaptionFeedSource } from "../../src/transcription/caption-feed.ts";
import { createCaptionRoutes } from "../../src/web/captions/caption-routes.ts";
import { startWebServer, type WebServer } from "../../src/web/server.ts";

let web: WebServer | undefined;
afterEach(async () => await web?.close());

const hostile = `<script>alert("1")</script> & 'quotes' [x](y)`;

async function serve(
  limits: { readonly heartbeatMs?: number; readonly checkMs?: number; readonly mostWaiting?: number } = {},
): Promise<{ readonly url: string; readonly source: CaptionFeedSource; readonly revoke: () => void }> {
  const source = createCaptionFeed({ kind: "captions", title: hostile, locale: "en" });
  let isGood = true;
  web = await startWebServer({
    host: "127.0.0.1",
    port: 0,
    routes: [
      createCaptionRoutes({
        pages: { open: async (token) => (token === "good" && isGood ? source.feed : undefined) },
        words: createWords(),
        limits,
      }),
    ],
    onError: (error) => {
      throw error;
    },
  });
  return { url: `${web.url}/captions/good`, source, revoke: () => (isGood = false) };
}

function say(source: CaptionFeedSource, text: string, startMs = 0, speaker = "Ada"): void {
  source.add({ speakerId: speaker, speaker, text, startMs, endMs: startMs + 900, confidence: 0.9 });
}

/** The messages of an event stream, as far as they have come when enough of them have. */
async function readEvents(response: Response, enough: (text: string) => boolean): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body!) {
    text += decoder.decode(piece as Uint8Array, { stream: true });
    if (enough(text)) break;
  }
  return text;
}

test("pages load nothing of others, cannot be framed, cached, indexed or told about", async () => {
  const { url } = await serve();
  for (const path of ["", "/transcript", "/../unknown"]) {
    const { headers } = await fetch(url + path);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  }
  expect((await fetch(url)).headers.get("x-robots-tag")).toBe("noindex, nofollow");
});

test("what people are called and say stays text", async () => {
  const { url, source } = await serve();
  say(source, hostile, 0, hostile);
  for (const path of ["", "/transcript", `/transcript?q=${encodeURIComponent("<script>")}`]) {
    const page = await (await fetch(url + path)).text();
    expect(page).not.toContain("<script>");
    expect(page.match(/<script /g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(page).toContain("&lt;script&gt;");
  }
});

test("a page that comes back is told what it missed, and no more", async () => {
  const { url, source } = await serve();
  for (const text of ["one", "two", "three"]) say(source, text);
  const headers = { "last-event-id": "2" };
  const stream = await fetch(`${url}/events?after=0`, { headers });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const first = await readEvents(stream, (text) => text.includes("event: state"));
  expect(first).toContain('"text":"three"');
  expect(first).not.toMatch(/"text":"(?:one|two)"/);
});

test("lines come as they are spoken, and the stream ends with the session", async () => {
  const { url, source } = await serve();
  const stream = await fetch(`${url}/events`);
  const reading = readEvents(stream, () => false);
  say(source, "hello");
  source.setState("paused");
  source.forget("Ada");
  source.setState("ended");
  const events = (await reading)
    .split("\n")
    .filter((line) => line.startsWith("event:") || line.startsWith("id:"));
  expect(events).toEqual([
    "event: state",
    "id: 1",
    "event: line",
    "event: state",
    "event: gone",
    "event: state",
  ]);
});

test("a stream shows signs of life, and ends once its link is no longer good", async () => {
  const { url, revoke } = await serve({ heartbeatMs: 20, checkMs: 50 });
  await readEvents(await fetch(`${url}/events`), (text) => {
    if (text.includes("\n:\n")) revoke();
    return false;
  });
  expect((await fetch(`${url}/events`)).status).toBe(404);
});

test("a window too many is refused, and a closed one makes room", async () => {
  const { url } = await serve();
  const windows = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/events`)));
  expect((await fetch(`${url}/events`)).status).toBe(429);
  await windows[0]?.body?.cancel();
  await expect
    .poll(async () => {
      const response = await fetch(`${url}/events`);
      await response.body?.cancel();
      return response.status;
    })
    .toBe(200);
});

test("a transcript is searched for words as they are, and found ones are marked", async () => {
  const { url, source } = await serve();
  say(source, "Is it 5 (five) or 6?", 1000);
  say(source, "It is FIVE.", 67_000);
  say(source, "Six.", 70_000);
  const search = async (words: string): Promise<string> =>
    await (await fetch(`${url}/transcript?q=${encodeURIComponent(words)}`)).text();
  expect(await search("five")).toContain("2 turns of 3 have these words.");
  expect(await search("(five)")).toContain("<mark>(five)</mark>");
  expect(await search(".*")).toContain("0 turns of 3 have these words.");
  expect(await search("   ")).toContain("Six.");
});

test.each([
  ["1:07", "#t2"],
  ["0:59", "#t1"],
  ["1:00:00", "#t3"],
])("a time of %s leads to the turn that was spoken then", async (time, anchor) => {
  const { url, source } = await serve();
  say(source, "one", 1000);
  say(source, "two", 67_000);
  say(source, "three", 70_000);
  const response = await fetch(`${url}/transcript?at=${time}`, { redirect: "manual" });
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe(`/captions/good/transcript${anchor}`);
});

test("a time that is none shows the transcript", async () => {
  const { url, source } = await serve();
  say(source, "one");
  expect((await fetch(`${url}/transcript?at=soon`, { redirect: "manual" })).status).toBe(200);
});

test("every format can be downloaded, in the order in which it was spoken", async () => {
  const { url, source } = await serve();
  say(source, "second", 5000);
  say(source, "first", 1000, "Ben");
  const download = async (format: string): Promise<string> => {
    const response = await fetch(`${url}/transcript.${format}`);
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="transcript.${format}"`);
    return await response.text();
  };
  expect(await download("txt")).toBe("[00:00:01] Ben: first\n[00:00:05] Ada: second\n");
  expect(await download("srt")).toMatch(/^1\n00:00:01,000 --> /);
  expect(await download("vtt")).toMatch(/^WEBVTT\n\n00:00:01\.000 --> .*\n<v Ben>first\n/);
  expect(JSON.parse(await download("json"))).toMatchObject([{ text: "first" }, { text: "second" }]);
});

test("a link that is none is told so on a page, in the reader's language", async () => {
  await serve();
  const response = await fetch(`${web?.url}/captions/bad`, {
    headers: { "accept-language": "zh-CN,en;q=0.5" },
  });
  expect(response.status).toBe(404);
  const page = await response.text();
  expect(page).toContain('lang="zh-Hans"');
  expect(page).toContain("这个链接无法使用");
});

test("style and script may be kept for good: their address names their contents", async () => {
  const { url } = await serve();
  const page = await (await fetch(url)).text();
  for (const path of [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path)) {
    const asset = await fetch(`${web?.url}${path}`);
    expect(asset.status).toBe(200);
    expect(asset.headers.get("cache-control")).toContain("immutable");
  }
});
