import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { createPrivateFile } from "./private-file.ts";
import { whileBusy } from "./sqlite-dialect.ts";
import { isBusy } from "./sqlite-errors.ts";

/** A lock that the kernel takes away the moment its process dies, whatever killed it. */
export interface FileLock {
  /** `remove` deletes the file too, for a name that nobody will lock again. */
  release(options?: { readonly remove: boolean }): void;
}

/**
 * Takes the lock of a file, which is made when it is not there. Undefined when somebody holds it: another process
 * of this host, in whatever container, or this one. Throws what the file system says.
 */
export function tryLockFile(path: string): FileLock | undefined {
  try {
    return takeLock(path);
  } catch (error) {
    if (isBusy(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Takes the lock as soon as it is free. Throws StoreError "locked" after `timeoutMs`. */
export async function lockFile(path: string, timeoutMs: number): Promise<FileLock> {
  return whileBusy(() => takeLock(path), timeoutMs);
}

/** Whether a process that lives holds the lock of a file. What a dead one left behind is removed. */
export function isFileLocked(path: string): boolean {
  if (!existsSync(path)) {
    return false;
  }
  const lock = tryLockFile(path);
  lock?.release({ remove: true });
  return lock === undefined;
}

/** SQLite's own lock, taken on an empty database: the one way to a kernel lock that Node ships. */
function takeLock(path: string): FileLock {
  createPrivateFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Kept in memory, or the lock leaves a journal file beside the locked one.
    database.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    release: (options) => {
      if (!database.isOpen) {
        return;
      }
      if (options?.remove === true) {
        rmSync(path, { force: true });
      }
      database.close();
    },
  };
}
