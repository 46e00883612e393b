import { spawn } from "node:child_process";
import { once } from "node:events";
import { exit, stdout } from "node:process";
import { setTimeout } from "node:timers/promises";

import { createConnections } from "../../src/recognizers/connections.ts";
import { RecognizerError } from "../../src/recognizers/errors.ts";

const service = `
  const server = require("node:http").createServer((request, response) => {
    request.resume();
    response.end("{}");
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

// Uses a connection, lets the service be killed while nothing is read here, and asks once more: says the error's code.
const child = spawn(process.execPath, ["-e", service], { stdio: ["ignore", "pipe", "inherit"] });
const [port] = (await once(child.stdout, "data")) as [Buffer];
const origin = `http://127.0.0.1:${port.toString().trim()}`;
const connections = createConnections({ service: "service", origin });
const ask = async (): Promise<unknown> =>
  connections.exchange({
    method: "POST",
    url: new URL(`${origin}/recognize`),
    headers: {},
    body: Buffer.alloc(1000),
    signal: AbortSignal.timeout(10_000),
    timeoutMs: 5000,
  });
await ask();
await ask();
// The client has nothing left to do with what was answered.
await setTimeout(50);
child.kill("SIGKILL");
// Long enough for the kernel to hear of the end, while the event loop stands still.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
try {
  await ask();
  stdout.write("answered");
} catch (error) {
  stdout.write(error instanceof RecognizerError ? error.code : String(error));
}
connections.close();
exit(0);
