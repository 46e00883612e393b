import { expect, test } from "vitest";

import { compareWords } from "./listen/compare.ts";
import { listen } from "./listen/listen.ts";
import type { TalkStage } from "./talk-stage.ts";

test("words are compared one by one: replaced, left out and added", () => {
  const said = ["alpha", "bravo", "charlie", "delta"];
  expect(compareWords(said, ["alpha", "golf", "charlie"])).toEqual({
    fates: ["right", "misheard", "right", "missing"],
    places: [0, 1, 2],
    remarks: [
      { said: 1, text: 'bravo heard as golf, in "… alpha golf charlie …"' },
      { said: 3, text: 'delta is missing, in "… alpha golf charlie …"' },
    ],
  });
  expect(compareWords(said, ["alpha", "alpha", "bravo", "charlie", "delta"])).toMatchObject({
    fates: ["right", "right", "right", "right"],
    places: [undefined, 0, 1, 2, 3],
  });
});

test("of what two to six people say over a network that loses 5 % every word is captioned, in order, once", async () => {
  const report = await listen({ seconds: 90, seed: 1 });
  expect(report).toMatchObject({ speakers: 6, missing: 0, outOfOrder: 0, late: 0, exitCode: 0 });
  expect(report.words).toBeGreaterThan(200);
  // What stands in for lost sound may sound like another word, or like none.
  expect(report.spoilt + report.misheard + report.extra).toBeLessThanOrEqual(report.words / 100);
  expect(report.lostByNetwork).toBeGreaterThan(report.packets / 25);
  expect(report.lostByBot).toBeLessThanOrEqual(report.lostByNetwork);
}, 400_000);

test("people who come, leave, come back and change their ssrc, and so keys that change in mid-speech, cost no word", async () => {
  const report = await listen({ seconds: 40, seed: 2, impairment: {}, churn: true });
  expect(report).toMatchObject({ spoilt: 0, missing: 0, late: 0, exitCode: 0 });
  expect(report.misheard + report.extra).toBeLessThanOrEqual(1);
}, 400_000);

test("what is said while the recognizer is away for a minute is filled in late, every word of everybody once", async () => {
  const events = [
    {
      atMs: 6000,
      act: ({ sis }: TalkStage) => sis.failNext({ kind: "status", httpStatus: 503, times: "always" }),
    },
    { atMs: 66_000, act: ({ sis }: TalkStage) => sis.clearFaults() },
  ] as const;
  const report = await listen({ seconds: 80, seed: 3, impairment: {}, events });
  expect(report).toMatchObject({ spoilt: 0, misheard: 0, missing: 0, extra: 0, exitCode: 0 });
}, 400_000);
