import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { createConnections } from "../../src/recognizers/connections.ts";

test("a service that dies unnoticed between two requests is a connection reset, and the process lives on", async () => {
  // A process of its own: what this test guards against is one that freezes, with whatever would end it in time.
  const client = spawn(process.execPath, [join(import.meta.dirname, "connections-process.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 25_000,
    killSignal: "SIGKILL",
  });
  const said: Buffer[] = [];
  client.stdout.on("data", (bytes: Buffer) => said.push(bytes));
  const [code, signal] = (await once(client, "close")) as [number | null, NodeJS.Signals | null];
  expect({ code, signal, said: Buffer.concat(said).toString() }).toEqual({
    code: 0,
    signal: null,
    said: "NETWORK.ECONNRESET",
  });
});

/** Posts a body to a service that does or does not wait for the whole of it, and gives the body's length afterwards. */
async function lengthAfterAnswer(bodyBytes: number, readsAll: boolean): Promise<number> {
  const server = createServer((request, response) => {
    const answer = (): void => void response.end("heard");
    if (readsAll) request.resume().once("end", answer);
    else answer();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = createConnections({ service: "SIS", origin });
  onTestFinished(() => {
    connections.close();
    server.closeAllConnections();
    server.close();
  });
  const body = Buffer.alloc(bodyBytes, "a");
  const { signal } = new AbortController();
  const url = new URL(origin);
  const answer = await connections.exchange({
    method: "POST",
    url,
    headers: {},
    body,
    signal,
    timeoutMs: 20_000,
  });
  expect(answer.body).toBe("heard");
  return body.length;
}

test("the memory of a body that has left is given back with the answer", async () => {
  expect(await lengthAfterAnswer(1_000_000, true)).toBe(0);
});

test("a body that is still being written when the answer comes stays where it is", async () => {
  expect(await lengthAfterAnswer(50_000_000, false)).toBe(50_000_000);
});
