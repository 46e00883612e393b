import { accessSync, constants, existsSync, mkdirSync, opendirSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { StoreError } from "./errors.ts";

/** Makes the data folder (mode 700) where it is not there, and sees that it can be used. Throws StoreError that names DATA_DIR. */
export function prepareFolder(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir));
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    // An executable file has these rights, too.
    opendirSync(dataDir).closeSync();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw new StoreError(
      full ? "disk-full" : "read-only",
      `DATA_DIR (${dataDir}) cannot be used: ${full ? "the disk is full" : `a folder that can be written is needed (${code})`}.`,
      { cause: error },
    );
  }
}

/** Step by step: Node's own recursive mkdir never ends where a file system like /proc refuses with ENOENT. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}
