import { onTestFinished } from "vitest";

import { openStore, type OpenStoreOptions } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";

let databaseOf: ((dataDir: string) => Promise<string>) | undefined;

/** From now on stores of this test file lie in databases that `create` makes, one for each data folder. */
export function storesLieIn(create: () => Promise<string>): void {
  const urls = new Map<string, Promise<string>>();
  databaseOf = async (dataDir) => {
    const url = urls.get(dataDir) ?? create();
    urls.set(dataDir, url);
    return await url;
  };
}

/** Opens a store in SQLite, or wherever the test file says; it is closed when the test is over. */
export async function openTestStore(options: OpenStoreOptions): Promise<Store> {
  const store = await openStore({ ...options, databaseUrl: await databaseOf?.(options.dataDir) });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closed ??= store.close();
    await closed;
  };
  onTestFinished(close);
  return { ...store, close };
}
