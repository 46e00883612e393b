import type { JobOutcome } from "../../jobs/jobs.ts";
import type { BotLog } from "../log.ts";
import { errorCodes, isDiscordAway } from "../discord/refusals.ts";
import type { WorkState } from "./work-state.ts";

export interface Outage {
  readonly key: string;
  readonly state: WorkState;
  /** How much longer the work may be put off, in ms. */
  readonly leftMs: number;
  /** Pauses while Discord is out of reach, one after the other; the last is repeated. In ms. */
  readonly awayWaitsMs: readonly number[];
  readonly signal: AbortSignal;
  readonly log: BotLog;
}

/** Puts work off that Discord's own outage stopped: that uses up no attempt. Rethrows everything else, and what has waited for too long. */
export async function sitOut(error: unknown, outage: Outage): Promise<JobOutcome> {
  const { key, state, leftMs, awayWaitsMs, signal, log } = outage;
  if (signal.aborted || leftMs <= 0 || !isDiscordAway(error)) throw error;
  const { outages } = state.memory;
  const waitMs = Math.min(awayWaitsMs[Math.min(outages, awayWaitsMs.length - 1)] ?? leftMs, leftMs);
  await state.update({ outages: outages + 1 });
  log.warn({ key, ...errorCodes(error), waitMs }, "Discord is out of reach, the answer waits");
  return { type: "later", afterMs: waitMs, countsAsAttempt: false };
}
