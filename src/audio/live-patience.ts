/** How long a speaker's missing packets are waited for: longer once some came after they were given up, within bounds. */
export interface Patience {
  /** In ms, at this time. */
  holdMs(nowMs: number): number;
  /** These many sequence numbers before `next` are given up; something behind them had come at `noticedMs`. */
  gaveUp(count: number, next: number, noticedMs: number): void;
  /** A packet came whose place is gone: one that was given up shows how late packets are. */
  straggler(sequence: number, nowMs: number): void;
}

export interface PatienceOptions {
  /** In ms: without experience, and at most. */
  readonly holdMs: readonly [shortest: number, longest: number];
}

/** What was learnt holds for so long after the last straggler. */
const learntForMs = 300_000;
/** Packets are as late again as they were, and a little more. */
const margin = { share: 1.25, ms: 40 };
/** Older ones teach nothing any more. */
const mostGivenUp = 64;

export function createPatience({ holdMs: [shortest, longest] }: PatienceOptions): Patience {
  /** By sequence number: when it was noticed that something is missing. */
  const givenUp = new Map<number, number>();
  let learntMs = shortest;
  let learntAtMs = -Infinity;
  const holdMs = (nowMs: number): number => (nowMs - learntAtMs < learntForMs ? learntMs : shortest);

  return {
    holdMs,
    gaveUp(count, next, noticedMs) {
      for (let back = Math.min(count, mostGivenUp); back > 0; back--)
        givenUp.set((next - back) & 0xffff, noticedMs);
      for (const sequence of givenUp.keys()) {
        if (givenUp.size <= mostGivenUp) break;
        givenUp.delete(sequence);
      }
    },
    straggler(sequence, nowMs) {
      const noticedMs = givenUp.get(sequence);
      // A double of what was heard teaches nothing.
      if (noticedMs === undefined) return;
      givenUp.delete(sequence);
      const wantedMs = (nowMs - noticedMs) * margin.share + margin.ms;
      learntMs = Math.min(longest, Math.max(holdMs(nowMs), wantedMs));
      learntAtMs = nowMs;
    },
  };
}
