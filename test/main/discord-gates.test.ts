import { expect, onTestFinished, test } from "vitest";

import { type DiscordGates, openDiscordGates } from "../../src/main/discord-gates.ts";
import { freePort } from "../servers/free-port.ts";
import { startRedis } from "../servers/redis.ts";

function open(url: string): DiscordGates {
  const gate = openDiscordGates({ url, identifyEveryMs: 300 });
  onTestFinished(() => gate.close());
  return gate;
}

test("requests of several processes together stay below fifty in a second", async () => {
  await using redis = await startRedis();
  const gates = [open(redis.url), open(redis.url)];
  // What comes before they are connected passes as it is.
  await Promise.all(gates.map(async (gate) => gate.connected()));
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 100 }, async (_, index) => gates[index % 2]!.pass()));
  // Ten at once, and then 38 a second: sooner is not possible, later is.
  expect(performance.now() - startedMs).toBeGreaterThan(((100 - 10 - 1) / 38) * 1000 - 50);
});

test("without Redis requests go on", async () => {
  const gate = open(`redis://127.0.0.1:${await freePort()}`);
  await Promise.all(Array.from({ length: 100 }, async () => gate.pass()));
});

test("shards of one bucket identify one after the other, whatever process they are in; others do not wait", async () => {
  await using redis = await startRedis();
  const gates = [open(redis.url), open(redis.url), open(redis.url)];
  await Promise.all(gates.map(async (gate) => gate.connected()));
  const { signal } = new AbortController();
  const startedMs = performance.now();
  await gates[0]!.identify(1, signal);
  await Promise.all(gates.map(async (gate) => gate.identify(0, signal)));
  expect(performance.now() - startedMs).toBeGreaterThan(2 * 300 - 20);
});

test("a shard that is closed while it waits waits no longer", async () => {
  await using redis = await startRedis();
  const gate = open(redis.url);
  await gate.connected();
  const closing = new AbortController();
  await gate.identify(0, closing.signal);
  const waiting = gate.identify(0, closing.signal);
  closing.abort(new Error("closed"));
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});
