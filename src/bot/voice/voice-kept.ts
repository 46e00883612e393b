import type { RtpHeader } from "./voice-rtp.ts";

/** A datagram of which nobody knows yet who sent it, still sealed. */
export interface KeptDatagram {
  readonly datagram: Buffer;
  readonly header: RtpHeader;
  /** By performance.now(). */
  readonly arrivedMs: number;
}

/** The first syllables of whoever speaks before the server has said who speaks (op 5): kept for some seconds, never opened. */
export interface KeptDatagrams {
  keep(one: KeptDatagram): void;
  /** What a source sent during the last seconds, in the order of arrival. */
  take(ssrc: number, nowMs: number): readonly KeptDatagram[];
  clear(): void;
}

/** A voice server's word for it comes over TCP, and that may stall. */
const keptMs = 3000;
/** As many 20 ms packets of each of eight people who begin at once. */
const maxDatagrams = 1250;
const maxBytes = 512 * 1024;

/** `onDropped` is called for each datagram that nobody claimed in time. */
export function createKeptDatagrams({ onDropped }: { readonly onDropped: () => void }): KeptDatagrams {
  /** In the order of arrival. */
  let kept: KeptDatagram[] = [];
  let bytes = 0;

  const drop = (count: number): void => {
    for (const { datagram } of kept.splice(0, count)) {
      bytes -= datagram.length;
      onDropped();
    }
  };
  const dropOld = (nowMs: number): void => {
    const fresh = kept.findIndex(({ arrivedMs }) => nowMs - arrivedMs < keptMs);
    drop(fresh < 0 ? kept.length : fresh);
  };

  return {
    keep(one) {
      dropOld(one.arrivedMs);
      // Every datagram makes room for itself: none is longer than what a path of the internet carries.
      if (kept.length >= maxDatagrams || bytes >= maxBytes) drop(1);
      kept.push(one);
      bytes += one.datagram.length;
    },
    take(ssrc, nowMs) {
      dropOld(nowMs);
      const taken = kept.filter(({ header }) => header.ssrc === ssrc);
      if (taken.length === 0) return taken;
      kept = kept.filter(({ header }) => header.ssrc !== ssrc);
      for (const { datagram } of taken) bytes -= datagram.length;
      return taken;
    },
    clear() {
      drop(kept.length);
    },
  };
}
