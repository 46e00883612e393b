import { expect, test } from "vitest";

import { createStageTracker, type StageTracker } from "../../../src/bot/answers/work-stage.ts";

function tracker(): StageTracker {
  return createStageTracker({ startedAtMs: 0, showAfterMs: 4000, troubleAfterMs: 5000, resumed: false });
}

/** The estimate on show, in minutes. */
function leftMinutes(stage: ReturnType<StageTracker["due"]>): number | undefined {
  return stage?.type === "listening" && stage.leftMs !== undefined ? stage.leftMs / 60_000 : undefined;
}

test("how long the rest takes follows the pace of the parts, whatever fetching and an earlier run took", () => {
  const work = tracker();
  work.downloaded();
  work.clips({ clipsDone: 100, clips: 400 }, 60_000);
  expect(leftMinutes(work.due(80_000))).toBeUndefined();
  work.clips({ clipsDone: 110, clips: 400 }, 70_000);
  // Ten parts in ten seconds: 290 more take 4.8 minutes.
  expect(leftMinutes(work.due(70_000))).toBe(5);
  work.clips({ clipsDone: 290, clips: 400 }, 160_000);
  expect(leftMinutes(work.due(160_000))).toBe(1);
});

test("nothing is estimated before there is some experience, nor for the last seconds", () => {
  const work = tracker();
  work.clips({ clipsDone: 0, clips: 400 }, 0);
  work.clips({ clipsDone: 1, clips: 400 }, 1000);
  expect(leftMinutes(work.due(1000))).toBeUndefined();
  work.clips({ clipsDone: 390, clips: 400 }, 390_000);
  expect(leftMinutes(work.due(390_000))).toBeUndefined();
});
