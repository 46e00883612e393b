import type { LivePacket } from "./live-packets.ts";
import { createLiveTimeline, type TimelineEvent, type TimelineStats } from "./live-timeline.ts";
import { createOpusDecoder } from "./opus-decoder.ts";
import { durationMs, type SampleRate } from "./pcm.ts";

/** A stretch of what a speaker says. Each begins where the one before ended, in ms from the session's start. */
export type LiveSound =
  | {
      readonly type: "audio";
      readonly startMs: number;
      /** Mono, at the speaker's sample rate; of one packet, or of a loss of at most 120 ms. */
      readonly samples: Int16Array<ArrayBuffer>;
      /** Whether the samples stand in for a loss. */
      readonly concealed: boolean;
    }
  /** Nobody needs its zeros: it may be an hour long. */
  | { readonly type: "silence"; readonly startMs: number; readonly endMs: number }
  /** What was said from `startMs` to `endMs` is missing; the stretch itself has come before, as silence. */
  | { readonly type: "unheard"; readonly startMs: number; readonly endMs: number };

/** What became of a speaker's packets, and how much of the sound had to be made up. */
export interface LiveSpeakerStats extends TimelineStats {
  /** Packets that libopus refused; they were concealed. */
  readonly refused: number;
  readonly concealedMs: number;
}

/** One member who speaks: packets in, sound on the session's clock out. Bad packets are concealed, never thrown. */
export interface LiveSpeaker extends Disposable {
  readonly stats: LiveSpeakerStats;
  /** Whether packets wait for a missing one: what was said up to now is not known yet. */
  readonly waiting: boolean;
  push(packet: LivePacket): readonly LiveSound[];
  /** To be called a few times a second, also while nothing comes: silence sends no packets. */
  advance(nowMs: number): readonly LiveSound[];
  /** What was held back. The decoder is freed: nothing may be pushed any more. */
  end(): readonly LiveSound[];
}

export interface LiveSpeakerOptions {
  /** When the session began, by the clock of `arrivedMs`. */
  readonly sessionStartMs: number;
  /** 16,000 unless told. */
  readonly sampleRate?: SampleRate;
}

/** One Opus decoder and one clock, of some 0.2 MB: end or dispose it when the member leaves. */
export function createLiveSpeaker({ sessionStartMs, sampleRate = 16_000 }: LiveSpeakerOptions): LiveSpeaker {
  const timeline = createLiveTimeline({ sessionStartMs });
  const decoder = createOpusDecoder({ sampleRate });
  let [refused, concealedMs] = [0, 0];

  const conceal = (startMs: number, lostMs: number): LiveSound => {
    concealedMs += lostMs;
    return { type: "audio", startMs, samples: decoder.conceal(lostMs), concealed: true };
  };
  const hear = (event: TimelineEvent): LiveSound => {
    const { startMs } = event;
    if (event.type === "silence") return { type: "silence", startMs, endMs: startMs + event.durationMs };
    if (event.type === "unheard") {
      const { sinceMs, lostMs } = event;
      return { type: "unheard", startMs: sinceMs, endMs: Math.min(startMs, sinceMs + lostMs) };
    }
    if (event.type === "lost") return conceal(startMs, event.durationMs);
    const samples = decoder.decode(event.payload);
    if (samples) return { type: "audio", startMs, samples, concealed: false };
    refused++;
    return conceal(startMs, event.durationMs);
  };

  return {
    get stats() {
      return { ...timeline.stats, refused, concealedMs };
    },
    get waiting() {
      return timeline.waiting;
    },
    push: (packet) => timeline.push(soundOnly(packet)).map(hear),
    advance: (nowMs) => timeline.advance(nowMs).map(hear),
    end() {
      const rest = timeline.end().map(hear);
      decoder.free();
      return rest;
    },
    [Symbol.dispose]: () => decoder.free(),
  };
}

/** The last gate before the decoder: nothing empty, and nothing that is still end-to-end encrypted. */
function soundOnly(packet: LivePacket): LivePacket {
  const { payload } = packet;
  if (typeof payload === "string") return packet;
  if (payload.length === 0) return { ...packet, payload: "padding" };
  return isEncrypted(payload) ? { ...packet, payload: "unreadable" } : packet;
}

/**
 * Whether a frame has DAVE's trailer: an 8-byte tag, a nonce, the trailer's size and FA FA (protocol whitepaper, "Payload
 * format"). One clear packet in 65,536 ends in FA FA as well; hardly any has a size that fits before it.
 */
function isEncrypted(frame: Uint8Array): boolean {
  const size = frame.at(-3) ?? 0;
  return frame.at(-1) === 0xfa && frame.at(-2) === 0xfa && size >= 12 && size <= frame.length;
}

/** Where a stretch of sound ends, in ms from the session's start. */
export function endOfSound(sound: LiveSound, sampleRate: SampleRate): number {
  return sound.type !== "audio" ? sound.endMs : sound.startMs + durationMs(sound.samples, sampleRate);
}
