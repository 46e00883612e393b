/** What happened, in order, with a way to wait for the next of it. */
export interface Probe<Item> {
  readonly seen: readonly Item[];
  push(item: Item): void;
  /** The next item nobody has taken yet. */
  next(): Promise<Item>;
  /** The next `count` items. */
  take(count: number): Promise<Item[]>;
}

export function createProbe<Item>(): Probe<Item> {
  const seen: Item[] = [];
  const waiting: ((item: Item) => void)[] = [];
  let taken = 0;
  const next = async (): Promise<Item> =>
    new Promise((resolve) => {
      const index = taken++;
      if (index < seen.length) {
        resolve(seen[index]!);
      } else {
        waiting.push(resolve);
      }
    });
  return {
    seen,
    push: (item) => {
      seen.push(item);
      waiting.shift()?.(item);
    },
    next,
    take: async (count) => Promise.all(Array.from({ length: count }, next)),
  };
}

/** A promise and its ends. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
