import { expect, test } from "vitest";

import { compareWords } from "./listen/compare.ts";
import { listen } from "./listen/listen.ts";

test("words are compared one by one: replaced, left out and added", () => {
  const said = ["alpha", "bravo", "charlie", "delta"];
  expect(compareWords(said, ["alpha", "golf", "charlie"])).toEqual({
    right: 2,
    misheard: 1,
    missing: 1,
    extra: 0,
    places: [0, 1, 2],
  });
  expect(compareWords(said, ["alpha", "alpha", "bravo", "charlie", "delta"])).toMatchObject({
    right: 4,
    extra: 1,
  });
});

test("of what two to six people say over a network that loses 5 % every word is captioned, in order, once", async () => {
  const report = await listen({ seconds: 90, seed: 1 });
  expect(report).toMatchObject({ speakers: 6, missing: 0, extra: 0, outOfOrder: 0, late: 0, exitCode: 0 });
  expect(report.words).toBeGreaterThan(200);
  // What stands in for lost sound may sound like another word.
  expect(report.misheard).toBeLessThanOrEqual(report.words / 100);
  expect(report.lostByNetwork).toBeGreaterThan(report.packets / 25);
  expect(report.lostByBot).toBeLessThanOrEqual(report.lostByNetwork);
}, 240_000);
