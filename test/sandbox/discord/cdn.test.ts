import { AttachmentBuilder } from "discord.js";
import { expect, test } from "vitest";

import type { Fault } from "../../../src/sandbox/discord/faults.ts";
import { logIn, setStage, type Stage } from "./discord-bot.ts";
import { restOf } from "./rest-call.ts";

const bytes = Buffer.from("OggS and the rest of a recording");

function posted({ discord, channelId, personId }: Stage): { readonly id: string; readonly url: string } {
  const { id, attachments } = discord.postVoiceNote({
    channelId,
    authorId: personId,
    bytes,
    durationSecs: 1,
  });
  return { id, url: attachments[0]!.url };
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

test("links are signed with hex times and name the channel, the attachment and the file", async () => {
  await using stage = await setStage();
  const url = new URL(posted(stage).url);
  expect(url.origin).toBe(stage.discord.origin);
  expect(url.pathname).toMatch(
    new RegExp(String.raw`^/attachments/${stage.channelId}/\d+/voice-message\.ogg$`),
  );
  const [ex, is] = ["ex", "is"].map((name) => Number.parseInt(url.searchParams.get(name)!, 16));
  expect(ex! - is!).toBe(24 * 3600);
  expect(url.searchParams.get("hm")).toMatch(/^[0-9a-f]{64}$/);
});

test("a link dies after its time, and the message then shows one that works", async () => {
  await using stage = await setStage();
  const { id, url } = posted(stage);
  stage.discord.clock.advance(24 * 3_600_000 + 1000);
  expect(await statusOf(url)).toBe(404);
  const { body } = await restOf(stage.discord)(`GET /channels/${stage.channelId}/messages/${id}`);
  expect(await statusOf(body.attachments[0]!.url)).toBe(200);
});

test.each([
  ["another expiry", (url: string) => url.replace(/ex=\w+/, "ex=ffffffff")],
  ["another file name", (url: string) => url.replace("voice-message.ogg", "other.ogg")],
  ["no signature", (url: string) => url.replace(/\?.*/, "")],
])("a link with %s is refused", async (_, spoil) => {
  await using stage = await setStage();
  expect(await statusOf(spoil(posted(stage).url))).toBe(404);
});

test("dead links can be exchanged for living ones", async () => {
  await using stage = await setStage();
  const { url } = posted(stage);
  stage.discord.clock.advance(2 * 24 * 3_600_000);
  const { body } = await restOf(stage.discord)("POST /attachments/refresh-urls", {
    body: { attachment_urls: [url] },
  });
  expect(body.refreshed_urls[0]?.original).toBe(url);
  expect(await statusOf(body.refreshed_urls[0]!.refreshed)).toBe(200);
});

test("a deleted message takes its file with it, unless a forward still shows it", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const [alone, forwarded] = [posted(stage), posted(stage)];
  discord.forward({ channelId, authorId: personId, fromChannelId: channelId, messageId: forwarded.id });
  discord.deleteMessage(channelId, alone.id);
  discord.deleteMessage(channelId, forwarded.id);
  expect(await statusOf(alone.url)).toBe(404);
  expect(await statusOf(forwarded.url)).toBe(200);
});

test("a part of a file can be asked for", async () => {
  await using stage = await setStage();
  const response = await fetch(posted(stage).url, { headers: { range: "bytes=5-7" } });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe(`bytes 5-7/${bytes.length}`);
  expect(await response.text()).toBe("and");
});

test("a status on demand comes once", async () => {
  await using stage = await setStage();
  const { url } = posted(stage);
  stage.discord.failNext({ kind: "status", status: 404, path: "/attachments/*" });
  expect([await statusOf(url), await statusOf(url)]).toEqual([404, 200]);
});

test("a redirect on demand leads to the foreign origin, which serves what it was given", async () => {
  await using stage = await setStage();
  const { foreign, journal } = stage.discord;
  foreign.serve(Buffer.from("not yours"));
  stage.discord.failNext({ kind: "redirect", location: `${foreign.origin}/astray`, path: "/attachments/*" });
  const response = await fetch(posted(stage).url);
  expect(await response.text()).toBe("not yours");
  expect(journal.at(-1)).toMatchObject({ surface: "foreign", path: "/astray" });
});

const spoilt: readonly [string, Fault][] = [
  ["cut off", { kind: "truncate", afterBytes: 4 }],
  ["longer than said", { kind: "length", contentLength: bytes.length + 10 }],
  ["reset", { kind: "reset" }],
];

test.each(spoilt)("a download that is %s fails at the reader", async (_, fault) => {
  await using stage = await setStage();
  stage.discord.failNext({ ...fault, path: "/attachments/*" });
  const { url } = posted(stage);
  await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow();
});

test("a body of zeros on demand is as long as asked, without saying so first", async () => {
  await using stage = await setStage();
  stage.discord.failNext({ kind: "huge", bytes: 300_000, path: "/attachments/*" });
  const response = await fetch(posted(stage).url);
  expect(response.headers.get("content-length")).toBeNull();
  expect((await response.arrayBuffer()).byteLength).toBe(300_000);
});

test("a stalled download sends its first bytes and then waits for the reader to give up", async () => {
  await using stage = await setStage();
  stage.discord.failNext({ kind: "stall", afterBytes: 4, path: "/attachments/*" });
  const giveUp = new AbortController();
  const response = await fetch(posted(stage).url, { signal: giveUp.signal });
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("OggS");
  giveUp.abort();
  await expect(reader.read()).rejects.toThrow();
});

test("a dripping download is whole in the end", async () => {
  await using stage = await setStage();
  stage.discord.failNext({ kind: "drip", bytesPerSecond: 160, path: "/attachments/*" });
  const response = await fetch(posted(stage).url);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
});

test("file names lose their spaces, and the title keeps them", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const channel = bot.channels.cache.get(stage.channelId);
  if (!channel?.isSendable()) throw new Error("no channel");
  const sent = await channel.send({ files: [new AttachmentBuilder(bytes, { name: "my first talk.ogg" })] });
  expect(sent.attachments.first()).toMatchObject({ name: "my_first_talk.ogg", title: "my first talk" });
});
