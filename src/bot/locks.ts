/** Lets one piece of work at a time touch what a key stands for, in the order of the calls. */
export interface Locks {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Locks within this process. Keys that nobody holds take no memory. */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<void>>();
  return {
    async run(key, work) {
      const before = tails.get(key);
      const { promise, resolve } = Promise.withResolvers<void>();
      tails.set(key, promise);
      try {
        await before;
        return await work();
      } finally {
        resolve();
        if (tails.get(key) === promise) tails.delete(key);
      }
    },
  };
}
