import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { expect, test } from "vitest";

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
