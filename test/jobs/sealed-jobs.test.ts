import { expect, test } from "vitest";

import type { Job, JobHandler, Jobs, Json } from "../../src/jobs/jobs.ts";
import { sealedJobs } from "../../src/jobs/sealed-jobs.ts";
import { createSqliteJobs } from "../../src/jobs/sqlite-jobs.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "../store/temporary-folder.ts";
import { createProbe, type Probe } from "./probe.ts";

const job = {
  kind: "note",
  key: "1",
  data: { token: "pomegranate" },
  turn: { lane: "note", guildId: "guild", memberId: "member" },
} as const;

/** A handler that saves words, is put off, and finds them again. */
function remembering(runs: Probe<Job>): JobHandler<Json, Json> {
  return {
    kind: "note",
    maxAttempts: 3,
    concurrency: 1,
    giveUp: async () => undefined,
    async run(given, { save }) {
      runs.push(given);
      if (given.progress !== undefined) return { type: "done" };
      await save({ words: "persimmon" });
      return { type: "later", afterMs: 60_000, countsAsAttempt: false };
    },
  };
}

async function rowsOf({ database }: Store): Promise<string> {
  return JSON.stringify(await database.selectFrom("job").selectAll().execute());
}

function jobsOn(store: Store): Jobs {
  return sealedJobs(createSqliteJobs({ store, pollMs: 20 }), store.cipher);
}

test("neither data nor progress of a job lies open, and its handler sees both", async () => {
  const store = await openStore({ dataDir: temporaryFolder(), dataKey: "correct horse battery staple" });
  const jobs = jobsOn(store);
  const runs = createProbe<Job>();
  jobs.register(remembering(runs));
  await jobs.enqueue(job);
  expect(await rowsOf(store)).not.toContain("pomegranate");
  jobs.start();
  await runs.next();
  await expect.poll(() => jobs.wake("note", "1")).toBe(true);
  const again = await runs.next();
  expect([again.data, again.progress]).toEqual([{ token: "pomegranate" }, { words: "persimmon" }]);
  expect(await rowsOf(store)).not.toMatch(/pomegranate|persimmon/);
  await jobs.drain(1000);
  await store.close();
});

test("a job from before there was a key is run all the same", async () => {
  const dataDir = temporaryFolder();
  const plain = await openStore({ dataDir });
  await jobsOn(plain).enqueue(job);
  await plain.close();
  const store = await openStore({ dataDir, dataKey: "correct horse battery staple" });
  const jobs = jobsOn(store);
  const runs = createProbe<Job>();
  jobs.register(remembering(runs));
  jobs.start();
  expect((await runs.next()).data).toEqual({ token: "pomegranate" });
  await jobs.drain(1000);
  await store.close();
});
