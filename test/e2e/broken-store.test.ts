import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { type EncodedVoiceNote, encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { setStage, type Stage } from "./bot-process.ts";

vi.setConfig({ testTimeout: 120_000 });

let note: EncodedVoiceNote;
let stage: Stage | undefined;

beforeAll(async () => {
  note = await encodeVoiceNote((await synthesize(clearSentences[0] ?? "")).samples);
});

afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

/** The table of jobs is said to lie where one of its indexes does; every process is told to look again. */
function damageJobs(dataDir: string): void {
  const database = new DatabaseSync(join(dataDir, "data", "earshot.db"), { timeout: 5000 });
  const version = Number(database.prepare("pragma schema_version").get()?.["schema_version"]);
  database.enableDefensive(false);
  database.exec("pragma writable_schema = on");
  database.exec(
    `update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'job_ready')
     where name = 'job'`,
  );
  database.exec(`pragma schema_version = ${version + 1}`);
  database.close();
}

test("a database that breaks under the running bot ends it in one line; the next start mends it and loses no note", async () => {
  stage = await setStage({ sis: { recognize: () => ({ text: "the words", score: 0.9 }) } });
  stage.sis.failNext({ kind: "code", code: "APIG.0502", httpStatus: 405, times: "always" });
  const first = await stage.startBot();
  const id = stage.post(note);
  await stage.answer(id, /when the service is back/u);
  damageJobs(stage.dataDir);
  const { code, stderr } = await first.ended;
  expect([code, stderr]).toEqual([1, "earshot: The database file is damaged.\n"]);
  stage.sis.clearFaults();
  const next = await stage.startBot();
  await stage.answer(id, /^the words/iu);
  expect(stage.answers(id)).toHaveLength(1);
  expect(next.stdout()).toContain('"event":"database-recovered"');
});
