/**
 * While one attempt runs, everyone who asks gets its result. A failure also speaks for those who come within
 * `failureMs` of it: a line of callers must not run into the same wall one by one.
 */
export function singleFlight<T>(
  attempt: () => Promise<T>,
  failureMs: (tookMs: number) => number,
): () => Promise<T> {
  let running: Promise<T> | undefined;
  let failure: { readonly error: unknown; readonly untilMs: number } | undefined;

  const run = async (): Promise<T> => {
    const startMs = performance.now();
    try {
      return await attempt();
    } catch (error) {
      const endMs = performance.now();
      failure = { error, untilMs: endMs + failureMs(endMs - startMs) };
      throw error;
    } finally {
      running = undefined;
    }
  };

  return async () => {
    if (failure && performance.now() < failure.untilMs) throw failure.error;
    running ??= run();
    return running;
  };
}

/** Stops waiting on an abort, with the signal's reason; what is waited for goes on, because others may wait for it. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([aborted.promise, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
