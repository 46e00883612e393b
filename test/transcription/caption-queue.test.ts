import { describe, expect, test } from "vitest";

import type { LiveClip } from "../../src/audio/live-clips.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { type CaptionQueue, createCaptionQueue } from "../../src/transcription/caption-queue.ts";

const nobodyBusy = (): boolean => false;

/** A clip of speech at a time of the session. Samples are real, for their length counts. */
function clipAt(startMs: number, lengthMs: number, overlapMs = 0): LiveClip {
  return {
    index: 0,
    samples: new Int16Array(lengthMs * 8),
    sampleRate: 8000,
    pieces: [{ clipStartMs: 0, startMs, durationMs: lengthMs }],
    speech: [{ startMs, endMs: startMs + lengthMs }],
    overlapMs,
    nextOverlapMs: 0,
  };
}

function queueOf(options: { maxClipMs?: number; maxQueuedMs?: number } = {}): CaptionQueue {
  return createCaptionQueue({ maxClipMs: 30_000, maxQueuedMs: 1_800_000, ...options });
}

describe("clips that wait", () => {
  test("go in the order in which they were spoken, one speaker after the other", () => {
    const queue = queueOf();
    queue.push("b", clipAt(2000, 3000));
    queue.push("a", clipAt(1000, 5000));
    expect([queue.take(nobodyBusy)?.speakerId, queue.take(nobodyBusy)?.speakerId]).toEqual(["a", "b"]);
    expect(queue.take(nobodyBusy)).toBeUndefined();
  });

  test("of one speaker go together, as many as a call takes", () => {
    const queue = queueOf();
    for (let index = 0; index < 5; index++) queue.push("a", clipAt(index * 10_000, 9000));
    expect(queue.take(nobodyBusy)?.clips).toHaveLength(3);
    expect(queue.take(nobodyBusy)?.clips).toHaveLength(2);
    expect(queue.queuedMs).toBe(0);
  });

  test("share a call only with neighbours", () => {
    const queue = queueOf();
    queue.push("a", clipAt(0, 3000));
    queue.push("a", clipAt(60_000, 3000));
    expect(queue.take(nobodyBusy)?.clips).toHaveLength(1);
  });

  test("of a busy speaker wait, and hold nobody up", () => {
    const queue = queueOf();
    queue.push("a", clipAt(0, 3000));
    queue.push("b", clipAt(1000, 3000));
    expect(queue.take((speakerId) => speakerId === "a")?.speakerId).toBe("b");
  });

  test("keep their place when they are put back", () => {
    const queue = queueOf();
    queue.push("a", clipAt(0, 3000));
    queue.push("a", clipAt(9000, 29_000));
    const taken = queue.take(nobodyBusy);
    queue.putBack(taken!);
    expect(queue.take(nobodyBusy)?.clips).toEqual(taken?.clips);
  });

  test("give way from the oldest on when there is no more room, and are named", () => {
    const queue = queueOf({ maxQueuedMs: 20_000 });
    const dropped = [0, 1, 2, 3].flatMap((index) => queue.push(`s${index}`, clipAt(index * 100, 8000)));
    expect(dropped.map(({ speakerId }) => speakerId)).toEqual(["s0", "s1"]);
    expect(queue.queuedMs).toBe(16_000);
  });
});

test("seventy people who speak without a break lose nothing at three calls a second", () => {
  const random = seededRandom(11);
  const queue = queueOf();
  const spokenUntil = Array.from({ length: 70 }, () => 0);
  const clipEnds = spokenUntil.map(() => 3000 + random() * 7000);
  let [worstMs, heardMs, spokenMs, lost] = [0, 0, 0, 0];
  for (let nowMs = 0; nowMs < 900_000; nowMs += 1000 / 3) {
    for (const [index, endMs] of clipEnds.entries()) {
      if (endMs > nowMs) continue;
      const startMs = spokenUntil[index] ?? 0;
      lost += queue.push(`s${index}`, clipAt(Math.round(startMs), Math.round(endMs - startMs))).length;
      spokenMs += endMs - startMs;
      spokenUntil[index] = endMs;
      clipEnds[index] = endMs + 5500 + random() * 4500;
    }
    const taken = queue.take(nobodyBusy);
    for (const { samples } of taken?.clips ?? []) heardMs += samples.length / 8;
    worstMs = Math.max(worstMs, queue.queuedMs);
  }
  expect(lost).toBe(0);
  expect(spokenMs - heardMs - queue.queuedMs).toBeLessThan(1000);
  // What waits in the end is no more than it was after the first minutes: it does not grow.
  expect(queue.queuedMs).toBeLessThan(worstMs * 1.01);
  expect(worstMs).toBeLessThan(70 * 25_000);
});
