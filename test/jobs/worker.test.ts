import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createWorker } from "../../src/jobs/worker.ts";
import { temporaryFolder } from "../store/temporary-folder.ts";

test("workers know of each other who lives", () => {
  const folder = join(temporaryFolder(), "workers");
  const [first, second] = [createWorker(folder), createWorker(folder)];
  expect([first.isAlive(second.id), second.isAlive(first.id), first.isAlive(first.id)]).toEqual([
    true,
    true,
    true,
  ]);
  second.release();
  expect(first.isAlive(second.id)).toBe(false);
  first.release();
});

test("a new worker cleans up after dead ones and leaves those that live", () => {
  const folder = temporaryFolder();
  const alive = createWorker(folder);
  writeFileSync(join(folder, "00000000-0000-4000-8000-000000000000.lock"), "");
  const next = createWorker(folder);
  expect(readdirSync(folder).sort()).toEqual([`${alive.id}.lock`, `${next.id}.lock`].sort());
  alive.release();
  next.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["", "../../etc/passwd", "00000000-0000-4000-8000-000000000000"])(
  "a worker nobody ever was (%j) is not alive",
  (id) => {
    const worker = createWorker(temporaryFolder());
    expect(worker.isAlive(id)).toBe(false);
    worker.release();
  },
);
