import { expect, onTestFinished, test } from "vitest";

import { openRestGate, type RestGate } from "../../src/main/rest-gate.ts";
import { freePort } from "../servers/free-port.ts";
import { startRedis } from "../servers/redis.ts";

function open(url: string): RestGate {
  const gate = openRestGate(url);
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
