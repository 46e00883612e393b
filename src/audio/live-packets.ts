import { createPatience } from "./live-patience.ts";

/** One RTP packet of a speaker (RFC 3550 §5.1), as it came: late, doubled or out of order. */
export interface LivePacket {
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in ticks of 48 kHz (RFC 7587 §4.1). */
  readonly timestamp: number;
  /** 32 bits: the stream it belongs to. */
  readonly ssrc: number;
  /** By a clock that never jumps, as performance.now(). */
  readonly arrivedMs: number;
  /** An Opus packet; "padding" carries no sound, the sound of an "unreadable" one is lost. */
  readonly payload: Uint8Array | "padding" | "unreadable";
}

/** A packet whose turn has come. */
export interface OrderedPacket {
  readonly packet: LivePacket;
  /** How many sequence numbers before it were given up. */
  readonly missed: number;
  /** Whether its numbers have nothing to do with those before: the stream began, or began anew. */
  readonly restarted: boolean;
}

/** Puts one stream's packets into the order of their sequence numbers, each once, waiting a little for those that are late. */
export interface PacketOrder {
  /** Doubles and packets that came after their place was given up. */
  readonly dropped: number;
  readonly waiting: boolean;
  /** The packets whose turn has come with this one. */
  push(packet: LivePacket): readonly OrderedPacket[];
  /** Gives up the missing ones that were waited for long enough. */
  expire(nowMs: number): readonly OrderedPacket[];
  /** Everything that waits; what comes next begins anew. */
  restart(): readonly OrderedPacket[];
}

/** So many packets behind a gap, 0.64 s of them: it is a loss, not a disorder. */
const maxWaiting = 32;
/** RFC 3550 appendix A.1: what lies further off is a stream that began anew, if another packet confirms it. */
const maxDropout = 3000;
const maxMisorder = 100;

/** `holdMs`: how long the packets behind a gap wait for the missing ones, at first and where such are seen to come late. */
export function createPacketOrder(options: {
  readonly holdMs: readonly [shortest: number, longest: number];
}): PacketOrder {
  const patience = createPatience(options);
  /** In order; a gap lies before the first. */
  const waiting: LivePacket[] = [];
  let next: number | undefined;
  let suspect: LivePacket | undefined;
  let dropped = 0;

  const take = (packet: LivePacket): OrderedPacket => {
    const missed = next === undefined ? 0 : distance(next, packet);
    const taken = { packet, missed, restarted: next === undefined };
    if (missed > 0) patience.gaveUp(missed, packet.sequence, packet.arrivedMs);
    next = (packet.sequence + 1) & 0xffff;
    return taken;
  };

  /** Takes the packets that follow on; those behind a gap too while `giveUp` says so. */
  const release = (giveUp: () => boolean): OrderedPacket[] => {
    const released: OrderedPacket[] = [];
    for (let [first] = waiting; first; [first] = waiting) {
      if (next !== undefined && distance(next, first) > 0 && !giveUp()) break;
      waiting.shift();
      released.push(take(first));
    }
    return released;
  };
  const waitedTooLong = (nowMs: number): boolean => {
    const holdMs = patience.holdMs(nowMs);
    return waiting.length > maxWaiting || waiting.some(({ arrivedMs }) => nowMs - arrivedMs >= holdMs);
  };

  const insert = (packet: LivePacket): void => {
    const at = waiting.findIndex((one) => distance(packet.sequence, one) >= 0);
    if (at < 0) waiting.push(packet);
    else if (waiting[at]?.sequence === packet.sequence) dropped++;
    else waiting.splice(at, 0, packet);
  };

  const restart = (): OrderedPacket[] => {
    const released = release(() => true);
    next = undefined;
    suspect = undefined;
    return released;
  };

  /** A packet far from all others: kept until the next one says whether the stream began anew there. */
  const judge = (packet: LivePacket): OrderedPacket[] => {
    const stray = suspect;
    if (stray && distance(stray.sequence, packet) === 1) return [...restart(), take(stray), take(packet)];
    if (stray) dropped++;
    suspect = packet;
    return [];
  };

  return {
    get dropped() {
      return dropped;
    },
    get waiting() {
      return waiting.length > 0;
    },
    push(packet) {
      if (next === undefined) return [take(packet)];
      const ahead = distance(next, packet);
      if (ahead < -maxMisorder || ahead > maxDropout) return judge(packet);
      suspect = undefined;
      if (ahead < 0) {
        dropped++;
        patience.straggler(packet.sequence, packet.arrivedMs);
      } else insert(packet);
      return release(() => waitedTooLong(packet.arrivedMs));
    },
    expire: (nowMs) => release(() => waitedTooLong(nowMs)),
    restart,
  };
}

/** How far a packet lies behind a sequence number, across the wrap at 16 bits; negative where it lies before. */
function distance(sequence: number, packet: LivePacket): number {
  return ((packet.sequence - sequence) << 16) >> 16;
}
