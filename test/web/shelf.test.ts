import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createShelf, type Shelf } from "../../src/store/shelf.ts";
import { startWebServer, type WebServer } from "../../src/web/server.ts";
import { callbackPath, createShelfRoutes, recordingPath } from "../../src/web/shelf.ts";

let folder = "";
let shelf: Shelf;
let server: WebServer;
let callbacks: { readonly ticket: string; readonly body: string }[] = [];
const errors: unknown[] = [];
const bytes = Buffer.from("0123456789");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-shelf-"));
  shelf = createShelf(join(folder, "shelf"));
  callbacks = [];
  errors.length = 0;
  const onCallback = async (ticket: string, body: string): Promise<boolean> => {
    callbacks.push({ ticket, body });
    return await Promise.resolve(body !== "nonsense");
  };
  server = await startWebServer({
    host: "127.0.0.1",
    port: 0,
    routes: [],
    roomyRoutes: [createShelfRoutes({ shelf, onCallback })],
    onError: (error) => errors.push(error),
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
  expect(errors).toEqual([]);
});

async function lay(expiresAtMs = Date.now() + 60_000, content = bytes): Promise<string> {
  const owner = { kind: "note", key: "1", memberId: "2" };
  const { ticket } = await shelf.lay({ owner, expiresAtMs }, async (path) => await writeFile(path, content));
  return ticket;
}

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A plain request: `fetch` would hide what the headers really say. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: text }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

test("whoever has the ticket gets the recording with its exact length, and that is noted", async () => {
  const ticket = await lay();
  expect(await shelf.notes(ticket)).toEqual({ fetched: false, taskId: undefined });
  const got = await ask("GET", recordingPath(ticket));
  expect(got).toMatchObject({ status: 200, body: "0123456789" });
  expect(got.headers).toMatchObject({
    "content-length": "10",
    "content-type": "audio/wav",
    "accept-ranges": "bytes",
    "cache-control": "no-store",
  });
  expect(got.headers).not.toHaveProperty("transfer-encoding");
  expect(await shelf.notes(ticket)).toMatchObject({ fetched: true });
});

test("HEAD tells the length and is no fetch", async () => {
  const ticket = await lay();
  const got = await ask("HEAD", recordingPath(ticket));
  expect(got).toMatchObject({ status: 200, body: "", headers: { "content-length": "10" } });
  expect(await shelf.notes(ticket)).toMatchObject({ fetched: false });
});

test.each([
  ["bytes=2-4", 206, "234", "bytes 2-4/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=0-999", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=10-", 416, "", "bytes */10"],
  ["bytes=5-2", 416, "", "bytes */10"],
  ["bytes=0-1,3-4", 200, "0123456789", undefined],
  ["lines=1-2", 200, "0123456789", undefined],
])("a range of %s is answered by %i", async (range, status, body, contentRange) => {
  const got = await ask("GET", recordingPath(await lay()), { range });
  expect(got).toMatchObject({ status, body });
  expect(got.headers["content-range"]).toBe(contentRange);
  if (status !== 416) expect(got.headers["content-length"]).toBe(String(body.length));
});

test("a fetch counts when it comes to the end", async () => {
  const ticket = await lay();
  await ask("GET", recordingPath(ticket), { range: "bytes=0-4" });
  const other = await lay(undefined, Buffer.alloc(50_000_000));
  const broken = request(`${server.url}${recordingPath(other)}`, (response) =>
    response.once("data", () => broken.destroy()),
  );
  broken.on("error", () => undefined).end();
  await once(broken, "close");
  await ask("GET", recordingPath(ticket), { range: "bytes=5-9" });
  expect(await shelf.notes(ticket)).toMatchObject({ fetched: true });
  expect(await shelf.notes(other)).toMatchObject({ fetched: false });
});

test("a large recording arrives whole", async () => {
  const large = Buffer.alloc(5_000_000, "x");
  const got = await ask("GET", recordingPath(await lay(undefined, large)));
  expect(got.headers["content-length"]).toBe("5000000");
  expect(got.body).toHaveLength(5_000_000);
});

test("nobody gets anything without a ticket that is good", async () => {
  const expired = await lay(Date.now() - 1000);
  const good = await lay();
  const later = good.replace(/^[^-]+/, "zzzzzz");
  for (const ticket of [expired, later, "none", "..%2f..%2fetc", `${good}x`]) {
    expect(await ask("GET", recordingPath(ticket))).toMatchObject({ status: 404 });
    expect(await ask("POST", callbackPath(ticket), {}, "{}")).toMatchObject({ status: 404 });
  }
  expect(await ask("GET", "/recordings")).toMatchObject({ status: 404 });
  expect(callbacks).toEqual([]);
});

test("a recording that was taken away or renewed is gone under its old ticket", async () => {
  const [one, other] = [await lay(), await lay()];
  const renewed = (await shelf.renew(one, Date.now() + 60_000)) ?? "";
  await shelf.remove(other);
  expect(await ask("GET", recordingPath(one))).toMatchObject({ status: 404 });
  expect(await ask("GET", recordingPath(other))).toMatchObject({ status: 404 });
  expect(await ask("GET", recordingPath(renewed))).toMatchObject({ status: 200 });
});

test("a callback is handed on, also one that is larger than other bodies may be", async () => {
  const ticket = await lay();
  const body = JSON.stringify({ TaskId: "1", Text: "word ".repeat(50_000) });
  expect(await ask("POST", callbackPath(ticket), {}, body)).toMatchObject({
    status: 200,
    body: '{"code":0,"message":"success"}',
  });
  expect(callbacks).toEqual([{ ticket, body }]);
  expect(await ask("POST", callbackPath(ticket), {}, "nonsense")).toMatchObject({ status: 400 });
});

test("what is expired is swept away, and what belongs to somebody can be", async () => {
  await lay(Date.now() - 1000);
  const kept = await lay();
  await shelf.sweep();
  expect(await readdir(join(folder, "shelf"))).toEqual([kept]);
  await shelf.removeOf({ memberId: "3" });
  await shelf.removeOf({ kind: "note", key: "2" });
  expect(await readdir(join(folder, "shelf"))).toEqual([kept]);
  await shelf.removeOf({ kind: "note", key: "1" });
  expect(await readdir(join(folder, "shelf"))).toEqual([]);
});

test("one whose owner was not yet written down stands in nobody's way", async () => {
  const torn = await lay();
  const whole = await lay();
  await writeFile(join(folder, "shelf", torn, "owner.json"), "");
  expect(await shelf.owner(torn)).toBeUndefined();
  await shelf.removeOf({ memberId: "2" });
  expect(await readdir(join(folder, "shelf"))).toEqual([torn]);
  expect(whole).not.toBe(torn);
});

test("nothing stays of a recording that could not be written", async () => {
  const failing = shelf.lay(
    { owner: { kind: "note", key: "1", memberId: "2" }, expiresAtMs: Date.now() + 1000 },
    async (path) => {
      await writeFile(path, "half");
      throw new Error("no more");
    },
  );
  await expect(failing).rejects.toThrow("no more");
  expect(await readdir(join(folder, "shelf"))).toEqual([]);
});
