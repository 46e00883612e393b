import { spawn } from "node:child_process";
import type { FileHandle } from "node:fs/promises";

import { childEnvironment } from "./sandbox.ts";

/** How a child process ended. */
export type ChildEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** By the kernel or a fault of its own. */
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals }
  /** By us, because all its time to answer was used up. */
  | { readonly kind: "overdue" }
  | { readonly kind: "missing" }
  /** The host has no process, memory or descriptor left for it. */
  | { readonly kind: "not-started" };

/** What a child said on stderr is for telling its failures apart, never to be shown: it may quote the file. */
export type FinishedChild = ChildEnd & { readonly complaint: string };

export interface ChildOptions {
  readonly command: readonly string[];
  /** Becomes the child's descriptor 3. It is closed here as soon as the child has it. */
  readonly input: FileHandle;
  readonly signal: AbortSignal;
  /** How long, in all, may be waited for the child; the time its reader takes does not count. */
  readonly deadlineMs: number;
}

/** How much of stderr is kept. */
const maxComplaint = 262_144;

/**
 * Runs a child and streams what it writes, no faster than it is read. The child never outlives the generator: it is
 * killed when the reader stops, the signal aborts (whose reason is thrown) or the deadline is over.
 */
export async function* runChild(options: ChildOptions): AsyncGenerator<Uint8Array, FinishedChild> {
  const { command, input, signal, deadlineMs } = options;
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe", input.fd], env: childEnvironment });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once("error", (error) => resolve({ kind: isMissing(error) ? "missing" : "not-started" }));
    child.once("close", (code, killedBy) =>
      resolve(killedBy ? { kind: "killed", signal: killedBy } : { kind: "exited", code: code ?? -1 }),
    );
  });
  const { stdout, stderr } = child;
  // Without a descriptor left there are no pipes either.
  if (!stdout || !stderr) {
    await input.close();
    return { ...(await ended), complaint: "" };
  }
  let complaint = "";
  let overdue = false;
  stderr.setEncoding("latin1").on("data", (text: string) => {
    if (complaint.length < maxComplaint) complaint += text;
  });
  // Node throws away what nobody listens for when a child ends; a short-lived one may end before it is first read.
  stdout.on("readable", () => undefined);
  signal.addEventListener("abort", kill, { once: true });
  try {
    await input.close();
    if (signal.aborted) kill();
    const output = stdout[Symbol.asyncIterator]();
    for (let leftMs = deadlineMs; ;) {
      const waitingSince = performance.now();
      const timer = setTimeout(() => {
        overdue = true;
        kill();
      }, leftMs);
      const next = await output.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      leftMs = Math.max(0, leftMs - (performance.now() - waitingSince));
      yield bytesOf(next.value);
    }
    const end = await ended;
    signal.throwIfAborted();
    return { ...(overdue ? { kind: "overdue" } : end), complaint };
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    // What was not read would keep the pipe, and with it the child's end, open.
    stdout.destroy();
    stderr.destroy();
    await ended;
  }
}

function isMissing(error: Error): boolean {
  return "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("a child's output is bytes");
}
