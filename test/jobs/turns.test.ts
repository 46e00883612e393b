import { array, assert, constantFrom, property, subarray } from "fast-check";
import { expect, test } from "vitest";

import { type Lane, laneOrder } from "../../src/jobs/turns.ts";

const lanes: Lane[] = ["interactive", "note", "file"];

/** The lanes served while `waiting(place)` says which wait. */
function serve(places: number, waiting: (place: number) => readonly Lane[]): (Lane | undefined)[] {
  return Array.from({ length: places }, (_, place) =>
    laneOrder(place).find((lane) => waiting(place).includes(lane)),
  );
}

test("the only lane that waits is served", () => {
  expect(serve(3, () => ["file"])).toEqual(["file", "file", "file"]);
});

test("while all wait, eight places are five, two and one, evenly mixed", () => {
  expect(serve(8, () => lanes).join(" ")).toBe(
    "interactive note interactive interactive file interactive note interactive",
  );
});

test("a lane that keeps waiting is served within eight places, whatever the others do", () => {
  const subset = subarray(lanes);
  assert(
    property(constantFrom(...lanes), array(subset, { minLength: 60, maxLength: 60 }), (patient, others) => {
      const served = serve(others.length, (place) => [...new Set([patient, ...(others[place] ?? [])])]);
      const gaps = served
        .flatMap((lane, place) => (lane === patient ? [place] : []))
        .map((place, index, all) => place - (all[index - 1] ?? -1));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(8);
    }),
    { seed: 7, numRuns: 300 },
  );
});
