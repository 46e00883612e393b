import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { JobError } from "../../src/jobs/errors.ts";
import type { Job, JobHandler, Jobs, JobTurn, Json } from "../../src/jobs/jobs.ts";
import type { JobsBackend, OpenJobsOptions } from "./backend.ts";
import { createGate, createProbe, type Probe } from "./probe.ts";
import type { Script, WorkerReport } from "./worker-process.ts";

const quick: OpenJobsOptions = { pollMs: 20, leaseMs: 60_000, backoff: { firstMs: 1, maxMs: 4 } };

const turn: JobTurn = { lane: "note", guildId: "guild", memberId: "member" };

/** A handler that does what `run` says and reports every run and every giving up. */
function handler(
  run: JobHandler<Json, Json>["run"],
  rest: Partial<JobHandler<Json, Json>> = {},
): JobHandler<Json, Json> {
  return { kind: "note", maxAttempts: 3, concurrency: 1, giveUp: async () => undefined, ...rest, run };
}

/** A handler whose jobs end at once, and what it was given. */
function recording(rest: Partial<JobHandler<Json, Json>> = {}): {
  readonly began: Probe<Job>;
  readonly handler: JobHandler<Json, Json>;
} {
  const began = createProbe<Job>();
  return {
    began,
    handler: handler(async (job) => {
      began.push(job);
      return { type: "done" };
    }, rest),
  };
}

/** Timers that would keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

/** Settles when there is nothing left to do. */
async function idle(jobs: Jobs, patienceMs = 25_000): Promise<void> {
  await vi.waitFor(async () => {
    expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
  }, patienceMs);
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Settles when a run is told to stop. */
async function abortOf(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, "abort");
  }
}

async function add(jobs: Jobs, key: string, data: Json = null, rest: Partial<JobTurn> = {}): Promise<string> {
  return jobs.enqueue({ kind: "note", key, data, turn: { ...turn, ...rest } });
}

async function addScript(jobs: Jobs, key: string, script: Script): Promise<string> {
  return jobs.enqueue({ kind: "scripted", key, data: script, turn });
}

/** What durable work promises, whatever keeps it. */
export function describeJobs(name: string, backend: JobsBackend): void {
  /** Another process in miniature: it shares nothing with others of the place but what is kept there. */
  async function open(location: string, options: OpenJobsOptions = {}): Promise<Jobs> {
    const opened = await backend.openJobs(location, { ...quick, ...options });
    onTestFinished(async () => {
      await opened.jobs.drain(0);
      await opened.close();
    });
    return opened.jobs;
  }

  async function openNew(options: OpenJobsOptions = {}): Promise<Jobs> {
    return open(backend.createLocation(), options);
  }

  /** The keys in the order in which one worker takes them. */
  async function orderOf(fill: (jobs: Jobs) => Promise<void>, count: number): Promise<string[]> {
    const jobs = await openNew();
    await fill(jobs);
    const { began, handler: note } = recording();
    jobs.register(note);
    jobs.start();
    return (await began.take(count)).map(({ key }) => key);
  }

  async function startWorker(location: string, options: OpenJobsOptions = {}): Promise<WorkerProcess> {
    const child = fork(join(import.meta.dirname, "worker-process.ts"), [
      backend.modulePath,
      location,
      JSON.stringify({ ...quick, ...options }),
    ]);
    const exited = once(child, "exit");
    const reports = createProbe<WorkerReport>();
    child.on("message", (message) => {
      reports.push(message as WorkerReport);
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    expect(await reports.next()).toEqual({ type: "ready" });
    return { child, reports, exited };
  }

  describe(`${name}: enqueue and run`, () => {
    test("a job runs once, with what it was enqueued with", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      const before = Date.now();
      expect(await add(jobs, "1", { file: "a.ogg", parts: [1, null] }, { lane: "file" })).toBe("added");
      const job = await began.next();
      expect(job).toEqual({
        id: expect.any(String),
        kind: "note",
        key: "1",
        data: { file: "a.ogg", parts: [1, null] },
        progress: undefined,
        attempt: 1,
        enqueuedAtMs: expect.any(Number),
        turn: { ...turn, lane: "file" },
      });
      expect(job.enqueuedAtMs).toBeGreaterThanOrEqual(before);
      await jobs.drain(1000);
      expect(began.seen).toHaveLength(1);
    });

    test("a key is known while its job waits, and after it is done", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      const first = [await add(jobs, "1"), await add(jobs, "1")];
      jobs.register(note);
      jobs.start();
      await began.next();
      await jobs.drain(1000);
      expect([first, await add(jobs, "1")]).toEqual([["added", "known"], "known"]);
    });

    test("the same key in another kind is another job", async () => {
      const jobs = await openNew();
      const { began, handler: file } = recording({ kind: "file" });
      await add(jobs, "1");
      expect(await jobs.enqueue({ kind: "file", key: "1", data: null, turn })).toBe("added");
      jobs.register(file);
      jobs.start();
      expect((await began.next()).kind).toBe("file");
    });

    test("of many enqueues of one key at once, from several processes, one adds", async () => {
      const location = backend.createLocation();
      const all = await Promise.all([open(location), open(location), open(location)]);
      const results = await Promise.all(Array.from({ length: 30 }, async (_, i) => add(all[i % 3]!, "1")));
      expect(results.filter((result) => result === "added")).toHaveLength(1);
    });

    test("a job enqueued in this process starts without waiting for a poll", async () => {
      const jobs = await openNew({ pollMs: 3_600_000 });
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await add(jobs, "1");
      await add(jobs, "2");
      expect((await began.take(2)).map(({ key }) => key)).toEqual(["1", "2"]);
    });

    test("a job enqueued by another process is found", async () => {
      const location = backend.createLocation();
      const [gateway, worker] = [await open(location), await open(location)];
      const { began, handler: note } = recording();
      worker.register(note);
      worker.start();
      await add(gateway, "1");
      expect((await began.next()).key).toBe("1");
    });

    test("a job whose kind nobody here handles waits for somebody who does", async () => {
      const location = backend.createLocation();
      const [first, second] = [await open(location), await open(location)];
      const other = recording({ kind: "other" });
      first.register(other.handler);
      first.start();
      await add(first, "1");
      await first.enqueue({ kind: "other", key: "1", data: null, turn });
      await other.began.next();
      expect((await first.depth()).waiting).toBe(1);
      const { began, handler: note } = recording();
      second.start();
      second.register(note);
      expect((await began.next()).key).toBe("1");
    });

    test("a kind has one handler", async () => {
      const jobs = await openNew();
      jobs.register(recording().handler);
      expect(() => {
        jobs.register(recording().handler);
      }).toThrow(/registered already/);
    });

    test("a job for later does not run before its time, unless it is woken", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await jobs.enqueue({ kind: "note", key: "later", data: null, turn, runAtMs: Date.now() + 3_600_000 });
      await add(jobs, "now");
      expect((await began.next()).key).toBe("now");
      expect(await jobs.depth()).toMatchObject({ later: 1, waiting: 0 });
      expect(await jobs.wake("note", "later")).toBe(true);
      expect((await began.next()).key).toBe("later");
      expect([await jobs.wake("note", "later"), await jobs.wake("note", "unknown")]).toEqual([false, false]);
    });

    test("all jobs of a kind that wait for later are woken together, but for those that failed", async () => {
      const jobs = await openNew({ backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } });
      const began = createProbe<string>();
      const failed = createGate();
      jobs.register(
        handler(
          async ({ key, attempt, progress }, { save }) => {
            began.push(key);
            if (key === "failed" && attempt === 1) {
              failed.open();
              throw new Error("not now");
            }
            await save("waited");
            return progress === undefined
              ? { type: "later", afterMs: 3_600_000, countsAsAttempt: false }
              : { type: "done" };
          },
          { concurrency: 3 },
        ),
      );
      jobs.start();
      for (const key of ["one", "two", "failed"]) {
        await add(jobs, key);
      }
      await jobs.enqueue({ kind: "other", key: "1", data: null, turn, runAtMs: Date.now() + 3_600_000 });
      await began.take(3);
      await failed.opened;
      await vi.waitFor(async () => {
        expect(await jobs.depth()).toMatchObject({ running: 0, later: 4 });
      }, 25_000);
      expect(await jobs.wakeAll("note")).toBe(2);
      expect((await began.take(2)).toSorted()).toEqual(["one", "two"]);
      await vi.waitFor(async () => {
        expect(await jobs.depth()).toMatchObject({ running: 0, waiting: 0, later: 2 });
      }, 25_000);
      expect(await jobs.wakeAll("note")).toBe(0);
    });

    test("a job whose time is in the past runs now", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await jobs.enqueue({ kind: "note", key: "1", data: null, turn, runAtMs: 0 });
      expect((await began.next()).key).toBe("1");
    });

    test("a job for soon runs by itself when its time has come", async () => {
      const jobs = await openNew({ pollMs: 3_600_000 });
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      const runAtMs = Date.now() + 100;
      await jobs.enqueue({ kind: "note", key: "1", data: null, turn, runAtMs });
      await began.next();
      expect(Date.now()).toBeGreaterThanOrEqual(runAtMs - 2);
    });
  });

  describe(`${name}: progress, retries, giving up`, () => {
    test("what a run saved is there in the next one", async () => {
      const jobs = await openNew();
      const seen = createProbe<Json | undefined>();
      jobs.register(
        handler(async (job, { save }) => {
          seen.push(job.progress);
          await save({ clips: seen.seen.length === 1 ? ["a"] : ["a", "b"] });
          if (job.attempt < 3) {
            throw new Error("again");
          }
          return { type: "done" };
        }),
      );
      jobs.start();
      await add(jobs, "1");
      expect(await seen.take(3)).toEqual([undefined, { clips: ["a"] }, { clips: ["a", "b"] }]);
    });

    test("a job that keeps throwing is given up after its attempts, once, with the last error and progress", async () => {
      const jobs = await openNew();
      const attempts: number[] = [];
      const givenUp = createProbe<{ job: Job; error: unknown }>();
      jobs.register(
        handler(
          async (job, { save }) => {
            attempts.push(job.attempt);
            await save(`run ${job.attempt}`);
            throw new Error(`failure ${job.attempt}`);
          },
          {
            giveUp: async (job, error) => {
              givenUp.push({ job, error });
            },
          },
        ),
      );
      jobs.start();
      await add(jobs, "1");
      const { job, error } = await givenUp.next();
      expect(attempts).toEqual([1, 2, 3]);
      expect(error).toEqual(new Error("failure 3"));
      expect(job).toMatchObject({ key: "1", attempt: 3, progress: "run 3" });
      await jobs.drain(1000);
      expect(givenUp.seen).toHaveLength(1);
      expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
      expect(await add(jobs, "1")).toBe("known");
    });

    test("giving up that fails is tried three times and no more", async () => {
      const jobs = await openNew();
      const givenUp = createProbe<number>();
      jobs.register(
        handler(
          async () => {
            throw new Error("always");
          },
          {
            maxAttempts: 1,
            giveUp: async () => {
              givenUp.push(1);
              throw new Error("cannot say so");
            },
          },
        ),
      );
      const next = recording({ kind: "next" });
      jobs.register(next.handler);
      jobs.start();
      await add(jobs, "1");
      await givenUp.take(3);
      await jobs.drain(1000);
      expect(givenUp.seen).toHaveLength(3);
      expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
    });

    test("giving up that is interrupted by a stop goes on in the next process, and the job is not run again", async () => {
      const location = backend.createLocation();
      const slow = { backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } };
      const [first, second] = [await open(location, slow), await open(location)];
      const failed = createGate();
      first.register(
        handler(
          async () => {
            throw new Error("always");
          },
          {
            maxAttempts: 1,
            giveUp: async () => {
              failed.open();
              throw new Error("cannot say so");
            },
          },
        ),
      );
      first.start();
      await add(first, "1");
      await failed.opened;
      await first.drain(0);
      const events = createProbe<string>();
      second.register(
        handler(
          async () => {
            events.push("run");
            return { type: "done" };
          },
          {
            giveUp: async (_job, error) => {
              events.push((error as JobError).code);
            },
          },
        ),
      );
      second.start();
      expect(await events.next()).toBe("attempts-used-up");
    });

    test("waiting that is nobody's fault uses up no attempt, however often", async () => {
      const jobs = await openNew();
      const attempts = createProbe<number>();
      jobs.register(
        handler(async (job) => {
          attempts.push(job.attempt);
          return attempts.seen.length < 6
            ? { type: "later", afterMs: 1, countsAsAttempt: false }
            : { type: "done" };
        }),
      );
      jobs.start();
      await add(jobs, "1");
      expect(await attempts.take(6)).toEqual([1, 1, 1, 1, 1, 1]);
    });

    test("waiting that counts uses up attempts, and the job is given up after the last", async () => {
      const jobs = await openNew();
      const attempts: number[] = [];
      const givenUp = createProbe<unknown>();
      jobs.register(
        handler(
          async (job) => {
            attempts.push(job.attempt);
            return { type: "later", afterMs: 1, countsAsAttempt: true };
          },
          {
            giveUp: async (_job, error) => {
              givenUp.push(error);
            },
          },
        ),
      );
      jobs.start();
      await add(jobs, "1");
      expect(await givenUp.next()).toMatchObject({ name: "JobError", code: "attempts-used-up" });
      expect(attempts).toEqual([1, 2, 3]);
    });

    test("a job that waits for later lets others run in its place", async () => {
      const jobs = await openNew();
      const began = createProbe<string>();
      jobs.register(
        handler(async (job) => {
          began.push(job.key);
          return job.key === "slow"
            ? { type: "later", afterMs: 3_600_000, countsAsAttempt: false }
            : { type: "done" };
        }),
      );
      jobs.start();
      await add(jobs, "slow");
      await add(jobs, "quick");
      expect(await began.take(2)).toEqual(["slow", "quick"]);
      await vi.waitFor(async () => {
        expect(await jobs.depth()).toMatchObject({ later: 1, running: 0 });
      }, 20_000);
    });
  });

  describe(`${name}: order`, () => {
    test("one member's jobs run in the order they came", async () => {
      const keys = ["b", "a", "d", "c"];
      const order = await orderOf(async (jobs) => {
        for (const key of keys) {
          await add(jobs, key);
        }
      }, 4);
      expect(order).toEqual(keys);
    });

    test("a member with many jobs delays another's one by one place", async () => {
      const order = await orderOf(async (jobs) => {
        for (let index = 0; index < 40; index++) {
          await add(jobs, `flood-${index}`, null, { memberId: "flooder" });
        }
        await add(jobs, "single", null, { memberId: "other" });
      }, 41);
      expect(order.indexOf("single")).toBeLessThanOrEqual(1);
    });

    test("who comes while a flood is under way is next but one", async () => {
      const jobs = await openNew();
      const began = createProbe<string>();
      const gate = createGate();
      jobs.register(
        handler(async (job) => {
          began.push(job.key);
          if (job.key === "flood-5") {
            await gate.opened;
          }
          return { type: "done" };
        }),
      );
      for (let index = 0; index < 30; index++) {
        await add(jobs, `flood-${index}`, null, { memberId: "flooder" });
      }
      jobs.start();
      await began.take(6);
      await add(jobs, "single", null, { memberId: "other" });
      gate.open();
      expect(await began.take(2)).toContain("single");
    });

    test("guilds take turns, whatever the number of their members and jobs", async () => {
      const order = await orderOf(async (jobs) => {
        for (let index = 0; index < 12; index++) {
          await add(jobs, `big-${index}`, null, { guildId: "big", memberId: `member-${index}` });
        }
        for (let index = 0; index < 4; index++) {
          await add(jobs, `small-${index}`, null, { guildId: "small" });
        }
      }, 16);
      const places = [0, 1, 2, 3].map((index) => order.indexOf(`small-${index}`));
      expect(places.map((place, index) => place <= 2 * index + 1)).toEqual([true, true, true, true]);
    });

    test("lanes share by weight: interactive first, and files are never starved", async () => {
      const order = await orderOf(async (jobs) => {
        for (let index = 0; index < 16; index++) {
          for (const lane of ["file", "note", "interactive"] as const) {
            await add(jobs, `${lane}-${index}`, null, { lane });
          }
        }
      }, 16);
      const places = order.map((key) => key.split("-")[0]);
      const count = (lane: string, from: number): number =>
        places.slice(from, from + 8).filter((one) => one === lane).length;
      expect(places[0]).toBe("interactive");
      expect(
        [0, 8].map((from) => [count("interactive", from), count("note", from), count("file", from)]),
      ).toEqual([
        [5, 2, 1],
        [5, 2, 1],
      ]);
    });

    test("turns are kept over a restart", async () => {
      const location = backend.createLocation();
      const [before, after] = [await open(location), await open(location)];
      const took = createProbe<string>();
      for (const [key, memberId] of Object.entries({
        a: "flooder",
        b: "flooder",
        c: "flooder",
        d: "other",
      })) {
        await add(before, key, null, { memberId });
      }
      before.register(
        handler(async (job) => {
          took.push(job.key);
          // Not awaited: drain waits for this run.
          void before.drain(60_000);
          return { type: "done" };
        }),
      );
      before.start();
      expect(await took.next()).toBe("a");
      await before.drain(60_000);
      const { began, handler: note } = recording();
      after.register(note);
      after.start();
      expect((await began.take(3)).map(({ key }) => key)).toEqual(["d", "b", "c"]);
    });

    test("no more jobs of a kind run at once than its handler allows, and other kinds have places of their own", async () => {
      const jobs = await openNew();
      const gate = createGate();
      const began = createProbe<string>();
      let running = 0;
      let most = 0;
      jobs.register(
        handler(
          async (job) => {
            most = Math.max(most, ++running);
            began.push(job.key);
            await gate.opened;
            running--;
            return { type: "done" };
          },
          { concurrency: 3 },
        ),
      );
      const other = recording({ kind: "other" });
      jobs.register(other.handler);
      jobs.start();
      for (let index = 0; index < 9; index++) {
        await add(jobs, String(index));
      }
      await began.take(3);
      await jobs.enqueue({ kind: "other", key: "1", data: null, turn });
      await other.began.next();
      await vi.waitFor(async () => {
        expect(await jobs.depth()).toMatchObject({ running: 3, waiting: 6 });
      }, 20_000);
      gate.open();
      await began.take(6);
      expect(most).toBe(3);
    });
  });

  describe(`${name}: places of a lane`, () => {
    test("a lane that may not fill all places leaves the others to the rest", async () => {
      const jobs = await openNew();
      const gate = createGate();
      const began = createProbe<string>();
      jobs.register(
        handler(
          async ({ key }) => {
            began.push(key);
            await gate.opened;
            return { type: "done" };
          },
          { concurrency: 3, laneConcurrency: { file: 2 } },
        ),
      );
      jobs.start();
      for (let index = 0; index < 5; index++) {
        await add(jobs, `file-${index}`, null, { lane: "file" });
      }
      await began.take(2);
      await add(jobs, "new");
      expect(await began.next()).toBe("new");
      expect(await jobs.depth()).toMatchObject({ running: 3, waiting: 3 });
      gate.open();
      await began.take(3);
      await idle(jobs);
    });
  });

  describe(`${name}: cancel`, () => {
    test("a job that waits, now or for later, never runs", async () => {
      const jobs = await openNew();
      await add(jobs, "waiting");
      await jobs.enqueue({ kind: "note", key: "later", data: null, turn, runAtMs: Date.now() + 60_000 });
      const results = [await jobs.cancel("note", "waiting"), await jobs.cancel("note", "later")];
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await add(jobs, "next");
      expect((await began.next()).key).toBe("next");
      expect(results).toEqual(["cancelled", "cancelled"]);
      expect(await jobs.depth()).toMatchObject({ waiting: 0, later: 0 });
      expect(await add(jobs, "waiting")).toBe("known");
    });

    test("a job that runs is aborted, and cancel returns when it has ended", async () => {
      const jobs = await openNew();
      const began = createGate();
      const events: string[] = [];
      jobs.register(
        handler(async (_job, { signal }) => {
          began.open();
          await abortOf(signal);
          events.push((signal.reason as JobError).code);
          await Promise.resolve();
          events.push("ended");
          throw new Error("stopped");
        }),
      );
      jobs.start();
      await add(jobs, "1");
      await began.opened;
      expect(await jobs.cancel("note", "1")).toBe("cancelled");
      expect(events).toEqual(["cancelled", "ended"]);
      expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
    });

    test("a job that is cancelled is over, even if its run asks for another one", async () => {
      const jobs = await openNew();
      const began = createGate();
      jobs.register(
        handler(async (_job, { signal }) => {
          began.open();
          await abortOf(signal);
          return { type: "later", afterMs: 3_600_000, countsAsAttempt: false };
        }),
      );
      jobs.start();
      await add(jobs, "1");
      await began.opened;
      await jobs.cancel("note", "1");
      expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
    });

    test("a job cancelled between two attempts is not tried again", async () => {
      const jobs = await openNew();
      const began = createProbe<number>();
      jobs.register(
        handler(async (job) => {
          began.push(job.attempt);
          return { type: "later", afterMs: 3_600_000, countsAsAttempt: true };
        }),
      );
      jobs.start();
      await add(jobs, "1");
      await began.next();
      await vi.waitFor(async () => {
        expect((await jobs.depth()).later).toBe(1);
      }, 20_000);
      expect(await jobs.cancel("note", "1")).toBe("cancelled");
      expect(await jobs.wake("note", "1")).toBe(false);
    });

    test("a run that learns of its cancelling by a refused save is cancelled, not given up", async () => {
      const location = backend.createLocation();
      const [worker, other] = [await open(location, { pollMs: 3_600_000 }), await open(location)];
      const [began, gate] = [createGate(), createGate()];
      let givenUp = 0;
      worker.register(
        handler(
          async (_job, { save }) => {
            began.open();
            await gate.opened;
            await save("late");
            return { type: "done" };
          },
          {
            maxAttempts: 1,
            giveUp: async () => {
              givenUp++;
            },
          },
        ),
      );
      worker.start();
      await add(worker, "1");
      await began.opened;
      const cancelled = other.cancel("note", "1");
      // Calls of one process are done in their order: after this one, the mark is set.
      await other.depth();
      gate.open();
      expect(await cancelled).toBe("cancelled");
      await worker.drain(1000);
      expect(givenUp).toBe(0);
      expect(await other.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
    });

    test("what is unknown or over cannot be cancelled", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await add(jobs, "1");
      await began.next();
      await jobs.drain(1000);
      expect([await jobs.cancel("note", "1"), await jobs.cancel("note", "2")]).toEqual([
        "unknown",
        "unknown",
      ]);
    });

    test("a job that runs in another process is aborted there", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const worker = await startWorker(location);
      await addScript(jobs, "1", "hang");
      expect(await worker.reports.next()).toMatchObject({ type: "began" });
      expect(await jobs.cancel("scripted", "1")).toBe("cancelled");
      expect(await worker.reports.next()).toMatchObject({
        type: "aborted",
        code: "cancelled",
        save: "refused",
      });
      expect(await jobs.depth()).toMatchObject({ waiting: 0, running: 0, later: 0 });
    });
  });

  describe(`${name}: drain and depth`, () => {
    test("drain lets what runs finish and takes nothing new", async () => {
      const jobs = await openNew();
      const began = createProbe<string>();
      const gate = createGate();
      const ended: string[] = [];
      jobs.register(
        handler(async (job) => {
          began.push(job.key);
          await gate.opened;
          ended.push(job.key);
          return { type: "done" };
        }),
      );
      jobs.start();
      await add(jobs, "1");
      await add(jobs, "2");
      await began.next();
      const drained = jobs.drain(60_000);
      await add(jobs, "3");
      gate.open();
      await drained;
      expect(ended).toEqual(["1"]);
      expect(await jobs.depth()).toMatchObject({ waiting: 2, running: 0 });
    });

    test("what does not finish in time is aborted and handed back without counting the attempt", async () => {
      const location = backend.createLocation();
      const [first, second] = [await open(location), await open(location)];
      const began = createGate();
      let reason: unknown;
      first.register(
        handler(async (_job, { signal, save }) => {
          await save("half");
          began.open();
          await abortOf(signal);
          reason = signal.reason;
          throw new Error("stopped");
        }),
      );
      first.start();
      await add(first, "1");
      await began.opened;
      await first.drain(0);
      expect(reason).toMatchObject({ name: "JobError", code: "drained" });
      const { began: again, handler: note } = recording();
      second.register(note);
      second.start();
      expect(await again.next()).toMatchObject({ key: "1", attempt: 1, progress: "half" });
    });

    test("a run that does not stop when told to is handed back, and can save nothing any more", async () => {
      const location = backend.createLocation();
      const [first, second] = [await open(location, { abortGraceMs: 1 }), await open(location)];
      const [began, gate, saved] = [createGate(), createGate(), createProbe<unknown>()];
      first.register(
        handler(async (_job, { save }) => {
          began.open();
          await gate.opened;
          await save("late").catch((error: unknown) => {
            saved.push(error);
          });
          return { type: "done" };
        }),
      );
      first.start();
      await add(first, "1");
      await began.opened;
      await first.drain(0);
      const { began: again, handler: note } = recording();
      second.register(note);
      second.start();
      expect(await again.next()).toMatchObject({ key: "1", attempt: 1, progress: undefined });
      gate.open();
      expect(await saved.next()).toBeInstanceOf(JobError);
    });

    test("drain of what never started, and drain twice, are nothing", async () => {
      const jobs = await openNew();
      await jobs.drain(1000);
      jobs.start();
      await Promise.all([jobs.drain(1000), jobs.drain(1000)]);
      await jobs.drain(1000);
      expect(await jobs.depth()).toMatchObject({ running: 0 });
    });

    test("after a drain it can be started again", async () => {
      const jobs = await openNew();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await jobs.drain(1000);
      await add(jobs, "1");
      jobs.start();
      expect((await began.next()).key).toBe("1");
    });

    test("drain leaves no timer behind", async () => {
      const jobs = await openNew();
      const before = timers();
      const { began, handler: note } = recording();
      jobs.register(note);
      jobs.start();
      await add(jobs, "1");
      await began.next();
      await jobs.drain(60_000);
      expect(timers()).toBeLessThanOrEqual(before);
    });

    test("depth counts what waits, runs and is for later, and how long the oldest has waited", async () => {
      const jobs = await openNew();
      const gate = createGate();
      const began = createGate();
      jobs.register(
        handler(async () => {
          began.open();
          await gate.opened;
          return { type: "done" };
        }),
      );
      expect(await jobs.depth()).toEqual({ waiting: 0, running: 0, later: 0, oldestWaitingMs: 0 });
      jobs.start();
      const sinceMs = performance.now();
      await add(jobs, "1");
      await add(jobs, "2");
      await jobs.enqueue({ kind: "note", key: "3", data: null, turn, runAtMs: Date.now() + 60_000 });
      await began.opened;
      const depth = await jobs.depth();
      expect(depth).toMatchObject({ waiting: 1, running: 1, later: 1 });
      expect(depth.oldestWaitingMs).toBeLessThanOrEqual(Math.ceil(performance.now() - sinceMs));
      gate.open();
    });
  });

  describe(`${name}: processes that die`, () => {
    test("the job of a killed process is taken over, with what it had saved", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const worker = await startWorker(location);
      await addScript(jobs, "1", "save-and-die");
      await worker.exited;
      const next = recording({ kind: "scripted" });
      jobs.register(next.handler);
      jobs.start();
      expect(await next.began.next()).toMatchObject({ key: "1", attempt: 2, progress: 1 });
    });

    test("a job that kills its process is given up after as many deaths as attempts, and others go on", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      await addScript(jobs, "poison", "die");
      for (let death = 1; death <= 3; death++) {
        const victim = await startWorker(location);
        await victim.exited;
        expect(victim.reports.seen.at(-1)).toMatchObject({ type: "began", key: "poison", attempt: death });
      }
      const survivor = await startWorker(location);
      expect(await survivor.reports.next()).toEqual({ type: "gave-up", key: "poison", code: "process-died" });
      await addScript(jobs, "innocent", "done");
      expect(await survivor.reports.next()).toMatchObject({ type: "began", key: "innocent" });
    });

    test("jobs that ran beside the one that kills are not given up with it", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      for (const key of ["one", "two", "three"]) {
        await addScript(jobs, key, "slow");
      }
      await addScript(jobs, "poison", "die");
      const reports: WorkerReport[] = [];
      for (let life = 1; life <= 4; life++) {
        const worker = await startWorker(location);
        await Promise.race([worker.exited, idle(jobs)]);
        reports.push(...worker.reports.seen);
      }
      const keys = (type: WorkerReport["type"]): string[] =>
        reports.flatMap((report) => (report.type === type && "key" in report ? [report.key] : [])).toSorted();
      expect([keys("ended"), keys("gave-up")]).toEqual([["one", "three", "two"], ["poison"]]);
    });

    test("jobs that may be what kills take turns, so that the deaths are not all one job's", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      for (const key of ["one", "two"]) {
        await jobs.enqueue({ kind: "patient", key, data: "die", turn });
      }
      const began: string[] = [];
      for (let death = 1; death <= 10; death++) {
        const victim = await startWorker(location);
        await victim.exited;
        began.push(...victim.reports.seen.flatMap((seen) => (seen.type === "began" ? [seen.key] : [])));
      }
      const deaths = (key: string): number => began.filter((one) => one === key).length;
      expect(Math.min(deaths("one"), deaths("two"))).toBeGreaterThanOrEqual(4);
    });

    test("an explanation that kills its process is tried three times, and the job is not run again", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      await jobs.enqueue({ kind: "doomed", key: "1", data: null, turn });
      const told: string[] = [];
      for (let death = 1; death <= 3; death++) {
        const victim = await startWorker(location);
        await victim.exited;
        told.push(...victim.reports.seen.map(({ type }) => type));
      }
      await startWorker(location);
      await idle(jobs);
      expect(told).toEqual(["ready", "began", "gave-up", "ready", "gave-up", "ready", "gave-up"]);
    });

    test("a job that gets on between deaths is not given up as one that stands still", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      await addScript(jobs, "1", "save-and-die");
      for (let death = 1; death <= 5; death++) {
        const victim = await startWorker(location);
        await victim.exited;
        expect(victim.reports.seen.at(-1)).toMatchObject({
          type: "began",
          progress: death === 1 ? null : death - 1,
        });
      }
    });

    test("a process that stands still loses its job, and learns so when it wakes", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const worker = await startWorker(location, { leaseMs: 300 });
      await addScript(jobs, "1", "hang");
      expect(await worker.reports.next()).toMatchObject({ type: "began" });
      await standStill(worker, jobs);
      const next = recording({ kind: "scripted" });
      jobs.register(next.handler);
      jobs.start();
      expect(await next.began.next()).toMatchObject({ key: "1" });
      worker.child.kill("SIGCONT");
      expect(await worker.reports.next()).toMatchObject({
        type: "aborted",
        code: "lease-lost",
        save: "refused",
      });
    });

    test("a job that takes longer than a lease stays with its process", async () => {
      const location = backend.createLocation();
      const [first, second] = [
        await open(location, { leaseMs: 1500 }),
        await open(location, { leaseMs: 1500 }),
      ];
      const [runs, gate] = [createProbe<AbortSignal>(), createGate()];
      const slow = handler(async (_job, { signal }) => {
        runs.push(signal);
        await gate.opened;
        return { type: "done" };
      });
      first.register(slow);
      second.register(slow);
      first.start();
      await add(first, "1");
      const signal = await runs.next();
      second.start();
      const other = recording({ kind: "other" });
      second.register(other.handler);
      // More than a lease of the other's rounds.
      for (let round = 0; round < 4; round++) {
        await second.enqueue({
          kind: "other",
          key: String(round),
          data: null,
          turn,
          runAtMs: Date.now() + 500,
        });
        await other.began.next();
      }
      expect([signal.aborted, runs.seen.length]).toEqual([false, 1]);
      gate.open();
    });

    test("two processes share the work, each as much as it may do at once", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const workers = [await startWorker(location), await startWorker(location)];
      for (let index = 0; index < 9; index++) {
        await addScript(jobs, String(index), "hang");
      }
      const began = await Promise.all(workers.map(async ({ reports }) => reports.take(4)));
      expect(await jobs.depth()).toMatchObject({ running: 8, waiting: 1 });
      expect(new Set(began.flat().map((report) => "key" in report && report.key)).size).toBe(8);
    });

    test("no job runs twice, however many processes reach for it", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const workers = [await startWorker(location), await startWorker(location), await startWorker(location)];
      for (let index = 0; index < 60; index++) {
        await addScript(jobs, String(index), "done");
      }
      await idle(jobs);
      const keys = workers.flatMap(({ reports }) =>
        reports.seen.flatMap((report) => (report.type === "began" ? [report.key] : [])),
      );
      expect(keys.sort((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 60 }, (_, index) => String(index)),
      );
    });

    test(
      "every job ends, however many processes are killed at whatever moment",
      { timeout: 120_000 },
      async () => {
        const location = backend.createLocation();
        const jobs = await open(location);
        const keys = Array.from({ length: 60 }, (_, index) => String(index));
        for (const key of keys) {
          await jobs.enqueue({ kind: "patient", key, data: "done", turn });
        }
        const random = seeded(11);
        // Thirteen processes start one after the other meanwhile, which a busy machine takes its time for.
        const over = idle(jobs, 110_000);
        const workers: WorkerProcess[] = [];
        for (let kills = 0; kills < 12; kills++) {
          const victim = await startWorker(location);
          for (let reportsLeft = Math.floor(random() * 10); reportsLeft > 0; reportsLeft--) {
            await Promise.race([victim.reports.next(), over]);
          }
          victim.child.kill("SIGKILL");
          await victim.exited;
          workers.push(victim);
        }
        workers.push(await startWorker(location));
        await over;
        const ended = workers.flatMap(endedKeys);
        expect([...new Set(ended)].sort((a, b) => Number(a) - Number(b))).toEqual(keys);
        // A kill costs again at most what ran at that moment.
        expect(ended.length).toBeLessThanOrEqual(keys.length + 12 * 4);
      },
    );

    test("a process told to stop hands its job to the next one", async () => {
      const location = backend.createLocation();
      const jobs = await open(location);
      const first = await startWorker(location);
      await addScript(jobs, "1", "hang");
      expect(await first.reports.next()).toMatchObject({ type: "began", attempt: 1 });
      const second = await startWorker(location);
      first.child.send("drain");
      expect(await first.reports.next()).toMatchObject({ type: "aborted", code: "drained" });
      expect(await second.reports.next()).toMatchObject({ type: "began", key: "1", attempt: 1 });
      await first.exited;
      expect(first.child.exitCode).toBe(0);
    });
  });
}

/** Stops a process where it keeps nobody else from writing. */
async function standStill({ child }: WorkerProcess, jobs: Jobs): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    child.kill("SIGSTOP");
    try {
      await jobs.enqueue({ kind: "nobody's", key: String(attempt), data: null, turn });
      return;
    } catch (error) {
      child.kill("SIGCONT");
      expect(error).toMatchObject({ code: "locked" });
    }
  }
}

function endedKeys({ reports }: WorkerProcess): string[] {
  return reports.seen.flatMap((report) => (report.type === "ended" ? [report.key] : []));
}

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly reports: Probe<WorkerReport>;
}
