import { expect, test } from "vitest";

import { createSilenceGate } from "../../src/audio/plain-silence.ts";

/** Which frames were spared, of frames with an energy and a probability that the detector would give. */
function spared(frames: readonly (readonly [energyDb: number, probability: number])[]): boolean[] {
  const gate = createSilenceGate();
  return frames.map(([energyDb, probability]) => {
    const silent = gate.isSilent(energyDb);
    if (!silent) gate.heard(probability);
    return silent;
  });
}

const many = <Item>(count: number, item: Item): Item[] => Array<Item>(count).fill(item);

/** What the detector needs at the start of a stream before it is spared anything. */
const settling = many(64, [-60, 0.01] as const);

test("at the start of a stream, two seconds are heard before frames at the floor are spared", () => {
  expect(spared(many(80, [-60, 0.01]))).toEqual([...many(64, false), ...many(16, true)]);
});

test("a frame above the floor is heard at once, and calm is still calm after it", () => {
  const frames = [...settling, [-60, 0.01] as const, [-50, 0.02] as const, [-60, 0.01] as const];
  expect(spared(frames).slice(-3)).toEqual([true, false, true]);
});

test("after speech, the detector must be calm again for a while", () => {
  const speech = many(3, [-20, 0.9] as const);
  expect(spared([...settling, ...speech, ...many(12, [-60, 0.05] as const)]).slice(64)).toEqual([
    ...many(3 + 8, false),
    ...many(4, true),
  ]);
});

test("while the detector hears speech, silence between words is not spared", () => {
  expect(spared(many(200, [-100, 0.6]))).toEqual(many(200, false));
});

test("steady noise that is loud is never plain silence", () => {
  expect(spared(many(200, [-30, 0.01]))).toEqual(many(200, false));
});

test("the floor follows a room that gets louder, after the quiet one is out of reach", () => {
  const result = spared([...many(70, [-80, 0] as const), ...many(120, [-55, 0] as const)]);
  expect(result.slice(70, 165)).toEqual(many(95, false));
  expect(result.at(-1)).toBe(true);
});
