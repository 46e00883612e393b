/** Whose packets come under which ssrc, from what the voice server says (op 5 and op 13). */
export interface VoiceSources {
  memberOf(ssrc: number, nowMs: number): string | undefined;
  /** The member goes on under this ssrc; what they sent under another one may still be under way. */
  announce(memberId: string, ssrc: number, nowMs: number): void;
  /** The member has left; what they sent may still be under way. */
  retire(memberId: string, nowMs: number): void;
  clear(): void;
}

/** Packets of an ssrc that was given up are still its speaker's for so long, unless the server gives it to somebody else. */
export const stragglingMs = 1000;

interface Source {
  readonly memberId: string;
  readonly untilMs: number;
}

export function createVoiceSources(): VoiceSources {
  const sources = new Map<number, Source>();
  const retire = (memberId: string, untilMs: number): void => {
    for (const [ssrc, source] of sources) {
      if (source.memberId !== memberId) continue;
      sources.set(ssrc, { memberId, untilMs: Math.min(source.untilMs, untilMs) });
    }
  };
  /** Servers give many ssrcs to one who comes and goes. */
  const dropOld = (nowMs: number): void => {
    for (const [ssrc, { untilMs }] of sources) if (untilMs <= nowMs) sources.delete(ssrc);
  };
  return {
    memberOf(ssrc, nowMs) {
      const source = sources.get(ssrc);
      return source && nowMs < source.untilMs ? source.memberId : undefined;
    },
    announce(memberId, ssrc, nowMs) {
      dropOld(nowMs);
      const known = sources.get(ssrc);
      if (known?.memberId === memberId && known.untilMs === Infinity) return;
      retire(memberId, nowMs + stragglingMs);
      sources.set(ssrc, { memberId, untilMs: Infinity });
    },
    retire: (memberId, nowMs) => retire(memberId, nowMs + stragglingMs),
    clear: () => sources.clear(),
  };
}
