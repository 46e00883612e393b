import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, test, vi } from "vitest";

import { type FinishedChild, runChild } from "../../src/audio/child-process.ts";
import { probeSandbox } from "../../src/audio/sandbox.ts";
import { drain } from "./samples.ts";

async function run(
  command: readonly string[],
  options: { readonly signal?: AbortSignal; readonly deadlineMs?: number } = {},
): Promise<{ output: string; end: FinishedChild }> {
  const { signal = new AbortController().signal, deadlineMs = 20_000 } = options;
  const input = await open(import.meta.filename, "r");
  const { values, result } = await drain(runChild({ command, input, signal, deadlineMs }));
  return { output: Buffer.concat(values).toString(), end: result };
}

const shell = (script: string): string[] => ["sh", "-c", script];

test("a child reads its input as descriptor 3, opened anew and able to seek", async () => {
  const { output, end } = await run(shell("tail -c 4 /proc/self/fd/3; head -c 6 /proc/self/fd/3"));
  expect(output).toMatch(/\S+\s+import/);
  expect(end).toEqual({ kind: "exited", code: 0, complaint: "" });
});

describe("each way to end is told", () => {
  test("by a program that does not exist", async () => {
    expect((await run(["program-that-is-not-there"])).end).toMatchObject({ kind: "missing" });
  });

  test("by an exit code, with what was said", async () => {
    const { end } = await run(shell("echo because >&2; exit 3"));
    expect(end).toEqual({ kind: "exited", code: 3, complaint: "because\n" });
  });

  test("by a signal of its own", async () => {
    expect((await run(shell("kill -SEGV $$"))).end).toMatchObject({ kind: "killed", signal: "SIGSEGV" });
  });

  test("by its deadline", async () => {
    expect((await run(["sleep", "60"], { deadlineMs: 100 })).end).toMatchObject({ kind: "overdue" });
  });
});

test("a host without a descriptor left ends no more than the run, and weakens no later one", async () => {
  const program = join(import.meta.dirname, "few-descriptors-process.ts");
  const { stdout } = await promisify(execFile)("sh", [
    "-c",
    'ulimit -n 200; exec "$0" "$1"',
    process.execPath,
    program,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    end: { kind: "not-started", complaint: "" },
    isClosed: true,
    code: "decoder-timeout",
    limits: (await probeSandbox()).limits,
  });
});

test("endless complaints are kept in bounded memory and do not hold the child up", async () => {
  const { output, end } = await run(shell("head -c 3000000 /dev/zero >&2; echo done"));
  expect(output).toBe("done\n");
  expect(end.complaint.length).toBeLessThan(400_000);
});

test("a child that was aborted before it began to speak ends with the signal's reason", async () => {
  const reason = new Error("enough");
  const stop = new AbortController();
  const running = run(["sleep", "60"], { signal: stop.signal });
  stop.abort(reason);
  await expect(running).rejects.toBe(reason);
});

test("what a child writes comes whole, in pieces of bounded size", async () => {
  const input = await open(import.meta.filename, "r");
  const { signal } = new AbortController();
  const command = shell("head -c 2000000 /dev/zero");
  const { values } = await drain(runChild({ command, input, signal, deadlineMs: 20_000 }));
  expect(values.reduce((sum, bytes) => sum + bytes.length, 0)).toBe(2_000_000);
  expect(Math.max(...values.map((bytes) => bytes.length))).toBeLessThanOrEqual(131_072);
});

test("nothing is lost of a child that has ended before it is first read", async () => {
  const input = await open(import.meta.filename, "r");
  const children = `/proc/self/task/${process.pid}/children`;
  const before = readFileSync(children, "utf8");
  const close = input.close.bind(input);
  input.close = async () => {
    await vi.waitFor(() => expect(readFileSync(children, "utf8")).toBe(before), 20_000);
    await close();
  };
  const { signal } = new AbortController();
  const command = shell("echo all of it");
  const { values } = await drain(runChild({ command, input, signal, deadlineMs: 20_000 }));
  expect(Buffer.concat(values).toString()).toBe("all of it\n");
});
