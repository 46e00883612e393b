import { z } from "zod";

import type { PaceState } from "./pace.ts";
import {
  frontSchema,
  newSharedTurns,
  type SharedTurns,
  sharedTurnsSchema,
  type ShownFront,
} from "./shared-turns.ts";

/** What processes that share a quota keep in common, as text: the pace, and the book of turns. */
export interface QuotaRecord {
  /** Undefined where there is none yet. */
  readonly state: PaceState | undefined;
  readonly turns: SharedTurns;
}

const stateSchema = z.object({
  nextMs: z.number(),
  allowanceMs: z.number(),
  heldUntilMs: z.number(),
  holdMs: z.number(),
});
const turnsSchema = z.object({ turns: sharedTurnsSchema });

/** What makes no sense counts as not there. */
export function readRecord(text: string): QuotaRecord {
  const record = fromJson(text);
  return {
    state: stateSchema.safeParse(record).data,
    turns: turnsSchema.safeParse(record).data?.turns ?? newSharedTurns(),
  };
}

export function writeRecord(state: PaceState, turns: SharedTurns): string {
  return JSON.stringify({ ...state, turns });
}

/** The front that a process showed, if it makes sense. */
export function readFront(processId: string, text: string): ShownFront[] {
  const front = frontSchema.safeParse(fromJson(text)).data;
  return front ? [{ ...front, processId }] : [];
}

function fromJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
