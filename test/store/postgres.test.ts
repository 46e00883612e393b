import { sql } from "kysely";
import { afterAll, expect, onTestFinished, test } from "vitest";

import { openStore } from "../../src/store/open-store.ts";
import { ensureDatabase, startPostgres } from "../servers/postgres.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { storesLieIn } from "./test-store.ts";

const server = await startPostgres();
afterAll(() => server[Symbol.asyncDispose]());

async function newDatabase(): Promise<string> {
  const url = server.newDatabase();
  await ensureDatabase(url);
  return url;
}

// Whatever the store promises on SQLite, it promises here.
storesLieIn(newDatabase);
await import("./repositories.test.ts");
await import("./settings.test.ts");
await import("./usage.test.ts");
await import("./problems.test.ts");
await import("./cache.test.ts");

test("several processes may open a new database at once", async () => {
  const databaseUrl = await newDatabase();
  const dataDir = temporaryFolder();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ dataDir, databaseUrl })));
  await stores[0]?.marks.set("a", "1");
  expect(await stores[3]?.marks.get("a")).toBe("1");
  await Promise.all(stores.map((store) => store.close()));
});

test("of many claims at once, from several processes, one succeeds", async () => {
  const databaseUrl = await newDatabase();
  const dataDir = temporaryFolder();
  const stores = await Promise.all(Array.from({ length: 3 }, () => openStore({ dataDir, databaseUrl })));
  const claims = await Promise.all(
    Array.from({ length: 30 }, (_, index) => stores[index % 3]!.once.claim("a")),
  );
  expect(claims.filter(Boolean)).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});

test("a database that is not there names the variable that names it", async () => {
  const opened = openStore({ dataDir: temporaryFolder(), databaseUrl: server.newDatabase() });
  await expect(opened).rejects.toMatchObject({ message: expect.stringContaining("DATABASE_URL") as string });
});

test("a server that restarts is waited for, and what was written before is there", async () => {
  const store = await openStore({ dataDir: temporaryFolder(), databaseUrl: await newDatabase() });
  await store.marks.set("a", "1");
  await server.stop();
  const value = store.marks.get("a");
  await server.start();
  expect(await value).toBe("1");
  await store.close();
});

test("a server that ends in the middle of a transaction fails the transaction and not the process", async () => {
  const store = await openStore({ dataDir: temporaryFolder(), databaseUrl: await newDatabase() });
  const lost = store.database.transaction().execute(async (transaction) => {
    await transaction.insertInto("mark").values({ key: "half", value: "1" }).execute();
    await server.stop();
    await server.start();
    await transaction.insertInto("mark").values({ key: "whole", value: "1" }).execute();
  });
  await expect(lost).rejects.toMatchObject({ name: "StoreError", code: "unreachable" });
  expect(await store.marks.get("half")).toBeUndefined();
  await store.close();
});

test("a connection that falls silent is given up, and the next call has another one", async () => {
  const databaseUrl = await newDatabase();
  const store = await openStore({ dataDir: temporaryFolder(), databaseUrl, busyTimeoutMs: 150 });
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database() and application_name = 'earshot'`.execute(
    store.database,
  );
  for (const { pid } of rows) process.kill(pid, "SIGSTOP");
  onTestFinished(() => rows.forEach(({ pid }) => process.kill(pid, "SIGCONT")));
  const error: unknown = await store.marks.get("a").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "StoreError", code: "unreachable", retryable: true });
  expect(await store.marks.get("a")).toBeUndefined();
  await store.close();
});

test("a server that is gone is an error that may pass, without the address or a password in it", async () => {
  const databaseUrl = "postgres://earshot:secret@127.0.0.1:1/nothing";
  const error: unknown = await openStore({ dataDir: temporaryFolder(), databaseUrl, busyTimeoutMs: 1 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "unreachable", retryable: true });
  expect(String(error)).not.toContain("secret");
});
