import { expect, test } from "vitest";

import { seededRandom } from "../../src/sandbox/random.ts";
import { type Allowance, growthOf } from "./soak/growth.ts";

const allowance: Allowance = { name: "heapMb", unit: "MB", absolute: 4, share: 0.1 };

/** 360 samples of half an hour, with noise of 5 MB. */
function samples(heapAt: (index: number) => number): readonly { readonly heapMb: number }[] {
  const random = seededRandom(1);
  return Array.from({ length: 360 }, (_, index) => ({ heapMb: heapAt(index) + random() * 5 }));
}

test("memory that warms up and then stays is flat, whatever the noise", () => {
  const [heap] = growthOf(
    samples((index) => 60 + Math.min(index, 60) / 2),
    [allowance],
  );
  expect(heap?.isFlat).toBe(true);
});

test("a leak of 40 MB an hour is found in half an hour", () => {
  const [heap] = growthOf(
    samples((index) => 60 + (index * 20) / 360),
    [allowance],
  );
  expect(heap?.isFlat).toBe(false);
});

test("what was never sampled is no good news", () => {
  const [heap] = growthOf(
    samples(() => 60),
    [{ ...allowance, name: "handles" }],
  );
  expect(heap?.isFlat).toBe(false);
});
