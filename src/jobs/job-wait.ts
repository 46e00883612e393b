/** Longest that anything may wait for later: times beyond it are mistakes. */
const maxLaterMs = 30 * 24 * 60 * 60 * 1000;

/** `afterMs` as something a clock can wait for. */
export function boundedWaitMs(afterMs: number): number {
  return Number.isNaN(afterMs) ? 0 : Math.min(Math.max(0, afterMs), maxLaterMs);
}
