import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { isFileLocked, lockFile, tryLockFile } from "../../src/store/file-lock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const modulePath = join(import.meta.dirname, "../../src/store/file-lock.ts");

function asOtherProcess(expression: string): string {
  const script = `import { isFileLocked, tryLockFile } from ${JSON.stringify(modulePath)};
    process.stdout.write(String(${expression}));`;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }).stdout;
}

test("a lock keeps this and other processes out until it is released", () => {
  const path = join(temporaryFolder(), "a.lock");
  const lock = tryLockFile(path);
  const take = `tryLockFile(${JSON.stringify(path)}) !== undefined`;
  expect([tryLockFile(path), asOtherProcess(take)]).toEqual([undefined, "false"]);
  lock?.release();
  expect(asOtherProcess(take)).toBe("true");
});

test("looking at a lock in its own process does not open it for others", () => {
  const path = join(temporaryFolder(), "a.lock");
  const lock = tryLockFile(path);
  expect([isFileLocked(path), isFileLocked(path)]).toEqual([true, true]);
  expect(asOtherProcess(`isFileLocked(${JSON.stringify(path)})`)).toBe("true");
  lock?.release();
});

test("a lock ends with its process, however it ends, and its file is cleaned up", async () => {
  const path = join(temporaryFolder(), "a.lock");
  const script = `import { tryLockFile } from ${JSON.stringify(modulePath)};
    globalThis.lock = tryLockFile(${JSON.stringify(path)});
    process.stdout.write("held");
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  await once(child.stdout, "data");
  expect(isFileLocked(path)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect([isFileLocked(path), existsSync(path)]).toEqual([false, false]);
});

test("a file that is not there is not locked, and looking does not make it", () => {
  const path = join(temporaryFolder(), "a.lock");
  expect([isFileLocked(path), existsSync(path)]).toEqual([false, false]);
});

test("a lock is waited for", async () => {
  const path = join(temporaryFolder(), "a.lock");
  const first = tryLockFile(path);
  const second = lockFile(path, 10_000);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  first?.release();
  const lock = await second;
  expect(isFileLocked(path)).toBe(true);
  lock.release();
});
