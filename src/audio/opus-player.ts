import { tooLong } from "./errors.ts";
import type { TimedPacket } from "./ogg-opus-demuxer.ts";
import { createOpusDecoder, type OpusDecoder } from "./opus-decoder.ts";
import type { OpusHead } from "./opus-head.ts";
import { opusClock } from "./opus-packet.ts";
import type { SampleRate } from "./pcm.ts";

/** Decodes the packets of logical streams, places the samples on the clock and collects them in blocks. */
export interface OpusPlayer {
  /** A logical stream begins. */
  begin(head: OpusHead): void;
  /** What follows is heard for so many samples at 48 kHz from here; the rest is trimmed. */
  endIn(clockSamples: number): void;
  hear(packet: TimedPacket): void;
  /** So many samples at 48 kHz are lost: concealed, then silence. */
  lose(clockSamples: number): void;
  /** Whether a block is ready. */
  readonly full: boolean;
  /** The blocks that are ready, a second each. */
  take(): Int16Array[];
  /** The last block, which is shorter. */
  rest(): Int16Array;
  readonly lostMs: number;
  close(): void;
}

/** Gives 16-bit mono samples at `sampleRate`; throws AudioError "too-long" beyond `maxDurationMs`. */
export function createPlayer(sampleRate: SampleRate, maxDurationMs: number): OpusPlayer {
  const maxSamples = (maxDurationMs * sampleRate) / 1000;
  let decoder: OpusDecoder | undefined;
  let ready: Int16Array[] = [];
  let block = new Int16Array(sampleRate);
  let filled = 0;
  let emitted = 0;
  let lost = 0;
  /** Of the logical stream, in samples at 48 kHz: where it is, and from where to where it is heard. */
  let position = 0;
  let preSkip = 0;
  let end = 0;

  const atRate = (clock: number): number => Math.round((clock * sampleRate) / opusClock);

  function emit(samples: Int16Array): void {
    emitted += samples.length;
    if (emitted > maxSamples) throw tooLong((emitted * 1000) / sampleRate, maxDurationMs);
    for (let at = 0; at < samples.length;) {
      const piece = samples.subarray(at, at + block.length - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < block.length) return;
      ready.push(block);
      block = new Int16Array(sampleRate);
      filled = 0;
    }
  }

  /** What of samples that begin here is heard. */
  function place(samples: Int16Array, clockSamples: number): void {
    const start = atRate(position);
    const from = Math.max(0, atRate(preSkip) - start);
    emit(samples.subarray(from, Math.max(from, atRate(end) - start)));
    position += clockSamples;
  }

  function lose(clockSamples: number): void {
    lost += clockSamples;
    const wanted = atRate(position + clockSamples) - atRate(position);
    place(decoder?.conceal((wanted * 1000) / sampleRate) ?? new Int16Array(wanted), clockSamples);
  }

  return {
    begin(head) {
      decoder?.free();
      decoder = createOpusDecoder({ sampleRate, outputGain: head.outputGain });
      ({ preSkip } = head);
      position = 0;
    },
    endIn(clockSamples) {
      end = position + clockSamples;
    },
    hear({ bytes, samples: clockSamples }) {
      const samples = decoder?.decodeShared(bytes);
      if (samples) place(samples, clockSamples);
      else lose(clockSamples);
    },
    lose,
    get full() {
      return ready.length > 0;
    },
    take() {
      const taken = ready;
      if (taken.length > 0) ready = [];
      return taken;
    },
    rest: () => block.subarray(0, filled),
    get lostMs() {
      return (lost * 1000) / opusClock;
    },
    close: () => decoder?.free(),
  };
}
