import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { beforeAll, describe, expect, test } from "vitest";

import { probeSandbox, type Sandbox, sandboxed } from "../../src/audio/sandbox.ts";
import { temporaryFolder } from "./samples.ts";

const limits = { cpuSeconds: 5, memoryBytes: 2 ** 30 };
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await probeSandbox();
});

/** Runs a shell in the sandbox; what it prints, and how it ended. */
async function shell(
  script: string,
  with_: Partial<typeof limits> = {},
): Promise<{ output: string; code: number | null; signal: string | null }> {
  const [program = "", ...args] = sandboxed(sandbox, { ...limits, ...with_ }, ["sh", "-c", script]);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const output = text(child.stdout);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { output: (await output).trim(), code, signal };
}

test("what was found is a whole command line that works", async () => {
  expect(await shell("echo ok")).toMatchObject({ output: "ok", code: 0 });
});

test("no more is claimed than is so", async () => {
  expect(["none", "host"]).toContain(sandbox.network);
  const { output } = await shell("id -u; grep NoNewPrivs /proc/self/status");
  const [uid, flag] = output.split("\n");
  expect(uid === "65534").toBe(sandbox.user !== "own");
  expect(flag?.endsWith("1")).toBe(sandbox.newPrivileges === "denied");
});

describe("where limits are enforced", () => {
  test("endless work is ended by the kernel", async () => {
    if (sandbox.limits !== "enforced") return;
    const { signal } = await shell("while :; do :; done", { cpuSeconds: 1 });
    expect(["SIGKILL", "SIGXCPU"]).toContain(signal);
  });

  test("no file can be written, not even where everybody may", async () => {
    if (sandbox.limits !== "enforced") return;
    using folder = temporaryFolder();
    expect((await shell(`chmod 777 ${folder.path}; echo much > ${folder.path}/file`)).code).not.toBe(0);
  });

  test("no more memory than allowed can be had", async () => {
    if (sandbox.limits !== "enforced") return;
    const { code } = await shell("head -c 300000000 /dev/zero | tail -c 300000000 > /dev/null", {
      memoryBytes: 100e6,
    });
    expect(code).not.toBe(0);
  });
});

test("where the network is cut off, not even this host's own servers answer", async () => {
  const server = createServer((socket) => socket.end("reached")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const script = `exec bash -c 'cat < /dev/tcp/127.0.0.1/${port}'`;
  const { output } = await shell(script);
  server.close();
  expect(output === "").toBe(sandbox.network === "none");
});

test("the child dies with its parent", async () => {
  if (sandbox.newPrivileges !== "denied") return;
  const [program = "", ...args] = sandboxed(sandbox, limits, ["sh", "-c", "echo $$; exec sleep 60"]);
  // A parent of its own, that says who its child is and is then killed.
  const script = `const { spawn } = require("node:child_process");
    spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { stdio: ["ignore", "inherit", "ignore"] });`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  const [pid] = (await once(parent.stdout, "data")) as [Buffer];
  expect(Number(pid)).toBeGreaterThan(1);
  parent.kill("SIGKILL");
  // The pipe closes when the last process that holds it is gone.
  await once(parent.stdout, "close");
});
