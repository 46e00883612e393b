import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import type { SisOptions } from "../../src/recognizers/huawei/sis.ts";
import { observed, type Attempt } from "../../src/recognizers/observed.ts";
import { createQuota } from "../../src/recognizers/quota.ts";
import type { Lane, ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";
import { retrying, type RetryOptions } from "../../src/recognizers/retrying.ts";
import { scheduled } from "../../src/recognizers/scheduled.ts";
import { createLocalSlots } from "../../src/recognizers/slots.ts";
import { clipOf } from "./clips.ts";
import { password, sisFor } from "./huawei/sis-client.ts";
import {
  hang,
  heard,
  inTurn,
  json,
  refused,
  reset,
  startService,
  token,
  type Reply,
  type Service,
} from "./service.ts";

interface StackOptions {
  readonly qps?: number;
  readonly restAllowanceMs?: number;
  readonly sis?: Partial<SisOptions>;
  readonly retry?: RetryOptions;
}

interface Stack {
  readonly recognizer: ScheduledRecognizer;
  readonly attempts: readonly Attempt[];
  readonly call: (signal?: AbortSignal, lane?: Lane) => Promise<string>;
}

/** Everything around a recognizer as the bot stacks it, over services on loopback. */
function stackOver(sisService: Service, iam: Service, options: StackOptions = {}): Stack {
  const { qps = 100, restAllowanceMs = 0 } = options;
  const quota = createQuota({ slots: createLocalSlots({ qps, restAllowanceMs }) });
  onTestFinished(() => quota.close());
  const sis = sisFor(sisService, iam, { projectId: "project-1", ...options.sis });
  const attempts: Attempt[] = [];
  const recognizer = retrying(
    observed(scheduled(sis, quota), (attempt) => void attempts.push(attempt)),
    { firstDelayMs: 10, ...options.retry },
  );
  return {
    recognizer,
    attempts,
    async call(signal = new AbortController().signal, lane = "note") {
      const turn = { lane, guildId: "guild", memberId: "member" };
      return (await recognizer.recognize(clipOf(100), { signal, turn })).text;
    },
  };
}

/** The most arrivals in any window of a second. */
function worstSecond({ arrivals }: Service): number {
  const times = arrivals.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return Math.max(
    ...times.map((time, index) => times.slice(index).filter((other) => other - time < 1000).length),
  );
}

/** Answers 429 to whatever is over a quota of its own in a sliding second. */
function limitedTo(qps: number, reply: Reply): Reply {
  const taken: number[] = [];
  return (response, arrival) => {
    while (taken.length > 0 && arrival.atMs - (taken[0] ?? 0) >= 1000) taken.shift();
    const full = taken.length >= qps;
    if (!full) taken.push(arrival.atMs);
    (full ? refused(429, "APIG.0308") : reply)(response, arrival);
  };
}

describe("nothing is lost", () => {
  test("in a storm of 429s: the quota slows down until everything is through", async () => {
    const service = await startService(limitedTo(10, heard("heard")));
    const { call, attempts } = stackOver(service, service, { qps: 14 });
    const texts = await Promise.all(Array.from({ length: 25 }, () => call()));
    expect(new Set(texts)).toEqual(new Set(["heard"]));
    expect(attempts.some(({ outcome }) => outcome === "APIG.0308")).toBe(true);
  });

  test("by errors, resets, hangs and garbled answers that heal", async () => {
    const faults = inTurn(
      refused(500, "SIS.0303"),
      reset,
      hang,
      json(200, "half an answ"),
      refused(504, "SIS.0033"),
      json(503, {}),
      heard("heard"),
    );
    const service = await startService(faults);
    const { call, attempts } = stackOver(service, service, { sis: { timeoutSeconds: 0.5 } });
    const texts = await Promise.all(Array.from({ length: 6 }, () => call()));
    expect(texts).toEqual(Array.from({ length: 6 }, () => "heard"));
    expect(
      attempts
        .map(({ outcome }) => outcome)
        .filter((outcome) => outcome !== "ok")
        .sort(),
    ).toEqual(["HTTP.503", "MALFORMED", "NETWORK.ECONNRESET", "SIS.0033", "SIS.0303", "TIMEOUT"]);
  });

  test("by a token that expires under way: one login more, and every call succeeds", async () => {
    const iam = await startService(inTurn(token("token-1"), token("token-2")));
    let expired = false;
    const service = await startService((response, arrival) => {
      const good = arrival.headers["x-auth-token"] === (expired ? "token-2" : "token-1");
      (good ? heard("heard") : refused(401, "APIG.0307"))(response, arrival);
    });
    const { call } = stackOver(service, iam, { sis: { credentials: password } });
    await call();
    expired = true;
    const texts = await Promise.all(Array.from({ length: 10 }, () => call()));
    expect([new Set(texts), iam.arrivals.length]).toEqual([new Set(["heard"]), 2]);
  });
});

describe("what cannot succeed", () => {
  test("is asked once: a wrong request", async () => {
    const service = await startService(refused(400, "SIS.0032"));
    const { call } = stackOver(service, service);
    await expect(call()).rejects.toMatchObject({ code: "SIS.0032" });
    expect(service.arrivals).toHaveLength(1);
  });

  test("costs no request at all: a refused login, told to everyone who waits", async () => {
    const iam = await startService(refused(401, "IAM.0062"));
    const service = await startService(heard("a"));
    const { call, attempts } = stackOver(service, iam, { sis: { credentials: password } });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => call()));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect([iam.arrivals.length, service.arrivals.length]).toEqual([1, 0]);
    expect(attempts[0]).toMatchObject({ outcome: "IAM.0062", latencyMs: undefined });
  });

  test("does not lock the key: a clock that is wrong", async () => {
    const service = await startService(refused(401, "APIG.0301"));
    const { call } = stackOver(service, service, { qps: 5 });
    await expect(call()).rejects.toMatchObject({ code: "APIG.0301" });
    await Promise.allSettled(Array.from({ length: 20 }, () => call()));
    expect(service.arrivals).toHaveLength(1);
  });
});

describe("an abort", () => {
  test("while queued gives up the place", async () => {
    const service = await startService(heard("a"));
    const { call } = stackOver(service, service, { qps: 0.01 });
    await call();
    const controller = new AbortController();
    const queued = call(controller.signal);
    controller.abort(new Error("deleted"));
    await expect(queued).rejects.toThrow("deleted");
    expect(service.arrivals).toHaveLength(1);
  });

  test("in flight is thrown at once and not tried again", async () => {
    const service = await startService(hang);
    const { call, attempts } = stackOver(service, service);
    const controller = new AbortController();
    const flying = call(controller.signal);
    await service.arrived(1);
    controller.abort(new Error("deleted"));
    await expect(flying).rejects.toThrow("deleted");
    expect([service.arrivals.length, attempts.map(({ outcome }) => outcome)]).toEqual([1, ["aborted"]]);
  });

  test("between two tries is thrown at once", async () => {
    const service = await startService(refused(500, "SIS.0303"));
    const { recognizer } = stackOver(service, service, {
      retry: { firstDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    const controller = new AbortController();
    const waiting = recognizer.recognize(clipOf(100), {
      signal: controller.signal,
      turn: { lane: "note", guildId: "guild", memberId: "member" },
      onFailedAttempt: () => controller.abort(new Error("deleted")),
    });
    await expect(waiting).rejects.toThrow("deleted");
    expect(service.arrivals).toHaveLength(1);
  });
});

describe("an attempt", () => {
  test("takes a place of its own, and is told of as it leaves", async () => {
    const service = await startService(
      inTurn(refused(500, "SIS.0303"), refused(500, "SIS.0303"), heard("a")),
    );
    const { recognizer, attempts } = stackOver(service, service, { qps: 10 });
    let requests = 0;
    await recognizer.recognize(clipOf(100), {
      signal: new AbortController().signal,
      turn: { lane: "live", guildId: "guild", memberId: "member" },
      onRequest: () => (requests += 1),
    });
    expect([requests, service.arrivals.length]).toEqual([3, 3]);
    expect(attempts).toMatchObject([
      { lane: "live", outcome: "SIS.0303", httpStatus: 500 },
      { lane: "live", outcome: "SIS.0303" },
      { lane: "live", outcome: "ok" },
    ]);
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "earshot-quota-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process of its own with so many calls. It has no channel to this one: nothing but its calls keeps it running. */
function startProcess(service: Service, folder: string, count: number): ChildProcess {
  const program = join(import.meta.dirname, "quota-process.ts");
  const child = spawn(process.execPath, [program, service.url, join(folder, "quota.db"), String(count)], {
    stdio: "inherit",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("a process runs as long as a call is under way", async () => {
  const service = await startService(
    (response, arrival) => void setTimeout(heard("a"), 300, response, arrival),
  );
  expect(await once(startProcess(service, temporaryFolder(), 1), "exit")).toEqual([0, null]);
});

describe("never more than the quota arrive in any sliding second", () => {
  test("from one process", async () => {
    const service = await startService(
      (response, arrival) => void setTimeout(heard("a"), 100, response, arrival),
    );
    const { call } = stackOver(service, service, { qps: 20, restAllowanceMs: 200 });
    await Promise.all(Array.from({ length: 60 }, () => call()));
    expect(worstSecond(service)).toBeLessThanOrEqual(20);
  });

  test("from four processes that share a file, one of which is killed in the middle", async () => {
    const folder = temporaryFolder();
    const service = await startService(
      (response, arrival) => void setTimeout(heard("a"), 100, response, arrival),
    );
    const start = (count: number): ChildProcess => startProcess(service, folder, count);
    const doomed = start(1000);
    await service.arrived(3);
    const others = [15, 15, 15].map(start);
    await service.arrived(20);
    doomed.kill("SIGKILL");
    const codes = await Promise.all(
      others.map(async (child) => ((await once(child, "exit")) as [number])[0]),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(service.arrivals.length).toBeGreaterThan(45);
    expect(worstSecond(service)).toBeLessThanOrEqual(20);
  });
});
