import type { OggPage } from "./ogg.ts";

/** A packet of a logical stream: the unit the codec decodes. */
export interface OggPacket {
  /** All of it, or the first bytes of an oversized one. */
  readonly bytes: Uint8Array;
  readonly oversized: boolean;
}

/** Puts together the packets of one logical stream, also where they run over several pages. */
export interface OggPacketReader {
  /** The packets that end on this page, in order. What a lost page leaves incomplete is dropped. */
  push(page: OggPage): OggPacket[];
  /** Whether a packet has begun that has not ended yet. */
  readonly unfinished: boolean;
}

interface Partial {
  readonly pieces: Uint8Array[];
  bytes: number;
  oversized: boolean;
}

const empty = new Uint8Array(0);

/** Follows one serial number. `maxPacketBytes` bounds what is kept of a packet; the rest of a longer one is skipped. */
export function createOggPacketReader(maxPacketBytes: number): OggPacketReader {
  let partial: Partial | undefined;
  let lastSequence: number | undefined;

  function add(piece: Uint8Array): void {
    partial ??= { pieces: [], bytes: 0, oversized: false };
    const kept = piece.subarray(0, maxPacketBytes - partial.bytes);
    partial.oversized ||= kept.length < piece.length;
    partial.bytes += kept.length;
    if (kept.length > 0) partial.pieces.push(kept);
  }

  function finish(): OggPacket {
    const { pieces, bytes, oversized } = partial ?? { pieces: [], bytes: 0, oversized: false };
    partial = undefined;
    const [only = empty] = pieces;
    if (pieces.length < 2) return { bytes: only, oversized };
    const joined = new Uint8Array(bytes);
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return { bytes: joined, oversized };
  }

  return {
    push(page) {
      const inOrder = lastSequence === undefined || page.sequence === (lastSequence + 1) >>> 0;
      lastSequence = page.sequence;
      if (!page.continued || !inOrder) partial = undefined;
      // The rest of a packet whose beginning is lost is no packet: skip to where the next begins.
      let headless = page.continued && partial === undefined;
      const packets: OggPacket[] = [];
      let start = 0;
      let end = 0;
      for (const [index, segment] of page.lacing.entries()) {
        end += segment;
        const ends = segment < 255;
        if (!ends && index < page.lacing.length - 1) continue;
        const piece = page.body.subarray(start, end);
        // What waits for its other half is copied, lest it keep a whole page's memory.
        if (!headless) add(ends ? piece : piece.slice());
        start = end;
        if (!ends) continue;
        if (!headless) packets.push(finish());
        headless = false;
      }
      return packets;
    },
    get unfinished() {
      return partial !== undefined;
    },
  };
}
