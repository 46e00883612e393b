import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Seen, ServiceSettings } from "./messages.ts";

// A process of its own: a speech service that stamps every arrival and refuses what is over its quota in a sliding
// second. It tells its port at once and what it saw when it is asked.
const settings = JSON.parse(process.argv[2] ?? "{}") as ServiceSettings;
const random = createRandom(settings.seed);
const seen: Seen[] = [];
const taken: number[] = [];

const server = createServer((request, response) => {
  // The rest of the way, which takes longer for some than for others.
  const travelMs = random() * settings.jitterMs;
  const answerMs = 150 + random() * 250;
  request.resume();
  if (travelMs === 0) arrive(response, answerMs);
  else setTimeout(arrive, travelMs, response, answerMs);
});

function arrive(response: ServerResponse, answerMs: number): void {
  const atMs = performance.now();
  while (taken.length > 0 && atMs - (taken[0] ?? 0) >= 1000) taken.shift();
  const refused = taken.length >= settings.qps;
  if (!refused) taken.push(atMs);
  seen.push({ atMs, refused });
  void answer(response, refused, answerMs);
}

async function answer(response: ServerResponse, refused: boolean, answerMs: number): Promise<void> {
  if (!refused) await sleep(answerMs);
  response.writeHead(refused ? 429 : 200, { "content-type": "application/json" });
  const body = refused
    ? { error_code: "APIG.0308", error_msg: "throttled" }
    : { result: { text: "heard", score: 0.9 } };
  response.end(JSON.stringify(body));
}

/** Mulberry32: small, seeded and even enough to spread delays. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

process.on("message", () => process.send?.(seen));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
