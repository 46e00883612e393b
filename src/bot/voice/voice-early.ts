import type { KeptDatagram } from "./voice-kept.ts";

/** A datagram of somebody that we cannot open yet, or that came behind such a one. */
export interface EarlyDatagram extends KeptDatagram {
  readonly memberId: string;
  /** Undefined while it is sealed. */
  readonly payload?: Uint8Array | "padding" | "unreadable";
}

/**
 * What comes while the keys for it are on their way to us: kept for a moment, to be opened with them. Bounded in time
 * and memory; what is too much, or too old, is given up in its order.
 */
export interface EarlyDatagrams {
  /** When the oldest of them came; undefined where there is none. */
  readonly sinceMs: number | undefined;
  has(memberId: string): boolean;
  keep(one: EarlyDatagram): void;
  /** Gives up what waits for too long; says whether there was such. */
  expire(nowMs: number): boolean;
  /** Everything, in the order of arrival; nothing is kept any more. */
  takeAll(): readonly EarlyDatagram[];
  /** Somebody may not be heard any more. */
  forget(memberId: string): void;
}

/** A new group takes its members some round trips, on a busy machine more; who is not in it by then has another trouble. */
const keptMs = 3000;
/** As many 20 ms packets of twelve people who speak at once. */
const mostKept = 1200;

export function createEarlyDatagrams(options: {
  readonly onGivenUp: (one: EarlyDatagram) => void;
}): EarlyDatagrams {
  let kept: EarlyDatagram[] = [];
  const giveUp = (count: number): void => {
    for (const one of kept.splice(0, count)) options.onGivenUp(one);
  };
  return {
    get sinceMs() {
      return kept[0]?.arrivedMs;
    },
    has: (memberId) => kept.some((one) => one.memberId === memberId),
    keep(one) {
      if (kept.length >= mostKept) giveUp(1);
      kept.push(one);
    },
    expire(nowMs) {
      const fresh = kept.findIndex(({ arrivedMs }) => nowMs - arrivedMs < keptMs);
      const old = fresh < 0 ? kept.length : fresh;
      giveUp(old);
      return old > 0;
    },
    takeAll() {
      const all = kept;
      kept = [];
      return all;
    },
    forget(memberId) {
      kept = kept.filter((one) => one.memberId !== memberId);
    },
  };
}
