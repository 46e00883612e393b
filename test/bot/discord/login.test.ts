import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { Client, Events } from "discord.js";
import { afterEach, expect, test, vi } from "vitest";

import { closeError, login } from "../../../src/bot/discord/login.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A Discord that answers every call with the same. */
async function clientAgainst(
  status: number,
  body: object,
): Promise<AsyncDisposable & { readonly client: Client }> {
  const server = createServer((_, answer) => {
    answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const client = new Client({ intents: [], rest: { api } });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

const calmly = { token: "MTIz.token.of-a-bot", loginTimeoutMs: 60_000 };

test("logins that are used up are told with the time from which there are new ones", async () => {
  const limit = { total: 1000, remaining: 0, reset_after: 3_600_000, max_concurrency: 1 };
  await using stage = await clientAgainst(200, {
    url: "ws://127.0.0.1:9",
    shards: 1,
    session_start_limit: limit,
  });
  await expect(login(stage.client, calmly)).rejects.toMatchObject({
    code: "gateway-refused",
    message: expect.stringMatching(/no more logins until \d{4}-\d\d-\d\dT/) as string,
  });
});

test("a refusal is told apart from a Discord that is out of reach", async () => {
  await using stage = await clientAgainst(403, { code: 40_001, message: "Unauthorized" });
  await expect(login(stage.client, calmly)).rejects.toMatchObject({
    message: "Discord refuses the login (DISCORD.40001).",
  });
});

test("shards that log in one after the other have the patience each", async () => {
  vi.useFakeTimers();
  const client = new Client({ intents: [] });
  // Nobody answers it: what happens is told by hand.
  client.login = async () => await new Promise(() => undefined);
  const loggedIn = login(client, { ...calmly, loginTimeoutMs: 1000 });
  for (const shard of [0, 1, 2]) {
    vi.advanceTimersByTime(900);
    client.emit(Events.ShardReady, shard, undefined);
  }
  client.emit(Events.ClientReady, client as Client<true>);
  await expect(loggedIn).resolves.toBeUndefined();
  await client.destroy();
});

test("a connection closed for want of shards says which variable is to be set", () => {
  expect(closeError(4011).message).toMatch(/4011: .*SHARD_COUNT/);
});
