import { expect, test } from "vitest";

import { createWatch, type WatchedParts } from "../../src/main/watch.ts";

const parts: WatchedParts = {
  bot: { state: () => ({ connected: false, servers: 0, sessions: 2, stuck: { packets: 2 } }) },
  jobs: { depth: async () => Promise.resolve({ waiting: 1, running: 0, later: 0, oldestWaitingMs: 2000 }) },
  speech: {
    waiting: () => ({ calls: { live: 0, interactive: 0, note: 1, file: 0 }, allowedPerSecond: 3 }),
  },
};

async function readiness(
  role: "all" | "worker",
  attached = true,
): Promise<{ readonly ready: boolean; readonly checks: Readonly<Record<string, { ok: boolean }>> }> {
  const watch = createWatch({ recognizer: "sis", role }, "1.0.0");
  if (attached) watch.attach(parts);
  for (const routes of watch.routes) {
    const answer = await routes.request("/readyz");
    if (answer.status !== 404) return (await answer.json()) as Awaited<ReturnType<typeof readiness>>;
  }
  throw new Error("nobody answers");
}

test("a process without a connection, in which no channel can be heard, is not ready", async () => {
  const { ready, checks } = await readiness("all");
  expect(ready).toBe(false);
  expect(checks).toMatchObject({
    gateway: { ok: false },
    hearing: { ok: false, reason: "no captioned voice channel can be heard" },
    queue: { ok: true, oldestWaitingSeconds: 2 },
  });
});

test("a worker needs neither connection nor ears", async () => {
  const { ready, checks } = await readiness("worker");
  expect(ready).toBe(true);
  expect(Object.keys(checks).sort()).toEqual(["queue", "recognizer"]);
});

test("before its parts are there, a process is alive but not ready", async () => {
  expect((await readiness("all", false)).ready).toBe(false);
});
