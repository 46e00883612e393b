import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CompiledQuery } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";

import type { JobClock } from "../../src/jobs/clock.ts";
import type { JobsEvent } from "../../src/jobs/events.ts";
import type { JobHandler, Jobs, Json } from "../../src/jobs/jobs.ts";
import { createSqliteJobs, type SqliteJobsOptions } from "../../src/jobs/sqlite-jobs.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "../store/temporary-folder.ts";
import { createGate, createProbe, type Probe } from "./probe.ts";

const turn = { lane: "note", guildId: "guild", memberId: "member" } as const;
const dayMs = 24 * 60 * 60 * 1000;

interface Opened {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly events: Probe<JobsEvent>;
}

async function open(
  options: Partial<SqliteJobsOptions> & { readonly dataDir?: string } = {},
): Promise<Opened> {
  const store = await openStore({ dataDir: options.dataDir ?? temporaryFolder(), busyTimeoutMs: 20 });
  const events = createProbe<JobsEvent>();
  const jobs = createSqliteJobs({
    store,
    pollMs: 20,
    backoff: { firstMs: 1, maxMs: 4 },
    log: (event) => {
      events.push(event);
    },
    ...options,
  });
  onTestFinished(async () => {
    await jobs.drain(0);
    await store.close();
  });
  return { store, jobs, events };
}

function handler(
  run: JobHandler<Json, Json>["run"],
  rest: Partial<JobHandler<Json, Json>> = {},
): JobHandler<Json, Json> {
  return { kind: "note", maxAttempts: 3, concurrency: 4, giveUp: async () => undefined, ...rest, run };
}

/** The database takes no new page until `end` is called. */
async function fillDisk(store: Store): Promise<{ end(): Promise<void> }> {
  const set = async (pages: number): Promise<void> => {
    await store.database.executeQuery(CompiledQuery.raw(`pragma max_page_count = ${pages}`));
  };
  await set(1);
  return { end: async () => set(1_000_000) };
}

const bigText = "x".repeat(200_000);

test("enqueue on a full disk says so, and works again when there is room", async () => {
  const { store, jobs } = await open();
  const disk = await fillDisk(store);
  const job = { kind: "note", key: "1", data: bigText, turn };
  await expect(jobs.enqueue(job)).rejects.toMatchObject({ name: "StoreError", code: "disk-full" });
  await disk.end();
  expect(await jobs.enqueue(job)).toBe("added");
});

test("a step that cannot be saved on a full disk uses up no attempt, and the job ends well when there is room", async () => {
  const { store, jobs } = await open();
  const runs = createProbe<{ attempt: number; progress: Json | undefined }>();
  let disk: { end(): Promise<void> } | undefined;
  jobs.register(
    handler(
      async (job, { save }) => {
        runs.push({ attempt: job.attempt, progress: job.progress });
        if (runs.seen.length === 5) {
          await disk?.end();
        }
        await save(bigText);
        return { type: "done" };
      },
      { maxAttempts: 1 },
    ),
  );
  await jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  disk = await fillDisk(store);
  jobs.start();
  expect((await runs.take(5)).map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
  await vi.waitFor(async () => {
    expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
  }, 20_000);
});

test("a locked database is told once; what ran is finished once, when it is free again", async () => {
  const { store, jobs, events } = await open();
  const [began, gate] = [createGate(), createGate()];
  let runs = 0;
  jobs.register(
    handler(async () => {
      runs++;
      began.open();
      await gate.opened;
      return { type: "done" };
    }),
  );
  jobs.start();
  await jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  await began.opened;
  const other = new DatabaseSync(join(store.dataDir, "earshot.db"));
  other.exec("begin immediate");
  gate.open();
  expect(await events.next()).toMatchObject({ type: "store-failed", error: { code: "locked" } });
  await expect(jobs.enqueue({ kind: "note", key: "2", data: null, turn })).rejects.toMatchObject({
    code: "locked",
  });
  other.exec("rollback");
  other.close();
  expect(await events.next()).toEqual({ type: "store-recovered" });
  expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
  expect([runs, events.seen.length]).toEqual([1, 2]);
});

test("drain does not wait for ever for a database that stays locked, and the job is not lost", async () => {
  const dataDir = temporaryFolder();
  const { jobs } = await open({ dataDir, abortGraceMs: 1 });
  const [began, gate] = [createGate(), createGate()];
  jobs.register(
    handler(async () => {
      began.open();
      await gate.opened;
      return { type: "done" };
    }),
  );
  jobs.start();
  await jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  await began.opened;
  const other = new DatabaseSync(join(dataDir, "earshot.db"));
  other.exec("begin immediate");
  gate.open();
  await jobs.drain(0);
  other.exec("rollback");
  other.close();
  const next = await open({ dataDir });
  const again = createProbe<number>();
  next.jobs.register(
    handler(async (job) => {
      again.push(job.attempt);
      return { type: "done" };
    }),
  );
  next.jobs.start();
  expect(await again.next()).toBe(2);
});

test("what a job held is wiped when it is done, and its mark goes with the retention", async () => {
  const dataDir = temporaryFolder();
  let nowMs = 100 * dayMs;
  const store = await openStore({ dataDir, nowMs: () => nowMs });
  const jobs = createSqliteJobs({
    store,
    clock: { wallMs: () => nowMs, monotonicMs: () => performance.now(), bootId: "boot" },
  });
  const job = { kind: "note", key: "1", data: { note: "pomegranate" }, turn };
  jobs.register(
    handler(async (_job, { save }) => {
      await save("persimmon ".repeat(10));
      return { type: "done" };
    }),
  );
  jobs.start();
  await jobs.enqueue(job);
  await vi.waitFor(async () => {
    expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0 });
  }, 20_000);
  await jobs.drain(1000);
  expect(await store.database.selectFrom("job").select(["data", "progress"]).execute()).toEqual([
    { data: "null", progress: null },
  ]);
  expect(await store.sweep({ retentionDays: 0 })).toMatchObject({ jobs: 0 });
  expect(await jobs.enqueue(job)).toBe("known");
  nowMs += 2 * dayMs;
  expect(await store.sweep({ retentionDays: 0 })).toMatchObject({ jobs: 1 });
  await store.close();
  const file = readFileSync(join(dataDir, "earshot.db"), "latin1");
  expect([file.includes("pomegranate"), file.includes("persimmon")]).toEqual([false, false]);
});

/** A host whose wall clock anybody can set. */
function settableClock(bootId: string, wallMs: number): JobClock & { set(wallMs: number): void } {
  let offsetMs = wallMs - performance.now();
  return {
    bootId,
    wallMs: () => performance.now() + offsetMs,
    monotonicMs: () => Math.floor(performance.now()),
    set: (newWallMs) => {
      offsetMs = newWallMs - performance.now();
    },
  };
}

test.each([
  ["back a year", -365 * dayMs],
  ["forward a year", 365 * dayMs],
])("a wall clock set %s neither freezes what waits nor starts it too soon", async (_name, jumpMs) => {
  const clock = settableClock("boot", 1000 * dayMs);
  const { jobs } = await open({ clock });
  const began = createProbe<string>();
  jobs.register(
    handler(async (job) => {
      began.push(job.key);
      return { type: "done" };
    }),
  );
  jobs.start();
  await jobs.enqueue({ kind: "note", key: "hour", data: null, turn, runAtMs: clock.wallMs() + 3_600_000 });
  await jobs.enqueue({ kind: "note", key: "soon", data: null, turn, runAtMs: clock.wallMs() + 50 });
  clock.set(clock.wallMs() + jumpMs);
  expect(await began.next()).toBe("soon");
  await jobs.enqueue({ kind: "note", key: "after", data: null, turn, runAtMs: clock.wallMs() + 20 });
  expect(await began.next()).toBe("after");
  expect(await jobs.depth()).toMatchObject({ later: 1 });
});

test("a wall clock set forward ends no lease: the job stays with who runs it", async () => {
  const dataDir = temporaryFolder();
  const clock = settableClock("boot", 1000 * dayMs);
  const [first, second] = [await open({ dataDir, clock }), await open({ dataDir, clock })];
  const runs = createProbe<AbortSignal>();
  const gate = createGate();
  const slow = handler(async (_job, { signal }) => {
    runs.push(signal);
    await gate.opened;
    return { type: "done" };
  });
  first.jobs.register(slow);
  first.jobs.start();
  await first.jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  const signal = await runs.next();
  clock.set(clock.wallMs() + 365 * dayMs);
  const other = createGate();
  second.jobs.register(slow);
  second.jobs.register(
    handler(
      async () => {
        other.open();
        return { type: "done" };
      },
      { kind: "other" },
    ),
  );
  second.jobs.start();
  await second.jobs.enqueue({ kind: "other", key: "1", data: null, turn });
  await other.opened;
  expect([signal.aborted, runs.seen.length]).toEqual([false, 1]);
  gate.open();
});

test("after a start of the host with the clock far behind, what waited still comes", async () => {
  const dataDir = temporaryFolder();
  const before = await open({ dataDir, clock: settableClock("first boot", 1000 * dayMs) });
  const begun = createGate();
  before.jobs.register(
    handler(async () => {
      begun.open();
      return { type: "later", afterMs: 50, countsAsAttempt: false };
    }),
  );
  before.jobs.start();
  await before.jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  await begun.opened;
  await before.jobs.drain(1000);
  const after = await open({ dataDir, clock: settableClock("second boot", 0) });
  const began = createProbe<string>();
  after.jobs.register(
    handler(async (job) => {
      began.push(job.key);
      return { type: "done" };
    }),
  );
  after.jobs.start();
  expect(await began.next()).toBe("1");
});

test("data and progress that are too large are refused", async () => {
  const { jobs } = await open();
  const huge = "x".repeat(1024 * 1024);
  await expect(jobs.enqueue({ kind: "note", key: "1", data: huge, turn })).rejects.toThrow(RangeError);
});

test("wishes for odd times are times all the same", async () => {
  const { jobs } = await open();
  for (const [key, runAtMs] of Object.entries({ nan: Number.NaN, never: Infinity, long: -Infinity })) {
    expect(await jobs.enqueue({ kind: "note", key, data: null, turn, runAtMs })).toBe("added");
  }
  expect(await jobs.depth()).toMatchObject({ waiting: 2, later: 1 });
});
