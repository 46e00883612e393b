import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { prepareFolder } from "./data-folder.ts";
import { StoreError } from "./errors.ts";
import { tryLockFile } from "./file-lock.ts";
import { freeName } from "./free-name.ts";
import { openStore } from "./open-store.ts";
import { isBusy, toStoreError } from "./sqlite-errors.ts";

export interface RestoreOptions {
  /** A file that `backupStore` wrote, in this version or an older one. */
  readonly path: string;
  readonly dataDir: string;
  readonly dataKey?: string | undefined;
}

/** Where the database that was replaced is kept; undefined where there was none. */
export interface Restored {
  readonly formerPath: string | undefined;
}

const magic = "SQLite format 3\0";

/**
 * Puts a backup in the place of the database, brought to this version's tables; what was there is kept beside it. First
 * everything is tried on a copy, so that a file that will not do changes nothing. Throws StoreError: "locked" while a bot
 * uses the folder, "corrupted", "wrong-key", or what else is wrong with the file.
 */
export async function restoreStore(options: RestoreOptions): Promise<Restored> {
  const { path, dataDir, dataKey } = options;
  if (!isDatabase(path)) throw new StoreError("corrupted", `${path} is no backup.`);
  prepareFolder(dataDir);
  const folder = mkdtempSync(join(dataDir, "restore-"));
  try {
    const copy = join(folder, "earshot.db");
    copyFileSync(path, copy);
    chmodSync(copy, 0o600);
    refuseForeign(copy, path);
    const store = await openStore({ dataDir: folder, dataKey });
    await store.close();
    if (store.recovery) throw new StoreError("corrupted", `${path} is damaged.`);
    return replace(copy, dataDir);
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isDatabase(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(magic.length);
    readSync(file, start);
    return start.toString("latin1") === magic;
  } finally {
    closeSync(file);
  }
}

/** Any program may keep its things in SQLite; ours has the marks of its migrations. */
function refuseForeign(copy: string, path: string): void {
  const database = new DatabaseSync(copy);
  try {
    const known = database
      .prepare("select count(*) as tables from sqlite_schema where name in ('kysely_migration', 'opt_out')")
      .get();
    if (known?.["tables"] !== 2) throw new StoreError("corrupted", `${path} is no backup of Earshot's.`);
  } finally {
    database.close();
  }
}

/** Under the lock that every process takes to open the database: one that starts now waits, and opens the new one. */
function replace(copy: string, dataDir: string): Restored {
  const lock = tryLockFile(join(dataDir, "earshot.lock"));
  if (!lock) throw inUse(dataDir);
  try {
    const path = join(dataDir, "earshot.db");
    if (!existsSync(path)) {
      renameSync(copy, path);
      return { formerPath: undefined };
    }
    makeSingleFile(path, dataDir);
    const formerPath = freeName(`${path}.before-restore-${new Date().toISOString().replaceAll(":", "-")}`);
    // A log that a damaged database left behind must not be taken for the new one's.
    for (const suffix of ["-wal", "-shm", ""]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, formerPath + suffix);
    }
    renameSync(copy, path);
    return { formerPath };
  } finally {
    lock.release();
  }
}

/** SQLite leaves WAL mode only where nobody else has the database open, in whatever process: that is what has to be known. */
function makeSingleFile(path: string, dataDir: string): void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("pragma journal_mode = delete");
  } catch (error) {
    if (isBusy(error)) throw inUse(dataDir);
    // A damaged database is no reason to keep it: this is what backups are for.
    if (toStoreError(error).code !== "corrupted") throw error;
  } finally {
    database.close();
  }
}

function inUse(dataDir: string): StoreError {
  return new StoreError("locked", `A bot is using ${dataDir}: stop it first.`);
}
