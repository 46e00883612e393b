import { expect, test } from "vitest";

import { createBreaker } from "../../src/recognizers/breaking.ts";
import { RecognizerError, type RecognizerErrorKind } from "../../src/recognizers/errors.ts";
import type { Recognition, ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";

const clip = {
  index: 0,
  samples: new Int16Array(16),
  sampleRate: 16000,
  pieces: [],
  speech: [],
  overlapMs: 0,
} as const;
const call = {
  signal: new AbortController().signal,
  turn: { lane: "note", guildId: "1", memberId: "2" },
} as const;

/** A service that answers as told, and counts what reached it. */
interface Double {
  readonly recognizer: ScheduledRecognizer;
  readonly reached: () => number;
  answer: () => Promise<Recognition>;
}

function service(): Double {
  let reached = 0;
  const double: Double = {
    answer: async (): Promise<Recognition> => ({ text: "yes" }),
    reached: () => reached,
    recognizer: {
      name: "double",
      identity: "double",
      maxClipMs: 1000,
      sampleRate: 16000,
      recognize: () => {
        reached++;
        return double.answer();
      },
    },
  };
  return double;
}

function failing(kind: RecognizerErrorKind, code = "SIS.0033") {
  return async (): Promise<never> => {
    throw new RecognizerError("failed", { kind, code, retryable: true, requestId: "trace" });
  };
}

function opened(kind: RecognizerErrorKind = "unavailable") {
  const double = service();
  double.answer = failing(kind);
  const clock = { nowMs: 0 };
  const changes: string[] = [];
  const recognizer = createBreaker({
    failures: 3,
    firstPauseMs: 1000,
    maxPauseMs: 3000,
    livePauseMs: 1500,
    onChange: (state) => changes.push(state),
    now: () => clock.nowMs,
  })(double.recognizer);
  return { double, clock, changes, recognizer };
}

async function failTimes(recognizer: ScheduledRecognizer, times: number): Promise<void> {
  for (let one = 0; one < times; one++) await expect(recognizer.recognize(clip, call)).rejects.toThrow();
}

test("after enough failures in a row nothing is sent, and callers learn when the next probe is", async () => {
  const { double, changes, recognizer } = opened();
  await failTimes(recognizer, 5);
  expect(double.reached()).toBe(3);
  expect(changes).toEqual(["open"]);
  await expect(recognizer.recognize(clip, call)).rejects.toMatchObject({
    code: "SIS.0033",
    requestId: "trace",
    retryable: true,
    retryAfterMs: 1000,
  });
});

test("one success between failures keeps it closed", async () => {
  const { double, recognizer } = opened();
  await failTimes(recognizer, 2);
  double.answer = async () => ({ text: "yes" });
  await recognizer.recognize(clip, call);
  double.answer = failing("timeout");
  await failTimes(recognizer, 2);
  expect(double.reached()).toBe(5);
});

test("after the pause exactly one call is the probe", async () => {
  const { double, clock, recognizer } = opened();
  await failTimes(recognizer, 3);
  clock.nowMs = 1000;
  const probe = Promise.withResolvers<Recognition>();
  double.answer = () => probe.promise;
  const first = recognizer.recognize(clip, call);
  await failTimes(recognizer, 2);
  expect(double.reached()).toBe(4);
  probe.resolve({ text: "back" });
  await expect(first).resolves.toEqual({ text: "back" });
});

test("a probe that succeeds closes it for everybody", async () => {
  const { double, clock, changes, recognizer } = opened();
  await failTimes(recognizer, 3);
  clock.nowMs = 1000;
  double.answer = async () => ({ text: "yes" });
  await recognizer.recognize(clip, call);
  await recognizer.recognize(clip, call);
  expect(changes).toEqual(["open", "closed"]);
  expect(double.reached()).toBe(5);
});

test("a probe that fails doubles the pause, up to its limit", async () => {
  const { double, clock, recognizer } = opened();
  await failTimes(recognizer, 3);
  for (const pauseMs of [1000, 2000, 3000, 3000]) {
    clock.nowMs += pauseMs - 1;
    await failTimes(recognizer, 1);
    const before = double.reached();
    clock.nowMs += 1;
    await failTimes(recognizer, 1);
    expect(double.reached()).toBe(before + 1);
  }
});

test("live captions probe sooner than the rest, and what they find out holds for everybody", async () => {
  const { double, clock, recognizer } = opened();
  await failTimes(recognizer, 3);
  for (const pauseMs of [1000, 2000, 3000]) {
    clock.nowMs += pauseMs;
    await failTimes(recognizer, 1);
  }
  clock.nowMs += 1500;
  const before = double.reached();
  await failTimes(recognizer, 1);
  expect(double.reached()).toBe(before);
  double.answer = async () => ({ text: "back" });
  const live = { ...call, turn: { ...call.turn, lane: "live" } } as const;
  await expect(recognizer.recognize(clip, live)).resolves.toEqual({ text: "back" });
  await expect(recognizer.recognize(clip, call)).resolves.toEqual({ text: "back" });
});

test.each(["rejected", "credentials"] as const)("a service that says %s is up", async (kind) => {
  const { double, recognizer } = opened(kind);
  await failTimes(recognizer, 10);
  expect(double.reached()).toBe(10);
});

test("an aborted probe tells nothing: the next call is the probe", async () => {
  const { double, clock, recognizer } = opened();
  await failTimes(recognizer, 3);
  clock.nowMs = 1000;
  double.answer = async () => {
    throw new DOMException("aborted", "AbortError");
  };
  await failTimes(recognizer, 1);
  double.answer = async () => ({ text: "yes" });
  await expect(recognizer.recognize(clip, call)).resolves.toEqual({ text: "yes" });
});
