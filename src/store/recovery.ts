import { existsSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { freeName } from "./free-name.ts";
import { whileBusy } from "./sqlite-dialect.ts";
import { toStoreError } from "./sqlite-errors.ts";
import type { Recovery } from "./store.ts";

/** Whether SQLite finds the file damaged, or no database at all. A missing or empty file is fine. Throws StoreError. */
export async function isDamaged(path: string, busyTimeoutMs: number): Promise<boolean> {
  if (!existsSync(path)) {
    return false;
  }
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    const row = await whileBusy(() => database.prepare("pragma quick_check(1)").get(), busyTimeoutMs);
    return row?.["quick_check"] !== "ok";
  } catch (error) {
    const storeError = toStoreError(error);
    if (storeError.code === "corrupted") {
      return true;
    }
    throw storeError;
  } finally {
    database.close();
  }
}

/** Makes an empty database of the newest version at `path`, calls `fill` on it and closes it. */
type MakeDatabase = <T>(path: string, fill: (target: DatabaseSync) => T) => Promise<T>;

/**
 * Puts a new database in the place of a damaged one, which is kept under another name. Every row that can still be
 * read is taken over: an opt-out is not lost to a bad sector. Until the new one is complete the damaged one stays
 * where it is, so that a full disk or a kill on the way loses nothing.
 */
export async function replaceDamaged(path: string, make: MakeDatabase): Promise<Recovery> {
  const rebuilt = `${path}.rebuilt`;
  removeDatabase(rebuilt);
  try {
    const kept = await make(rebuilt, (target) => copyReadable(path, target));
    const recoveredFrom = moveAside(path);
    renameSync(rebuilt, path);
    return { recoveredFrom, ...kept };
  } catch (error) {
    removeDatabase(rebuilt);
    throw error;
  }
}

/** A database is its file and what SQLite keeps beside it. */
const suffixes = ["", "-wal", "-shm"] as const;

function removeDatabase(path: string): void {
  for (const suffix of suffixes) {
    rmSync(path + suffix, { force: true });
  }
}

function moveAside(path: string): string {
  const aside = freeName(`${path}.damaged-${new Date().toISOString().replaceAll(":", "-")}`);
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) {
      renameSync(path + suffix, aside + suffix);
    }
  }
  return aside;
}

/** Tables are read from both ends, because reading stops at the damaged page. */
function copyReadable(path: string, target: DatabaseSync): Omit<Recovery, "recoveredFrom"> {
  const source = new DatabaseSync(path, { readOnly: true });
  // One entry of the schema that makes no sense must not hide all other tables (sqlite.org/pragma.html#pragma_writable_schema).
  source.enableDefensive(false);
  source.exec("pragma writable_schema = on");
  let rowsKept = 0;
  let complete = true;
  target.exec("begin immediate");
  try {
    for (const table of tablesOf(target)) {
      if (!copyRows(source, target, table, "asc")) {
        complete = false;
        copyRows(source, target, table, "desc");
      }
      rowsKept += count(target, table);
    }
  } finally {
    source.close();
  }
  target.exec("commit");
  return { rowsKept, complete };
}

function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'",
    )
    .all()
    .map(({ name }) => String(name));
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare("select name from pragma_table_info(?)")
    .all(table)
    .map(({ name }) => String(name));
}

function quoted(name: string): string {
  return `"${name}"`;
}

function count(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as rows from ${quoted(table)}`).get()?.["rows"]);
}

/** True when every row was read. A row that an older or newer table cannot hold is left out. */
function copyRows(source: DatabaseSync, target: DatabaseSync, table: string, order: "asc" | "desc"): boolean {
  try {
    const had = new Set(columnsOf(source, table));
    const columns = columnsOf(target, table).filter((name) => had.has(name));
    if (columns.length === 0) {
      return true;
    }
    const names = columns.map(quoted).join(", ");
    const places = columns.map(() => "?").join(", ");
    const insert = target.prepare(`insert or ignore into ${quoted(table)} (${names}) values (${places})`);
    // An index may be the damaged part.
    const rows = source.prepare(`select ${names} from ${quoted(table)} not indexed order by rowid ${order}`);
    for (const row of rows.iterate()) {
      insert.run(...columns.map((name) => row[name] ?? null));
    }
    return true;
  } catch (error) {
    // A full disk must stop it all; a damaged page is what we are here for.
    if (toStoreError(error).code !== "corrupted") {
      throw error;
    }
    return false;
  }
}
