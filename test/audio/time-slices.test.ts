import { expect, test } from "vitest";

import { createTimeSlices } from "../../src/audio/time-slices.ts";

test("a slice is over once its time is used up, and the next one is not", async () => {
  const slices = createTimeSlices(new AbortController().signal, 5);
  const until = performance.now() + 6;
  while (performance.now() < until);
  expect(slices.over).toBe(true);
  const long = createTimeSlices(new AbortController().signal, 60_000);
  await long.next();
  expect(long.over).toBe(false);
});

test("between slices, events that wait are handled", async () => {
  const slices = createTimeSlices(new AbortController().signal);
  let handled = false;
  setImmediate(() => {
    handled = true;
  });
  await slices.next();
  expect(handled).toBe(true);
});

test("an abort ends the work at the next slice, with its reason", async () => {
  const stop = new AbortController();
  const slices = createTimeSlices(stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(slices.next()).rejects.toBe(reason);
});
