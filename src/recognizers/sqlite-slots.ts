import { rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import {
  delaySlots,
  initialPace,
  takeSlot,
  throttlePace,
  type PaceSettings,
  type PaceState,
  type Slot,
} from "./pace.ts";
import { monotonicMs, type SlotSource } from "./slots.ts";

export interface SqliteSlotsOptions extends PaceSettings {
  /** A file of its own, shared by all processes of this host that share the quota; made if it is not there. */
  readonly path: string;
  /** Told when the file cannot be used and this process keeps its own pace meanwhile; at most once a minute. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Another process holds the file for microseconds; longer only where it was stopped in between, so ask less and less. */
const BUSY_TIMEOUT_MS = 5;
const BUSY_AGAIN_MS = 3;
const MAX_BUSY_AGAIN_MS = 50;
const TROUBLE_EVERY_MS = 60_000;

/**
 * Slots that the processes of a host take from one row of a SQLite file, on the monotonic clock they share, so that
 * together they never exceed the quota; what one of them learns of the network's jitter serves all. The file holds
 * nothing worth keeping: a damaged one is made anew, and where none can be had, the process keeps its own pace.
 */
export function createSqliteSlots(options: SqliteSlotsOptions): SlotSource {
  const file = createPaceFile(options.path);
  /** What is to be done to the state and could not be yet, because another process was in the way. */
  let pending: ((state: PaceState) => PaceState)[] = [];
  let own = initialPace(options);
  let busyMs = BUSY_AGAIN_MS;
  let toldMs = Number.NEGATIVE_INFINITY;

  const tell = (error: unknown): void => {
    const nowMs = monotonicMs();
    if (nowMs - toldMs < TROUBLE_EVERY_MS) return;
    toldMs = nowMs;
    options.onTrouble?.(error);
  };

  /** Takes what is pending and then `step` to the shared state; false where another process was in the way. */
  const change = (step: (state: PaceState) => PaceState): boolean => {
    const all = (state: PaceState): PaceState =>
      [...pending, step].reduce((before, one) => one(before), state);
    try {
      own = file.update((stored) => all(stored ?? initialPace(options)));
    } catch (error) {
      if (isBusy(error)) return false;
      tell(error);
      own = all(own);
    }
    pending = [];
    return true;
  };

  const sooner = (step: (state: PaceState) => PaceState): void => {
    if (!change(step)) pending.push(step);
  };

  return {
    take() {
      let slot: Slot = { taken: false, waitMs: busyMs };
      const done = change((state) => {
        const taken = takeSlot(state, monotonicMs(), options);
        slot = taken.slot;
        return taken.state;
      });
      busyMs = done ? BUSY_AGAIN_MS : Math.min(busyMs * 2, MAX_BUSY_AGAIN_MS);
      return slot;
    },
    delay: (lateMs) => sooner((state) => delaySlots(state, lateMs)),
    throttled: (retryAfterMs = 0) =>
      sooner((state) => throttlePace(state, monotonicMs(), retryAfterMs, options)),
    close: () => file.close(),
  };
}

interface PaceFile {
  /** One transaction over the stored state. Throws what SQLite or the file system says. */
  update(step: (state: PaceState | undefined) => PaceState): PaceState;
  close(): void;
}

function createPaceFile(path: string): PaceFile {
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
    update(step) {
      try {
        return transact(current(), step);
      } catch (error) {
        if (isBusy(error)) throw error;
        close();
        if (isDamaged(error)) remove(path);
        return transact(current(), step);
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
      CREATE TABLE IF NOT EXISTS pace (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        nextMs REAL NOT NULL,
        allowanceMs REAL NOT NULL,
        heldUntilMs REAL NOT NULL,
        holdMs REAL NOT NULL
      ) STRICT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const stateSchema = z.object({
  nextMs: z.number(),
  allowanceMs: z.number(),
  heldUntilMs: z.number(),
  holdMs: z.number(),
});

function transact(database: DatabaseSync, step: (state: PaceState | undefined) => PaceState): PaceState {
  database.exec("BEGIN IMMEDIATE");
  try {
    const stored = stateSchema.safeParse(database.prepare("SELECT * FROM pace").get()).data;
    const state = step(stored);
    database
      .prepare("REPLACE INTO pace VALUES (1, :nextMs, :allowanceMs, :heldUntilMs, :holdMs)")
      .run({ ...state });
    database.exec("COMMIT");
    return state;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function remove(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(resultCode(error));
}

function isDamaged(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(resultCode(error));
}

function resultCode(error: unknown): number {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : 0;
}
