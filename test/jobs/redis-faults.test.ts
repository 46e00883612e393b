import { expect, onTestFinished, test } from "vitest";

import { openRedis } from "../../src/jobs/redis/connection.ts";
import type { JobsEvent } from "../../src/jobs/events.ts";
import { createRedisJobs } from "../../src/jobs/redis/redis-jobs.ts";
import { startRedis } from "../servers/redis.ts";
import { openWay } from "../servers/way.ts";
import { createGate, createProbe } from "./probe.ts";

const turn = { lane: "note", guildId: "guild", memberId: "member" } as const;

test("while Redis is away a call fails and says so; what was there goes on when it is back, from what was saved", async () => {
  await using redis = await startRedis();
  const events = createProbe<JobsEvent["type"]>();
  const jobs = createRedisJobs({
    url: redis.url,
    pollMs: 50,
    leaseMs: 1000,
    answerWithinMs: 500,
    log: ({ type }) => events.push(type),
  });
  onTestFinished(async () => {
    await jobs.drain(0);
    await jobs.close();
  });
  const [saved, away] = [createGate(), createGate()];
  const began = createProbe<unknown>();
  jobs.register({
    kind: "note",
    maxAttempts: 3,
    concurrency: 1,
    async run({ progress }, { save }) {
      began.push(progress);
      if (progress !== undefined) return { type: "done" };
      await save("half");
      saved.open();
      await away.opened;
      throw new Error("told to");
    },
    giveUp: async () => undefined,
  });
  jobs.start();
  await jobs.enqueue({ kind: "note", key: "1", data: null, turn });
  await saved.opened;
  await redis.stop();
  await expect(jobs.enqueue({ kind: "note", key: "2", data: null, turn })).rejects.toMatchObject({
    name: "StoreError",
    code: "unreachable",
    retryable: true,
  });
  expect(await events.next()).toBe("store-failed");
  away.open();
  await redis.start();
  await expect.poll(() => events.seen, { timeout: 20_000 }).toContain("store-recovered");
  expect(await jobs.enqueue({ kind: "note", key: "3", data: "new", turn })).toBe("added");
  await expect.poll(() => began.seen, { timeout: 20_000 }).toContain("half");
});

test("a connection that falls silent is given up, and another one made", async () => {
  await using redis = await startRedis();
  using way = await openWay(Number(new URL(redis.url).port));
  const url = `redis://127.0.0.1:${way.port}`;
  const link = openRedis({ url, name: "test", answerWithinMs: 200 });
  onTestFinished(async () => link.close());
  await link.run("depth", ["prefix:"], [0]);
  way.silence();
  await expect(link.run("depth", ["prefix:"], [0])).rejects.toThrow(/timed out/);
  await expect
    .poll(
      async () =>
        link.run("depth", ["prefix:"], [0]).then(
          () => way.connections,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(2);
});
