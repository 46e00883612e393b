import { once } from "node:events";
import { createServer, type Server } from "node:http";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createLog } from "../../src/log.ts";
import { openWeb } from "../../src/main/open-web.ts";
import { createHealthRoutes } from "../../src/web/health.ts";

const log = createLog("silent");
let other: Server;
let port = 0;

beforeEach(async () => {
  other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  port = typeof address === "object" && address ? address.port : 0;
});

afterEach(() => other.close());

test("where another program has the default port, the bot goes on without pages", async () => {
  expect(await openWeb({ host: "127.0.0.1", port, isPortChosen: false }, log, [])).toBeUndefined();
});

test("a port that was chosen and is taken is an error", async () => {
  await expect(
    openWeb({ host: "127.0.0.1", port, isPortChosen: true }, log, [createHealthRoutes()]),
  ).rejects.toMatchObject({
    code: "port-taken",
  });
});

test("health is served as soon as it is open", async () => {
  const server = await openWeb({ host: "127.0.0.1", port: 0, isPortChosen: true }, log, [
    createHealthRoutes(),
  ]);
  const answer = await fetch(`${server?.url}/healthz`);
  await server?.close();
  expect(answer.status).toBe(200);
});
