/** Values on their way to one reader. */
export interface CaptionStream<Item> {
  readonly items: AsyncIterable<Item>;
  readonly push: (item: Item) => void;
  readonly end: () => void;
  /** The reader's loop throws it, behind what was pushed. */
  readonly fail: (error: unknown) => void;
}

/** What one reader has not taken yet. */
export function createCaptionStream<Item>(): CaptionStream<Item> {
  let items: Item[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const close = (how: { readonly error?: unknown }): void => {
    end ??= how;
    wake?.();
  };
  async function* read(): AsyncGenerator<Item> {
    for (;;) {
      const batch = items;
      items = [];
      yield* batch;
      if (items.length > 0) continue;
      if (end && "error" in end) throw end.error;
      if (end) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    items: { [Symbol.asyncIterator]: read },
    push(item) {
      items.push(item);
      wake?.();
    },
    end: () => close({}),
    fail: (error) => close({ error }),
  };
}
