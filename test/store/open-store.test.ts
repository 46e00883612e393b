import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";

import { StoreError } from "../../src/store/errors.ts";
import { tryLockFile } from "../../src/store/file-lock.ts";
import { openStore } from "../../src/store/open-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const asRoot = process.getuid?.() === 0;

test("a store keeps what it was told over a restart", async () => {
  const dataDir = temporaryFolder();
  const first = await openStore({ dataDir });
  await first.marks.set("commands", "hash");
  await first.close();
  const second = await openStore({ dataDir });
  expect(await second.marks.get("commands")).toBe("hash");
  await second.close();
});

test("commits are on the disk before they return: WAL and synchronous FULL", async () => {
  const store = await openStore({ dataDir: temporaryFolder() });
  const { rows: mode } = await store.database.executeQuery<{ journal_mode: string }>(
    CompiledQuery.raw("pragma journal_mode"),
  );
  const { rows: sync } = await store.database.executeQuery<{ synchronous: number }>(
    CompiledQuery.raw("pragma synchronous"),
  );
  expect([mode[0]?.journal_mode, sync[0]?.synchronous]).toEqual(["wal", 2]);
  await store.close();
});

test("the folder is made for its owner alone, and so is every file in it", async () => {
  const dataDir = join(temporaryFolder(), "deep", "data");
  const store = await openStore({ dataDir });
  await store.marks.set("a", "b");
  const modes = readdirSync(dataDir)
    .sort()
    .map((name) => [name, (statSync(join(dataDir, name)).mode & 0o777).toString(8)]);
  expect((statSync(dataDir).mode & 0o777).toString(8)).toBe("700");
  expect(modes).toEqual([
    ["earshot.db", "600"],
    ["earshot.db-shm", "600"],
    ["earshot.db-wal", "600"],
    ["earshot.lock", "600"],
  ]);
  await store.close();
});

test("a file that others could read is closed to them", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "earshot.db"), "");
  chmodSync(join(dataDir, "earshot.db"), 0o644);
  const store = await openStore({ dataDir });
  expect(statSync(join(dataDir, "earshot.db")).mode & 0o777).toBe(0o600);
  await store.close();
});

test("several openings at once share one database", async () => {
  const dataDir = temporaryFolder();
  const stores = await Promise.all(Array.from({ length: 4 }, async () => openStore({ dataDir })));
  await Promise.all(stores.map(async (store, index) => store.marks.set(`mark-${index}`, "set")));
  const seen = await Promise.all(
    stores.map(async (store, index) => store.marks.get(`mark-${(index + 1) % stores.length}`)),
  );
  expect(seen).toEqual(["set", "set", "set", "set"]);
  await Promise.all(stores.map(async (store) => store.close()));
});

test("of many claims of one key, over several connections, one is granted", async () => {
  const dataDir = temporaryFolder();
  const stores = await Promise.all(Array.from({ length: 3 }, async () => openStore({ dataDir })));
  const claims = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => stores[index % 3]!.once.claim("notice:1")),
  );
  expect(claims.filter(Boolean)).toHaveLength(1);
  await Promise.all(stores.map(async (store) => store.close()));
});

test("a database another process is writing is waited for", async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  const other = new DatabaseSync(join(dataDir, "earshot.db"));
  other.exec("begin immediate");
  const written = store.marks.set("a", "after");
  // The other process ends while ours waits, and our event loop is free to see it.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  other.exec("commit");
  other.close();
  await written;
  expect(await store.marks.get("a")).toBe("after");
  await store.close();
});

test("a database another process keeps is 'locked', and works again once it is free", async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir, busyTimeoutMs: 20 });
  const other = new DatabaseSync(join(dataDir, "earshot.db"));
  other.exec("begin immediate");
  await expect(store.marks.set("a", "b")).rejects.toMatchObject({ code: "locked", retryable: true });
  await expect(
    store.database.transaction().execute(async (transaction) => transaction.deleteFrom("mark").execute()),
  ).rejects.toMatchObject({ code: "locked" });
  other.exec("rollback");
  other.close();
  await store.marks.set("a", "b");
  expect(await store.marks.get("a")).toBe("b");
  await store.close();
});

test("a process that never ends opening makes the next one give up with 'locked'", async () => {
  const dataDir = temporaryFolder();
  const lock = tryLockFile(join(dataDir, "earshot.lock"));
  await expect(openStore({ dataDir, openTimeoutMs: 20 })).rejects.toMatchObject({ code: "locked" });
  lock?.release();
});

test("a full disk is 'disk-full', loses nothing that was there, and heals", async () => {
  const store = await openStore({ dataDir: temporaryFolder() });
  await store.marks.set("kept", "yes");
  await store.database.executeQuery(CompiledQuery.raw("pragma max_page_count = 1"));
  await expect(store.marks.set("big", "x".repeat(100_000))).rejects.toMatchObject({
    code: "disk-full",
    retryable: true,
  });
  expect(await store.marks.get("kept")).toBe("yes");
  await store.database.executeQuery(CompiledQuery.raw("pragma max_page_count = 1073741823"));
  await store.marks.set("big", "x".repeat(100_000));
  expect(await store.marks.get("big")).toHaveLength(100_000);
  await store.close();
});

test("a full disk in a transaction takes all of it back and says 'disk-full', not that the rollback failed", async () => {
  const store = await openStore({ dataDir: temporaryFolder() });
  await store.database.executeQuery(CompiledQuery.raw("pragma max_page_count = 1"));
  const both = store.database.transaction().execute(async (transaction) => {
    await transaction.insertInto("mark").values({ key: "small", value: "x" }).execute();
    await transaction
      .insertInto("mark")
      .values({ key: "big", value: "x".repeat(100_000) })
      .execute();
  });
  await expect(both).rejects.toMatchObject({ code: "disk-full" });
  expect(await store.marks.get("small")).toBeUndefined();
  await store.close();
});

test("a data folder that cannot be made says so and names it", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const error: unknown = await openStore({ dataDir: join(file, "data") }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ code: "read-only", message: expect.stringContaining(join(file, "data")) });
});

test("a data folder that cannot be written is 'read-only'", () => {
  const dataDir = temporaryFolder();
  const data = join(dataDir, "data");
  mkdirSync(data, { mode: 0o555 });
  if (asRoot) {
    chmodSync(dataDir, 0o755);
  }
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, "../../src/store/open-store.ts"))};
    ${asRoot ? "process.setgid(65534); process.setuid(65534);" : ""}
    await openStore({ dataDir: ${JSON.stringify(data)} }).catch((error) => process.stdout.write(error.code));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  expect([stdout, stderr]).toEqual(["read-only", ""]);
});

test("a database of a newer version is refused and left as it is", async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  await store.marks.set("a", "b");
  await store.database.executeQuery(
    CompiledQuery.raw(
      "insert into kysely_migration (name, timestamp) values ('9999-later', '2099-01-01T00:00:00.000Z')",
    ),
  );
  await store.close();
  await expect(openStore({ dataDir })).rejects.toMatchObject({
    code: "failed",
    message: expect.stringContaining("newer version"),
  });
  expect(readdirSync(dataDir).filter((name) => name.includes("damaged"))).toEqual([]);
});

test("calls after close fail and do not hang", async () => {
  const store = await openStore({ dataDir: temporaryFolder() });
  await store.close();
  await expect(store.marks.get("a")).rejects.toThrow(/destroyed|not open/);
});

test("deleted words are gone from the file once the store is closed", async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  const text = "pomegranate ".repeat(20);
  await store.transcripts.put({
    key: "1",
    guildId: "2",
    channelId: "3",
    parentId: null,
    memberId: "4",
    askerId: null,
    isPrivate: false,
    linkId: "1",
    linkChannelId: "3",
    createdAtMs: 0,
    text,
    details: "{}",
  });
  await store.transcripts.delete("1");
  await store.close();
  expect(existsSync(join(dataDir, "earshot.db-wal"))).toBe(false);
  expect(readFileSync(join(dataDir, "earshot.db"), "latin1")).not.toContain("pomegranate");
});
