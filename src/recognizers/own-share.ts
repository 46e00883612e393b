import { type PaceSettings, type Slot, spacingMs } from "./pace.ts";
import { monotonicMs } from "./slots.ts";

/** What was last known of those who share a quota. */
export interface KnownShare {
  /** What to add to this process's monotonic clock to get the one they share. */
  readonly offsetMs: number;
  /** This process among them, from 0, and how many they are. */
  readonly rank: number;
  readonly processes: number;
}

/** A process's part of a quota while nobody can be asked: one slot in so many, by the clock. */
export interface OwnShare {
  take(known: KnownShare): Slot;
  /** The service refused for the rate: the slots that come meanwhile go by. */
  throttled(retryAfterMs: number): void;
}

/** Clocks drift apart while nobody compares them: more room between requests. */
const drivenAllowanceMs = 100;
/** Taken later than this a slot of one's own comes too near to the next one. */
const ownSlotMs = 20;
const longestRestMs = 60_000;

/** Slots lie on the shared clock, evenly spaced, and belong to the processes in turn. */
export function createOwnShare({ qps }: Pick<PaceSettings, "qps">): OwnShare {
  const spacing = spacingMs(qps, drivenAllowanceMs);
  let last = -1;
  let restUntilMs = 0;
  return {
    take({ offsetMs, rank, processes }) {
      const restMs = restUntilMs - monotonicMs();
      if (restMs > 0) return { taken: false, waitMs: restMs };
      const nowMs = monotonicMs() + offsetMs;
      const at = Math.floor(nowMs / spacing);
      const turn = (((rank - at) % processes) + processes) % processes;
      const isOwn = turn === 0 && nowMs - at * spacing <= ownSlotMs && at > last;
      if (!isOwn) {
        const next = at + (turn === 0 ? processes : turn);
        return { taken: false, waitMs: next * spacing - nowMs };
      }
      last = at;
      return { taken: true };
    },
    throttled(retryAfterMs) {
      restUntilMs = monotonicMs() + Math.max(spacing, Math.min(retryAfterMs, longestRestMs));
    },
  };
}
