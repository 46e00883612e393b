import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";

import { openStore } from "../../src/store/open-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const pageSize = 4096;

/** A closed database with 400 opt-outs and as many transcripts, large enough to have pages to damage. */
async function filledFolder(): Promise<string> {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir });
  await store.database.transaction().execute(async (transaction) => {
    for (let member = 0; member < 400; member++) {
      await transaction
        .insertInto("opt_out")
        .values({ member_id: `member-${member}`.padEnd(100, "."), since_ms: member })
        .execute();
      await transaction
        .insertInto("transcript")
        .values({
          message_id: `${member}`,
          guild_id: null,
          channel_id: "1",
          parent_id: null,
          member_id: "2",
          asker_id: null,
          is_private: 0,
          link_id: null,
          created_at_ms: member,
          text: "words ".repeat(100),
          details: "{}",
        })
        .execute();
    }
  });
  await store.consent.setOptedOut("42", true);
  await store.close();
  return dataDir;
}

/** The pages that hold rows of a table, as SQLite's own statistics tell. */
function leafPages(path: string, table: string): number[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare("select pageno from dbstat where name = ? and pagetype = 'leaf' order by pageno")
    .all(table);
  database.close();
  return rows.map(({ pageno }) => Number(pageno));
}

function overwritePage(path: string, page: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, (page - 1) * pageSize, page * pageSize);
  writeFileSync(path, bytes);
}

test("a file that is no database is moved aside, and the store starts clean", async () => {
  const dataDir = temporaryFolder();
  const path = join(dataDir, "earshot.db");
  writeFileSync(path, "not a database ".repeat(1000));
  const store = await openStore({ dataDir });
  expect(store.recovery).toMatchObject({ rowsKept: 0, complete: false });
  expect(readFileSync(store.recovery!.recoveredFrom, "utf8")).toMatch(/^not a database/);
  await store.marks.set("a", "b");
  await store.close();
});

test("the second opening after a recovery finds nothing to recover", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "earshot.db"), "not a database ".repeat(1000));
  await (await openStore({ dataDir })).close();
  const store = await openStore({ dataDir });
  expect(store.recovery).toBeUndefined();
  await store.close();
});

test("several openings of a damaged file at once move it aside once", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "earshot.db"), "not a database ".repeat(1000));
  const stores = await Promise.all([openStore({ dataDir }), openStore({ dataDir }), openStore({ dataDir })]);
  expect(stores.filter(({ recovery }) => recovery !== undefined)).toHaveLength(1);
  await stores[0].marks.set("a", "b");
  expect(await stores[2].marks.get("a")).toBe("b");
  await Promise.all(stores.map(async (store) => store.close()));
});

test("damage in one table costs no row of the others", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  const pages = leafPages(path, "transcript");
  overwritePage(path, pages[Math.floor(pages.length / 2)]!);
  const store = await openStore({ dataDir });
  expect(store.recovery).toMatchObject({ complete: false });
  expect(await store.consent.isOptedOut("42")).toBe(true);
  const { rows } = await store.database.executeQuery<{ rows: number }>(
    CompiledQuery.raw("select count(*) as rows from opt_out"),
  );
  expect(rows[0]?.rows).toBe(401);
  await store.close();
});

test("of a damaged table the rows on both sides of the damage are kept", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  const pages = leafPages(path, "opt_out");
  overwritePage(path, pages[Math.floor(pages.length / 2)]!);
  const store = await openStore({ dataDir });
  const kept = await store.database.selectFrom("opt_out").select("since_ms").orderBy("since_ms").execute();
  const times = kept.map(({ since_ms }) => since_ms);
  expect(times[0]).toBe(0);
  expect(await store.consent.isOptedOut("42")).toBe(true);
  expect(times.length).toBeGreaterThan(340);
  expect(times.length).toBeLessThan(401);
  await store.close();
});

test("what was only in the write-ahead log of a damaged file is kept too", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  const [page] = leafPages(path, "transcript");
  const store = await openStore({ dataDir });
  await store.consent.setOptedOut("43", true);
  // As a killed process leaves it: the log beside the file, never folded into it.
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  await store.close();
  const killed = temporaryFolder();
  writeFileSync(join(killed, "earshot.db"), file);
  writeFileSync(join(killed, "earshot.db-wal"), log);
  overwritePage(join(killed, "earshot.db"), page!);
  const recovered = await openStore({ dataDir: killed });
  expect(await recovered.consent.isOptedOut("43")).toBe(true);
  expect(existsSync(`${recovered.recovery!.recoveredFrom}-wal`)).toBe(true);
  await recovered.close();
});

test("damage met while running is 'corrupted' and does not bring the process down", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  const store = await openStore({ dataDir });
  const pages = leafPages(path, "transcript");
  overwritePage(path, pages[1]!);
  await expect(store.database.selectFrom("transcript").selectAll().execute()).rejects.toMatchObject({
    code: "corrupted",
    retryable: false,
  });
  await store.close();
});

test("a rebuilding that was cut off is begun anew, from the damaged file that is still there", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  overwritePage(path, leafPages(path, "transcript")[1]!);
  writeFileSync(`${path}.rebuilt`, readFileSync(path).subarray(0, 3 * pageSize));
  writeFileSync(`${path}.rebuilt-wal`, "half of a log");
  const store = await openStore({ dataDir });
  expect(await store.consent.isOptedOut("42")).toBe(true);
  await store.close();
  expect(readdirSync(dataDir).filter((name) => name.includes("rebuilt"))).toEqual([]);
});

test("a rebuilding that finds no room leaves the damaged file in its place, for the next try", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  overwritePage(path, leafPages(path, "transcript")[1]!);
  const damaged = readFileSync(path);
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, "../../src/store/open-store.ts"))};
    await openStore({ dataDir: ${JSON.stringify(dataDir)} }).catch((error) => process.stdout.write(error.name));
  `;
  // No file of this process may grow beyond 100 blocks.
  const { stdout } = spawnSync(
    "sh",
    ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, "--input-type=module", "--eval", script],
    {
      encoding: "utf8",
    },
  );
  expect([stdout, readFileSync(path).equals(damaged)]).toEqual(["StoreError", true]);
  expect(readdirSync(dataDir).filter((name) => /rebuilt|damaged/.test(name))).toEqual([]);
  const store = await openStore({ dataDir });
  expect(await store.consent.isOptedOut("42")).toBe(true);
  await store.close();
});

test("one table that the schema places where there is none does not take the others with it", async () => {
  const dataDir = await filledFolder();
  const path = join(dataDir, "earshot.db");
  const database = new DatabaseSync(path);
  database.enableDefensive(false);
  database.exec("pragma writable_schema = on");
  database.exec("update sqlite_schema set rootpage = 1000000 where name = 'transcript'");
  database.close();
  const store = await openStore({ dataDir });
  expect(store.recovery).toMatchObject({ complete: false });
  expect(await store.consent.isOptedOut("42")).toBe(true);
  await store.close();
});
