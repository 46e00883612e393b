import { expect, test } from "vitest";

import { type Checks, createReadyRoutes } from "../../src/web/readiness.ts";

async function ask(checks: Checks): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await createReadyRoutes(checks, { patienceMs: 30 }).request("/readyz");
  return { status: answer.status, body: await answer.json() };
}

test("ready is who has every part", async () => {
  const { status, body } = await ask({
    gateway: () => ({ ok: true, facts: { servers: 2 } }),
    queue: async () => Promise.resolve({ ok: true }),
  });
  expect(status).toBe(200);
  expect(body).toEqual({ ready: true, checks: { gateway: { ok: true, servers: 2 }, queue: { ok: true } } });
});

test("one part that cannot work makes it 503, with its reason", async () => {
  const { status, body } = await ask({
    gateway: () => ({ ok: false, reason: "not connected to Discord" }),
    queue: () => ({ ok: true }),
  });
  expect(status).toBe(503);
  expect(body).toMatchObject({
    ready: false,
    checks: { gateway: { ok: false, reason: "not connected to Discord" } },
  });
});

test("a part that throws or never answers counts as broken, by its code alone", async () => {
  const { status, body } = await ask({
    store: () => {
      throw Object.assign(new Error("/secret/path"), { code: "locked" });
    },
    hanging: async () => new Promise(() => undefined),
  });
  expect(status).toBe(503);
  expect(body).toMatchObject({
    checks: { store: { ok: false, code: "locked" }, hanging: { ok: false, reason: "it does not answer" } },
  });
  expect(JSON.stringify(body)).not.toContain("secret");
});
