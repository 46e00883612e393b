import { rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { PaceState } from "./pace.ts";
import { readFront, readRecord, writeRecord } from "./quota-record.ts";
import type { SharedTurns, ShownFront } from "./shared-turns.ts";

/** What the processes of a host have in common. */
export interface SharedQuota {
  readonly state: PaceState;
  readonly turns: SharedTurns;
  /** Whose turn it is in each process that waits. */
  readonly fronts: readonly ShownFront[];
}

export interface QuotaUpdate {
  /** On the clock that the processes share. */
  readonly nowMs: number;
  /** Shown to the others from now on, until its process takes a place. */
  readonly front: ShownFront | undefined;
}

type StoredQuota = Omit<SharedQuota, "state"> & { readonly state: PaceState | undefined };

/** A SQLite file that the processes of a host share. */
export interface QuotaFile {
  /** One transaction: shows the front, and changes what is stored. Throws what SQLite or the file system says. */
  update(update: QuotaUpdate, step: (stored: StoredQuota) => SharedQuota): SharedQuota;
  close(): void;
}

const BUSY_TIMEOUT_MS = 5;
/** A process that waits asks again when the next slot is due, and is not waited for if it comes so much later. */
const WAITS_FOR_MS = 1000;
/** Who is shown to wait for longer than this was shown on the clock of another boot. */
const LONGEST_WAIT_MS = 3_600_000;

/** A damaged file is made anew. */
export function createQuotaFile(path: string): QuotaFile {
  let open: { readonly database: DatabaseSync; readonly inode: number } | undefined;

  const close = (): void => {
    open?.database.close();
    open = undefined;
  };

  /** Opens the file anew where it was deleted or replaced: keeping to the old one would be a pace of our own. */
  const current = (): DatabaseSync => {
    if (open && open.inode !== inodeOf(path)) close();
    open ??= { database: openDatabase(path), inode: inodeOf(path) };
    return open.database;
  };

  return {
    update(update, step) {
      try {
        return transact(current(), update, step);
      } catch (error) {
        if (isBusy(error)) throw error;
        close();
        if (isDamaged(error)) remove(path);
        return transact(current(), update, step);
      }
    },
    close,
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Slots mean nothing after a power cut, so nothing waits for the disk.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS front (
        process TEXT PRIMARY KEY,
        untilMs REAL NOT NULL,
        text TEXT NOT NULL
      ) STRICT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const recordSchema = z.object({ text: z.string() });
const frontsSchema = z.array(z.object({ process: z.string(), text: z.string() }));

function transact(
  database: DatabaseSync,
  { nowMs, front }: QuotaUpdate,
  step: (stored: StoredQuota) => SharedQuota,
): SharedQuota {
  database.exec("BEGIN IMMEDIATE");
  try {
    const before = recordSchema.safeParse(database.prepare("SELECT text FROM record").get()).data?.text ?? "";
    const { state, turns } = readRecord(before);
    if (front) show(database, front, Math.max(nowMs, state?.nextMs ?? 0), nowMs);
    const after = step({ state, turns, fronts: frontsOf(database, nowMs) });
    const text = writeRecord(after.state, after.turns);
    if (text !== before) database.prepare("REPLACE INTO record VALUES (1, ?)").run(text);
    if (front && !after.fronts.some(({ processId }) => processId === front.processId))
      database.prepare("DELETE FROM front WHERE process = ?").run(front.processId);
    database.exec("COMMIT");
    return after;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function show(database: DatabaseSync, front: ShownFront, dueMs: number, nowMs: number): void {
  const untilMs = Math.min(dueMs, nowMs + LONGEST_WAIT_MS) + WAITS_FOR_MS;
  const text = JSON.stringify({ turn: front.turn, waiting: front.waiting });
  database.prepare("REPLACE INTO front VALUES (?, ?, ?)").run(front.processId, untilMs, text);
}

function frontsOf(database: DatabaseSync, nowMs: number): ShownFront[] {
  database
    .prepare("DELETE FROM front WHERE untilMs NOT BETWEEN ? AND ?")
    .run(nowMs, nowMs + LONGEST_WAIT_MS + WAITS_FOR_MS);
  const rows = frontsSchema.parse(database.prepare("SELECT process, text FROM front ORDER BY process").all());
  return rows.flatMap(({ process, text }) => readFront(process, text));
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function remove(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

/** Another process holds the file. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(resultCode(error));
}

function isDamaged(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(resultCode(error));
}

function resultCode(error: unknown): number {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : 0;
}
