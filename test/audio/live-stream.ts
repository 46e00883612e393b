import type { LivePacket } from "../../src/audio/live-packets.ts";
import type { TimelineEvent } from "../../src/audio/live-timeline.ts";

/** A 20 ms Opus packet that can be told from every other one. */
export function numbered(number: number): Uint8Array {
  return Uint8Array.of(0x78, number >> 8, number & 0xff);
}

/** The number of a packet event. */
export function numberOf(event: TimelineEvent): number | undefined {
  return event.type === "packet" ? (event.payload[1]! << 8) | event.payload[2]! : undefined;
}

/** Packets of a client that sends one each 20 ms, the first at `startMs`; both its counters start anywhere. */
export function stream(
  count: number,
  {
    startMs = 1000,
    sequence = 65_500,
    timestamp = 2 ** 32 - 5000,
    ssrc = 7,
    from = 0,
  }: {
    readonly startMs?: number;
    readonly sequence?: number;
    readonly timestamp?: number;
    readonly ssrc?: number;
    readonly from?: number;
  } = {},
): LivePacket[] {
  return Array.from({ length: count }, (_, index) => ({
    sequence: (sequence + index) & 0xffff,
    timestamp: (timestamp + index * 960) >>> 0,
    ssrc,
    arrivedMs: startMs + index * 20,
    payload: numbered(from + index),
  }));
}

export const silenceFrame = Uint8Array.of(0xf8, 0xff, 0xfe);
