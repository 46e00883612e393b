import { describe, expect, test } from "vitest";

import { RecognizerError, type RecognizerErrorOptions } from "../../src/recognizers/errors.ts";
import { observed, type Attempt } from "../../src/recognizers/observed.ts";
import type { FailedAttempt, Recognition, ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";
import { retrying, type RetryOptions } from "../../src/recognizers/retrying.ts";
import { clipOf } from "./clips.ts";

const call = {
  signal: new AbortController().signal,
  turn: { lane: "note", guildId: "guild", memberId: "member" },
} as const;

function failure(options: Partial<RecognizerErrorOptions> = {}): RecognizerError {
  return new RecognizerError("failed", {
    kind: "unavailable",
    code: "SIS.0303",
    retryable: true,
    ...options,
  });
}

/** A recognizer that does one thing after another; the last one again and again. */
function doing(
  ...outcomes: readonly (Error | Recognition)[]
): ScheduledRecognizer & { readonly calls: () => number } {
  let calls = 0;
  return {
    name: "made-up",
    identity: "made-up",
    maxClipMs: 30_000,
    sampleRate: 16000,
    calls: () => calls,
    async recognize(_clip, { onRequest }) {
      const outcome = outcomes[Math.min(calls, outcomes.length - 1)];
      calls += 1;
      onRequest?.();
      await Promise.resolve();
      if (outcome instanceof Error) throw outcome;
      return outcome ?? { text: "" };
    },
  };
}

async function tryWith(
  recognizer: ScheduledRecognizer,
  options: RetryOptions = {},
): Promise<{ outcome: unknown; told: FailedAttempt[] }> {
  const told: FailedAttempt[] = [];
  const patient = retrying(recognizer, { firstDelayMs: 1, maxDelayMs: 4, ...options });
  const outcome: unknown = await patient
    .recognize(clipOf(20), { ...call, onFailedAttempt: (failed) => void told.push(failed) })
    .catch((error: unknown) => error);
  return { outcome, told };
}

describe("a call that fails", () => {
  test("is tried again where that can help", async () => {
    const recognizer = doing(failure(), failure(), { text: "heard" });
    await expect(tryWith(recognizer)).resolves.toMatchObject({ outcome: { text: "heard" } });
    expect(recognizer.calls()).toBe(3);
  });

  test("is not tried again where that cannot help", async () => {
    const recognizer = doing(failure({ kind: "rejected", code: "SIS.0032", retryable: false }));
    const { outcome } = await tryWith(recognizer);
    expect([recognizer.calls(), outcome]).toMatchObject([1, { code: "SIS.0032" }]);
  });

  test("gives up after three more tries", async () => {
    const recognizer = doing(failure());
    const { outcome } = await tryWith(recognizer);
    expect([recognizer.calls(), outcome]).toMatchObject([4, { code: "SIS.0303" }]);
  });

  test("gives up sooner where the error says so", async () => {
    const recognizer = doing(failure({ kind: "timeout", code: "TIMEOUT", maxRetries: 1 }));
    await tryWith(recognizer);
    expect(recognizer.calls()).toBe(2);
  });

  test("counts each code for itself where it may only be repeated once", async () => {
    const recognizer = doing(failure(), failure({ kind: "timeout", code: "TIMEOUT", maxRetries: 1 }), {
      text: "heard",
    });
    await expect(tryWith(recognizer)).resolves.toMatchObject({ outcome: { text: "heard" } });
  });

  test("for the rate is tried more patiently", async () => {
    const recognizer = doing(failure({ kind: "throttled", code: "APIG.0308" }));
    await tryWith(recognizer);
    expect(recognizer.calls()).toBe(8);
  });

  test("for the rate does not use up the tries for other faults", async () => {
    const busy = failure({ kind: "throttled", code: "APIG.0308" });
    const recognizer = doing(busy, busy, busy, busy, failure(), failure(), failure(), { text: "heard" });
    await expect(tryWith(recognizer)).resolves.toMatchObject({ outcome: { text: "heard" } });
  });

  test("with anything but a recognizer's error is not tried again", async () => {
    const recognizer = doing(new TypeError("a fault of ours"));
    await expect(tryWith(recognizer)).resolves.toMatchObject({ outcome: { name: "TypeError" } });
    expect(recognizer.calls()).toBe(1);
  });
});

/** How long each wait was to be, in ms. */
async function waits(options: RetryOptions, ...outcomes: Error[]): Promise<(number | undefined)[]> {
  const { told } = await tryWith(doing(...outcomes), options);
  return told.map(({ nextTryInMs }) => nextTryInMs);
}

describe("the wait before the next try", () => {
  test("doubles, and half of it is left to chance", async () => {
    expect(await waits({ firstDelayMs: 4, maxDelayMs: 100, random: () => 0 }, failure())).toEqual([
      2,
      4,
      8,
      undefined,
    ]);
    expect(await waits({ firstDelayMs: 4, maxDelayMs: 100, random: () => 1 }, failure())).toEqual([
      4,
      8,
      16,
      undefined,
    ]);
  });

  test("is bounded", async () => {
    expect(await waits({ firstDelayMs: 4, maxDelayMs: 6, random: () => 1 }, failure())).toEqual([
      4,
      6,
      6,
      undefined,
    ]);
  });

  test("is as long as the service asked for", async () => {
    expect((await waits({ random: () => 1 }, failure({ retryAfterMs: 30 }), failure()))[0]).toBe(30);
  });

  test("is nothing where a new login makes the difference", async () => {
    expect((await waits({}, failure({ kind: "credentials", retryAfterMs: 0 }), failure()))[0]).toBe(0);
  });

  test("that would go over the bound in time is not begun", async () => {
    expect(await waits({ maxElapsedMs: 1000 }, failure({ retryAfterMs: 2000 }))).toEqual([undefined]);
  });

  test("ends at an abort, with its reason", async () => {
    const controller = new AbortController();
    const recognizer = retrying(doing(failure()), { firstDelayMs: 60_000, maxDelayMs: 60_000 });
    const outcome = recognizer.recognize(clipOf(20), {
      ...call,
      signal: controller.signal,
      onFailedAttempt: () => controller.abort(new Error("deleted")),
    });
    await expect(outcome).rejects.toThrow("deleted");
  });
});

test("whoever asked is told of every failed attempt and what follows", async () => {
  const { told } = await tryWith(
    doing(failure({ httpStatus: 500, requestId: "trace-1" }), { text: "heard" }),
  );
  expect(told).toEqual([
    { attempt: 1, code: "SIS.0303", httpStatus: 500, requestId: "trace-1", nextTryInMs: 1 },
  ]);
});

async function watch(recognizer: ScheduledRecognizer, signal = call.signal): Promise<Attempt[]> {
  const seen: Attempt[] = [];
  const watched = retrying(
    observed(recognizer, (attempt) => void seen.push(attempt)),
    { firstDelayMs: 1 },
  );
  await watched.recognize(clipOf(500), { ...call, signal }).catch(() => undefined);
  return seen;
}

describe("an observer", () => {
  test("is told of every attempt in figures, and never a word", async () => {
    const seen = await watch(doing(failure({ httpStatus: 500 }), { text: "a secret", confidence: 0.5 }));
    expect(seen).toMatchObject([
      { recognizer: "made-up", lane: "note", outcome: "SIS.0303", httpStatus: 500, audioMs: 500 },
      { recognizer: "made-up", lane: "note", outcome: "ok", httpStatus: undefined, audioMs: 500 },
    ]);
    expect(JSON.stringify(seen)).not.toContain("secret");
  });

  test("sees no latency where no request left", async () => {
    const recognizer: ScheduledRecognizer = {
      ...doing(),
      recognize: () => Promise.reject(failure({ retryable: false })),
    };
    expect(await watch(recognizer)).toMatchObject([{ outcome: "SIS.0303", latencyMs: undefined }]);
  });

  test("tells an abort from a failure", async () => {
    const signal = AbortSignal.abort(new Error("deleted"));
    const recognizer: ScheduledRecognizer = { ...doing(), recognize: () => Promise.reject(signal.reason) };
    expect(await watch(recognizer, signal)).toMatchObject([{ outcome: "aborted" }]);
  });
});
