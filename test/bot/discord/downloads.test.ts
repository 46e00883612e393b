import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createDownloads, type DownloadOptions, type Downloads } from "../../../src/bot/discord/downloads.ts";
import { startLocalDiscord, type LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import { setBotStage } from "../bot-stage.ts";

interface CdnStage extends AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly downloads: Downloads;
  readonly folder: string;
  /** A file on the CDN, by its signed address. */
  readonly url: string;
  readonly fetch: (changes?: {
    readonly url?: string;
    readonly declaredBytes?: number;
    readonly signal?: AbortSignal;
  }) => ReturnType<Downloads["fetch"]>;
}

const bytes = Buffer.from("a recording, as far as this goes");

async function setCdnStage(changes: Partial<DownloadOptions> = {}): Promise<CdnStage> {
  const discord = await startLocalDiscord();
  const owner = discord.createUser({ username: "ada" });
  const guild = discord.createGuild({ name: "HQ", ownerId: owner.id });
  const channel = discord.createChannel({ guildId: guild.id, name: "general" });
  const note = discord.postVoiceNote({ channelId: channel.id, authorId: owner.id, durationSecs: 2, bytes });
  const { url } = note.attachments[0] as { readonly url: string };
  const folder = join(await mkdtemp(join(tmpdir(), "earshot-downloads-")), "tmp");
  const downloads = createDownloads({
    origins: [discord.origin],
    folder,
    maxMegabytes: 1,
    deadlineMs: 5000,
    stallMs: 300,
    retryPausesMs: [1, 1],
    ...changes,
  });
  return {
    discord,
    downloads,
    folder,
    url,
    fetch: (what = {}) =>
      downloads.fetch({ url, declaredBytes: bytes.length, signal: new AbortController().signal, ...what }),
    async [Symbol.asyncDispose]() {
      await downloads.close();
      await discord.close();
      await rm(join(folder, ".."), { recursive: true, force: true });
    },
  };
}

function requests({ discord }: CdnStage): number {
  return discord.journal.filter(({ surface }) => surface !== "rest").length;
}

test("a recording becomes a private file, and goes when it is no longer needed", async () => {
  await using stage = await setCdnStage();
  const file = await stage.fetch();
  expect(await readFile(file.path)).toEqual(bytes);
  expect(file.bytes).toBe(bytes.length);
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  expect((await stat(stage.folder)).mode & 0o777).toBe(0o700);
  await file.remove();
  expect(await readdir(stage.folder)).toEqual([]);
});

test.each([
  ["another origin", () => "https://evil.example/attachments/1/2/x.ogg"],
  ["another port of the same host", () => "http://127.0.0.1:1/attachments/1/2/x.ogg"],
  ["another scheme", (origin: string) => origin.replace("http:", "https:")],
  ["an address with a login", (origin: string) => origin.replace("//", "//ada:secret@")],
  ["the metadata service of a cloud", () => "http://169.254.169.254/latest/meta-data/"],
  ["a file of this host", () => "file:///etc/passwd"],
  ["no address at all", () => "voice-message.ogg"],
])("%s is refused without a request", async (_, addressOf) => {
  await using stage = await setCdnStage();
  const url = addressOf(stage.discord.origin);
  await expect(stage.fetch({ url })).rejects.toMatchObject({ reason: "download-refused" });
  expect(requests(stage)).toBe(0);
});

test("a redirect to an origin that is not allowed is not followed", async () => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ kind: "redirect", location: `${stage.discord.foreign.origin}/stolen` });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-refused" });
  expect(stage.discord.journal.some(({ surface }) => surface === "foreign")).toBe(false);
});

test("a redirect within the allowed origins is followed, three times at most", async () => {
  await using stage = await setCdnStage();
  const { pathname, search } = new URL(stage.url);
  stage.discord.failNext({ kind: "redirect", location: pathname + search, times: 3 });
  expect((await stage.fetch()).bytes).toBe(bytes.length);
  // Three tries, each of four requests.
  stage.discord.failNext({ kind: "redirect", location: pathname + search, times: 12 });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-failed" });
});

test("a file declared too large is refused without a request", async () => {
  await using stage = await setCdnStage();
  await expect(stage.fetch({ declaredBytes: 1_048_577 })).rejects.toMatchObject({
    reason: "too-large",
    details: { limitMegabytes: 1 },
  });
  expect(requests(stage)).toBe(0);
});

test("a file larger than it claims is cut off at the limit and leaves nothing behind", async () => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ kind: "huge", bytes: 50_000_000 });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "too-large" });
  expect(await readdir(stage.folder)).toEqual([]);
});

test.each([401, 403, 404, 410])("%i means that the link is over", async (status) => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ kind: "status", status });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-gone", httpStatus: status });
});

test.each([
  ["an error of the CDN", { kind: "status", status: 503 } as const],
  ["a broken connection", { kind: "reset" } as const],
  ["a file that ends early", { kind: "truncate", afterBytes: 5 } as const],
])("%s is tried again", async (_, fault) => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ ...fault, times: 2 });
  expect((await stage.fetch()).bytes).toBe(bytes.length);
});

test("a CDN that stays broken is given up after three tries", async () => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ kind: "status", status: 500, times: 3 });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-failed" });
  expect(requests(stage)).toBe(3);
});

test.each([
  ["never begins", { kind: "hang" } as const],
  ["stops in the middle", { kind: "stall", afterBytes: 5 } as const],
])("a download that %s is given up", async (_, fault) => {
  await using stage = await setCdnStage();
  stage.discord.failNext(fault);
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-timeout" });
  expect(await readdir(stage.folder).catch(() => [])).toEqual([]);
});

test("a download that trickles is given up at its deadline", async () => {
  await using stage = await setCdnStage({ deadlineMs: 400 });
  stage.discord.failNext({ kind: "drip", bytesPerSecond: 10 });
  await expect(stage.fetch()).rejects.toMatchObject({ reason: "download-timeout" });
});

test("an abort is passed on as it is", async () => {
  await using stage = await setCdnStage();
  stage.discord.failNext({ kind: "hang" });
  const reason = new Error("never mind");
  await expect(stage.fetch({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const fetched = stage.fetch({ signal: controller.signal });
  controller.abort(reason);
  await expect(fetched).rejects.toBe(reason);
});

/** Whether this process may make a small disk of its own: root, and not in every container. */
function mayMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!mayMount())("a full disk is called by its name", async () => {
  await using stage = await setCdnStage();
  await mkdir(stage.folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", stage.folder]);
  try {
    stage.discord.failNext({ kind: "huge", bytes: 500_000 });
    await expect(stage.fetch()).rejects.toMatchObject({ reason: "disk-full" });
  } finally {
    execFileSync("umount", [stage.folder]);
  }
});

test("what a dead process left behind is swept, what a living one works on is not", async () => {
  await using stage = await setCdnStage();
  await mkdir(stage.folder, { recursive: true });
  const [old, young, foreign] = ["recording-old", "recording-young", "something-else"].map((name) =>
    join(stage.folder, name),
  );
  for (const path of [old!, young!, foreign!]) await writeFile(path, "x");
  const longAgo = new Date(Date.now() - 24 * 3_600_000);
  await utimes(old!, longAgo, longAgo);
  await utimes(foreign!, longAgo, longAgo);
  await stage.downloads.sweep();
  expect(await readdir(stage.folder)).toEqual(["recording-young", "something-else"]);
});

test("when the CDN refuses the link the message is fetched once more for a fresh one", async () => {
  await using stage = await setBotStage();
  stage.discord.failNext({ path: "/attachments/*", kind: "status", status: 404 });
  const before = stage.calls().length;
  const [answer] = await stage.answered(stage.note("fresh link"));
  expect(answer?.content).toMatch(/^fresh link\n/);
  expect(stage.calls()[before]).toBe("GET /channels/:channel/messages/:message");
});

test("when the fresh link is refused too, it says that the recording is gone", async () => {
  await using stage = await setBotStage();
  stage.discord.failNext({ path: "/attachments/*", kind: "status", status: 404, times: 2 });
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("This recording is no longer there");
});
