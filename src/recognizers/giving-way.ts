import { isDeepStrictEqual } from "node:util";

import { firstOfFronts, type SharedTurns, type ShownFront } from "./shared-turns.ts";

/** Time for the process whose turn it is to take a slot that is due. */
export const politeMs = 12;
/** If it does not come, the slot is not left unused. */
const mostPolite = 7;

export interface DueSlot {
  readonly turns: SharedTurns;
  readonly fronts: readonly ShownFront[];
  /** When it was due: tells one slot from the next. */
  readonly slotMs: number;
}

/**
 * Tells a process whether to leave a slot that is due, and that it could take, to another whose turn it is: seven times 12 ms, and then
 * no longer, since a process that died is never told apart from one that is late.
 */
export function createGivingWay(processId: string): (due: DueSlot) => boolean {
  let polite = { slotMs: Number.NaN, times: 0 };
  return ({ turns, fronts, slotMs }) => {
    const first = firstOfFronts(turns, fronts);
    if (first === undefined || first.processId === processId) return false;
    // Whose turn it is waits here as well: it does not matter who of the two sends for them, and the first one there is soonest.
    const ours = fronts.find((front) => front.processId === processId);
    if (ours && isDeepStrictEqual(ours.turn, first.turn)) return false;
    const times = polite.slotMs === slotMs ? polite.times : 0;
    if (times >= mostPolite) return false;
    polite = { slotMs, times: times + 1 };
    return true;
  };
}
