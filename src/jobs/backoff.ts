export interface BackoffOptions {
  /** The longest wait after a first failure. */
  readonly firstMs: number;
  /** The longest wait of all. */
  readonly maxMs: number;
  /** 0 to 1, for the spread. */
  readonly random: () => number;
}

/** How long to wait after the nth failure in a row, in whole ms: twice as long each time, spread over the upper half. */
export function backoffMs(failures: number, { firstMs, maxMs, random }: BackoffOptions): number {
  const longestMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(longestMs * (0.5 + random() / 2));
}
