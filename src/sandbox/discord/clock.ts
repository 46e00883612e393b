/** The local Discord's time: the real one, plus whatever a test has skipped. Milliseconds since 1970. */
export interface Clock {
  nowMs(): number;
  /** Skips time: tokens, links and windows age, nothing waits. */
  advance(ms: number): void;
}

/** A clock that starts at the real time. */
export function createClock(): Clock {
  let skippedMs = 0;
  return {
    nowMs: () => Date.now() + skippedMs,
    advance: (ms) => {
      skippedMs += ms;
    },
  };
}
