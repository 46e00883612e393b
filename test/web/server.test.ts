import { once } from "node:events";
import { request } from "node:http";
import { createConnection, createServer } from "node:net";

import { Hono } from "hono";
import { afterEach, expect, test } from "vitest";

import { startWebServer, type WebLimits, type WebServer } from "../../src/web/server.ts";

const open: WebServer[] = [];
const errors: unknown[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (server) => await server.close()));
  errors.length = 0;
});

function routes(): Hono {
  const app = new Hono();
  app.get("/plain", (context) => context.text("plain"));
  app.get("/page", (context) =>
    context.html("<p>page", 200, { "Content-Security-Policy": "default-src 'self'" }),
  );
  app.get("/broken", () => {
    throw new Error("a secret");
  });
  app.post("/echo", async (context) => context.text(await context.req.text()));
  app.get("/endless", () => new Response(new ReadableStream()));
  return app;
}

const onError = (error: unknown): void => void errors.push(error);

async function start(limits: Partial<WebLimits> = {}): Promise<WebServer> {
  const server = await startWebServer({ host: "127.0.0.1", port: 0, routes: [routes()], onError, limits });
  open.push(server);
  return server;
}

/** What the server says to these bytes before it hangs up. */
async function say(server: WebServer, bytes: string): Promise<string> {
  const socket = createConnection(server.port, "127.0.0.1");
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.write(bytes);
  await once(socket, "close");
  return heard;
}

test("an answer loads, frames, caches and tells nothing unless its route says so", async () => {
  const { url } = await start();
  const { headers } = await fetch(`${url}/plain`);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("no-store");
});

test("a page's own policy wins", async () => {
  const { url } = await start();
  const { headers } = await fetch(`${url}/page`);
  expect(headers.get("content-security-policy")).toBe("default-src 'self'");
  expect(headers.get("x-frame-options")).toBe("DENY");
});

test("an unknown path is answered by 404, with strict headers", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/nowhere`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("a route that throws tells its operator, not its visitor", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/broken`);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
  expect(errors).toEqual([new Error("a secret")]);
});

test("a body over the limit is refused, declared or streamed", async () => {
  const { url } = await start({ maxBodyBytes: 10 });
  expect((await fetch(`${url}/echo`, { method: "POST", body: "0123456789" })).status).toBe(200);
  expect((await fetch(`${url}/echo`, { method: "POST", body: "0123456789a" })).status).toBe(413);
  const streamed = new Blob(["01234", "56789", "a"]).stream();
  const init = { method: "POST", body: streamed, duplex: "half" } as const;
  expect((await fetch(`${url}/echo`, init)).status).toBe(413);
});

test("headers over the limit are refused", async () => {
  const server = await start({ maxHeaderBytes: 1024 });
  const answer = await say(server, `GET /plain HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(2000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 431 /);
});

test("a visitor who never finishes the headers is hung up on", async () => {
  const server = await start({ headersTimeoutMs: 50 });
  expect(await say(server, "GET /plain HTTP/1.1\r\nHost: x\r\n")).toMatch(/^HTTP\/1.1 408 /);
});

test("a request that is no HTTP is answered by 400", async () => {
  expect(await say(await start(), "\u0000\u0001rubbish\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
});

test("one connection more than allowed is closed", async () => {
  const server = await start({ maxConnections: 1 });
  const first = createConnection(server.port, "127.0.0.1");
  await once(first, "connect");
  first.write("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(first, "data");
  expect(await say(server, "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n").catch(String)).not.toContain("plain");
  first.destroy();
});

test("closing lets go of what hangs and of what is endless", async () => {
  const server = await start({ closeGraceMs: 20 });
  const endless = request(`${server.url}/endless`).end();
  await once(endless, "response");
  const ended = once(endless, "close");
  await server.close();
  await ended;
  await expect(fetch(`${server.url}/plain`)).rejects.toThrow();
});

test("a port that is taken is an error that names the variable", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const starting = startWebServer({ host: "127.0.0.1", port, routes: [], onError });
  await expect(starting).rejects.toMatchObject({
    code: "port-taken",
    message: expect.stringMatching(/^HTTP_PORT: /),
  });
  other.close();
});

test("an address that is not this machine's is an error that names the variable", async () => {
  const starting = startWebServer({ host: "192.0.2.1", port: 0, routes: [], onError });
  await expect(starting).rejects.toMatchObject({
    code: "address-unknown",
    message: expect.stringMatching(/^HTTP_HOST: /),
  });
});
