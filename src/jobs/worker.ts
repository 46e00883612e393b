import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { isFileLocked, tryLockFile } from "../store/file-lock.ts";

/** One process's name on the jobs it runs, with a proof of life that ends with the process. */
export interface Worker {
  readonly id: string;
  /** False once a worker is provably gone, in whatever container of this host it lived. */
  isAlive(workerId: string): boolean;
  /** From now on this worker counts as gone. */
  release(): void;
}

const suffix = ".lock";
const idPattern = /^[0-9a-f-]{36}$/;

/**
 * Takes a new name in `folder`: a file of that name, locked as long as the process lives. What dead workers left
 * there is cleaned up. Throws what the file system says.
 */
export function createWorker(folder: string): Worker {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder).filter((one) => one.endsWith(suffix))) {
    isFileLocked(join(folder, name));
  }
  for (let attempt = 1; attempt <= 10; attempt++) {
    const id = randomUUID();
    const path = join(folder, id + suffix);
    const lock = tryLockFile(path);
    // Another process that cleans up may have seen the file before it was locked, and removed it.
    if (lock !== undefined && existsSync(path)) {
      return {
        id,
        isAlive: (workerId) => idPattern.test(workerId) && isFileLocked(join(folder, workerId + suffix)),
        release: () => lock.release({ remove: true }),
      };
    }
    lock?.release();
  }
  throw new Error(`No lock to be had in ${folder}`);
}
