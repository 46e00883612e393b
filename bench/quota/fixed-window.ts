import { DatabaseSync } from "node:sqlite";

import { monotonicMs, type SlotSource } from "../../src/recognizers/slots.ts";

/**
 * The usual limiter, for comparison: so many requests in each window of a second, which begins with the first of them.
 * Shared by a file in the same way as our own, so that only the rule differs.
 */
export function createFixedWindow(path: string, qps: number): SlotSource {
  const database = new DatabaseSync(path, { timeout: 100 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS window (id INTEGER PRIMARY KEY, startMs REAL NOT NULL, count INTEGER NOT NULL) STRICT;
    INSERT OR IGNORE INTO window VALUES (1, 0, 0)`);
  const read = database.prepare("SELECT startMs, count FROM window");
  const write = database.prepare("UPDATE window SET startMs = ?, count = ?");
  return {
    take() {
      database.exec("BEGIN IMMEDIATE");
      const row = read.get();
      const [startMs, count] = [Number(row?.["startMs"]), Number(row?.["count"])];
      const nowMs = monotonicMs();
      const over = nowMs - startMs >= 1000;
      const taken = over || count < qps;
      if (taken) write.run(over ? nowMs : startMs, over ? 1 : count + 1);
      database.exec("COMMIT");
      return taken ? { taken } : { taken, waitMs: startMs + 1000 - nowMs };
    },
    delay() {},
    throttled() {},
    close: () => database.close(),
  };
}
