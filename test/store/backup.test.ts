import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";

import { backupStore } from "../../src/store/backup.ts";
import { migrations } from "../../src/store/migrations.ts";
import { openStore } from "../../src/store/open-store.ts";
import { restoreStore } from "../../src/store/restore.ts";
import { createSqliteDialect } from "../../src/store/sqlite-dialect.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const keyed = { dataKey: "a key of more than thirty-two characters" };

/** A data folder in which these members have opted out. */
async function folderWith(memberIds: readonly string[], options: { dataKey?: string } = {}): Promise<string> {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir, ...options });
  for (const memberId of memberIds) await store.consent.setOptedOut(memberId, true);
  await store.close();
  return dataDir;
}

async function isOptedOut(dataDir: string, memberId: string): Promise<boolean> {
  const store = await openStore({ dataDir });
  const optedOut = await store.consent.isOptedOut(memberId);
  await store.close();
  return optedOut;
}

test("a backup taken while the store is written to brings back what was there", async () => {
  const dataDir = temporaryFolder();
  const path = join(temporaryFolder(), "earshot.backup");
  const store = await openStore({ dataDir });
  await store.consent.setOptedOut("1", true);
  const bytes = await backupStore({ dataDir, path });
  await store.consent.setOptedOut("2", true);
  await store.close();
  expect(statSync(path)).toMatchObject({ size: bytes, mode: 0o100600 });
  expect(readdirSync(join(path, ".."))).toEqual(["earshot.backup"]);

  const { formerPath = "" } = await restoreStore({ path, dataDir });
  expect([await isOptedOut(dataDir, "1"), await isOptedOut(dataDir, "2")]).toEqual([true, false]);
  expect(existsSync(formerPath)).toBe(true);
});

test("nothing is restored while somebody has the database open", async () => {
  const dataDir = temporaryFolder();
  const path = join(temporaryFolder(), "backup");
  const store = await openStore({ dataDir });
  await backupStore({ dataDir, path });
  await expect(restoreStore({ path, dataDir })).rejects.toMatchObject({
    code: "locked",
    message: expect.stringMatching(/stop it first/),
  });
  await store.consent.setOptedOut("1", true);
  await store.close();
  expect(await isOptedOut(dataDir, "1")).toBe(true);
  expect(readdirSync(dataDir).filter((name) => name.startsWith("restore-"))).toEqual([]);
});

test("a backup of the first version is brought to this one", async () => {
  const [version = ""] = Object.keys(migrations).sort();
  const path = join(temporaryFolder(), "old");
  const old = new Kysely<{ opt_out: { member_id: string; since_ms: number } }>({
    dialect: createSqliteDialect(new DatabaseSync(path), 1000),
  });
  const migrator = new Migrator({ db: old, provider: { getMigrations: async () => migrations } });
  await migrator.migrateTo(version);
  await old.insertInto("opt_out").values({ member_id: "42", since_ms: 1 }).execute();
  await old.destroy();

  const dataDir = temporaryFolder();
  expect(await restoreStore({ path, dataDir })).toEqual({ formerPath: undefined });
  expect(await isOptedOut(dataDir, "42")).toBe(true);
});

test.each([
  ["that is no database", (path: string) => writeFileSync(path, "no database at all, just words")],
  ["of another program", (path: string) => new DatabaseSync(path).exec("create table other (x)")],
  ["that is not there", () => undefined],
])("a file %s changes nothing", async (_, make) => {
  const dataDir = await folderWith(["1"]);
  const path = join(temporaryFolder(), "file");
  make(path);
  await expect(restoreStore({ path, dataDir })).rejects.toMatchObject({ code: "corrupted" });
  expect(await isOptedOut(dataDir, "1")).toBe(true);
});

test("a backup that was cut off changes nothing", async () => {
  const dataDir = await folderWith(Array.from({ length: 50 }, (_, index) => String(index)));
  const path = join(temporaryFolder(), "backup");
  await backupStore({ dataDir, path });
  truncateSync(path, Math.floor(statSync(path).size / 2));
  await expect(restoreStore({ path, dataDir })).rejects.toMatchObject({ code: "corrupted" });
  expect(await isOptedOut(dataDir, "49")).toBe(true);
});

test("a backup that was made with another DATA_KEY changes nothing", async () => {
  const sealed = await folderWith(["1"], keyed);
  const path = join(temporaryFolder(), "backup");
  await backupStore({ dataDir: sealed, path });
  const dataDir = await folderWith(["2"]);
  await expect(restoreStore({ path, dataDir })).rejects.toMatchObject({ code: "wrong-key" });
  expect(await isOptedOut(dataDir, "2")).toBe(true);
});

test("a damaged database is replaced, its log with it", async () => {
  const dataDir = await folderWith(["1"]);
  const path = join(temporaryFolder(), "backup");
  await backupStore({ dataDir, path });
  writeFileSync(join(dataDir, "earshot.db"), "rubbish".repeat(5000));
  writeFileSync(join(dataDir, "earshot.db-wal"), "rubbish");
  await restoreStore({ path, dataDir });
  expect(await isOptedOut(dataDir, "1")).toBe(true);
});

test("a folder without a database has nothing to back up", async () => {
  const backingUp = backupStore({ dataDir: temporaryFolder(), path: join(temporaryFolder(), "backup") });
  await expect(backingUp).rejects.toMatchObject({ message: expect.stringMatching(/no database/) });
});
