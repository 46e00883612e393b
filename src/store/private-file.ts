import { closeSync, openSync } from "node:fs";

/**
 * Makes an empty file that only its owner may read, where there is none. A file that is there is not even opened:
 * closing it again would drop every lock this process has on it (sqlite.org/howtocorrupt.html, 2.2).
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw error;
    }
  }
}
