import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./free-port.ts";

/** Debian's redis-server with a folder of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it, as a crash does: clients see their connection close. */
  stop(): Promise<void>;
  /** Starts it again on the same port, with what it had written down. */
  start(): Promise<void>;
  /** Takes connections and answers nothing, as a host does that hangs. */
  freeze(): void;
  thaw(): void;
}

/** Starts a server on a free port that writes everything down (appendonly). */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  const start = async (): Promise<void> => {
    if (isRunning()) return;
    const config = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
    const kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
    child = spawn("redis-server", [...config, ...kept], { stdio: ["ignore", "pipe", "inherit"] });
    await said(child, /Ready to accept connections/);
  };
  const stop = async (): Promise<void> => {
    if (child === undefined || !isRunning()) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when a process has said something on stdout; throws when it ends before. */
export async function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (more: string) => {
    text = (text + more).slice(-4000);
    if (pattern.test(text)) resolve();
  });
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`${child.spawnfile} ended with ${code}: ${text}`)));
  await promise;
}
