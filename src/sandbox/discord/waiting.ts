import type { World } from "./world.ts";

export interface WaitOptions {
  /** 10 s unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What is waited for, for the error. */
  readonly what?: string;
}

/** Resolves with the first truthy answer, looked for now and whenever something has changed. Rejects when time is up. */
export async function waitFor<T>(
  world: World,
  look: () => T | undefined | null | false,
  { timeoutMs = 10_000, signal, what = "what was waited for" }: WaitOptions = {},
): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = signal ? AbortSignal.any([signal, deadline]) : deadline;
  return new Promise<T>((resolve, reject) => {
    const finish = (): void => {
      stop();
      ended.removeEventListener("abort", giveUp);
    };
    const giveUp = (): void => {
      finish();
      reject(new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: ended.reason }));
    };
    const tryNow = (): void => {
      try {
        const found = look();
        if (found === undefined || found === null || found === false) return;
        finish();
        resolve(found);
      } catch (error) {
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const stop = world.onChange(tryNow);
    ended.addEventListener("abort", giveUp);
    tryNow();
  });
}
