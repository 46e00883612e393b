import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";

import { migrations } from "../../src/store/migrations.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Database } from "../../src/store/schema.ts";
import { createSqliteDialect } from "../../src/store/sqlite-dialect.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const versions = Object.keys(migrations).sort();

function kyselyOn(path: string): Kysely<Database> {
  return new Kysely<Database>({ dialect: createSqliteDialect(new DatabaseSync(path), 1000) });
}

async function migrateTo(database: Kysely<Database>, version: string): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateTo(version);
  expect(error).toBeUndefined();
}

function schemaOf(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare("select sql from sqlite_schema where sql is not null and name not like 'kysely_%' order by name")
    .all();
  database.close();
  return rows.map(({ sql }) => `${String(sql)};\n`).join("");
}

test.each(versions)("a database of version %s opens with what was in it", async (version) => {
  const dataDir = temporaryFolder();
  const path = join(dataDir, "earshot.db");
  const old = kyselyOn(path);
  await migrateTo(old, version);
  await old.insertInto("opt_out").values({ member_id: "42", since_ms: 1 }).execute();
  await old.insertInto("mark").values({ key: "commands", value: "hash" }).execute();
  await old.destroy();
  const store = await openStore({ dataDir });
  expect([await store.consent.isOptedOut("42"), await store.marks.get("commands")]).toEqual([true, "hash"]);
  await store.close();
  const fresh = temporaryFolder();
  await (await openStore({ dataDir: fresh })).close();
  expect(schemaOf(path)).toBe(schemaOf(join(fresh, "earshot.db")));
});

test.each(versions)("version %s makes the tables it made when it was released", async (version) => {
  const path = join(temporaryFolder(), "earshot.db");
  const database = kyselyOn(path);
  await migrateTo(database, version);
  await database.destroy();
  await expect(schemaOf(path)).toMatchFileSnapshot(`schemas/${version}.sql`);
});

test("a migration that fails leaves the database as it was", async () => {
  const path = join(temporaryFolder(), "earshot.db");
  const database = kyselyOn(path);
  await migrateTo(database, versions[0]!);
  const before = schemaOf(path);
  const broken = new Migrator({
    db: database,
    provider: {
      getMigrations: async () => ({
        ...migrations,
        "9999-broken": {
          up: async (db: Kysely<unknown>) => {
            await db.schema.createTable("half").addColumn("a", "text").execute();
            await db.schema.createTable("half").addColumn("a", "text").execute();
          },
        },
      }),
    },
  });
  const { error } = await broken.migrateToLatest();
  expect(error).toMatchObject({ code: "failed" });
  await database.destroy();
  expect(schemaOf(path)).toBe(before);
});
