import { expect, test } from "vitest";

import { createGivingWay } from "../../src/recognizers/giving-way.ts";
import { giveSharedPlace, newSharedTurns, type ShownFront } from "../../src/recognizers/shared-turns.ts";

const front = (processId: string, guildId: string): ShownFront => ({
  processId,
  turn: { lane: "note", guildId, memberId: "member" },
  waiting: ["note"],
});

/** The guild "served" had the last place. */
const turns = giveSharedPlace(newSharedTurns(), front("one", "served"), []);

test("a process leaves a slot to the one whose turn it is, seven times and no longer, and the next one anew", () => {
  const fronts = [front("one", "served"), front("other", "waiting")];
  const givesWay = createGivingWay("one");
  const asked = Array.from({ length: 9 }, () => givesWay({ turns, fronts, slotMs: 1 }));
  expect(asked.filter(Boolean)).toHaveLength(7);
  expect(givesWay({ turns, fronts, slotMs: 2 })).toBe(true);
});

test("nobody leaves a slot to another process for the same member", () => {
  const fronts = [front("one", "waiting"), front("other", "waiting")];
  const ways = ["one", "other"].map((id) => createGivingWay(id)({ turns, fronts, slotMs: 1 }));
  expect(ways).toEqual([false, false]);
});
