import { chmodSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";

import { StoreError } from "./errors.ts";
import { createPrivateFile } from "./private-file.ts";
import { toStoreError } from "./sqlite-errors.ts";

/** More pages than a database has: the copy is made in one step, which no writer can make begin again. */
const allPages = 2 ** 31 - 1;

export interface BackupOptions {
  readonly dataDir: string;
  /** The file to be written, readable by its owner alone; replaced where it is there. */
  readonly path: string;
}

/**
 * Copies the database of a data folder as it is at one moment, while the bot goes on. The file appears complete or not at
 * all. Gives its size in bytes. Throws StoreError.
 */
export async function backupStore({ dataDir, path }: BackupOptions): Promise<number> {
  const source = join(dataDir, "earshot.db");
  if (!existsSync(source)) throw new StoreError("failed", `There is no database in ${dataDir}.`);
  const partial = `${path}.partial`;
  try {
    rmSync(partial, { force: true });
    createPrivateFile(partial);
    await copy(source, partial);
    makeSingleFile(partial);
    chmodSync(partial, 0o600);
    renameSync(partial, path);
    return statSync(path).size;
  } catch (error) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(partial + suffix, { force: true });
    throw toStoreError(error, path);
  }
}

async function copy(source: string, target: string): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true, timeout: 5000 });
  try {
    await backup(database, target, { rate: allPages });
  } finally {
    database.close();
  }
}

/** The copy is in WAL mode as the original is; a backup is one file, and whole. */
function makeSingleFile(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma journal_mode = delete");
    const row = database.prepare("pragma quick_check(1)").get();
    if (row?.["quick_check"] !== "ok") throw new StoreError("corrupted", "The copy is damaged.");
  } finally {
    database.close();
  }
}
