import {
  discardOpusEngine,
  isCurrent,
  type NativeDecoder,
  type OpusEngine,
  opusEngine,
} from "./opus-engine.ts";
import { concealmentTocs, maxPacketBytes, opusClock } from "./opus-packet.ts";
import type { SampleRate } from "./pcm.ts";

/** Decodes one stream of Opus packets to mono: one for each file or speaker. Stereo is mixed as (left + right) / 2. */
export interface OpusDecoder extends Disposable {
  /**
   * The samples of a packet; none for an empty one, which libopus would take for 360 ms to invent.
   * Undefined where the packet is broken: the caller conceals it, and the decoder can go on.
   */
  decode(packet: Uint8Array): Int16Array<ArrayBuffer> | undefined;
  /** The same in memory that the next call of any decoder overwrites: for who copies the samples at once. */
  decodeShared(packet: Uint8Array): Int16Array<ArrayBuffer> | undefined;
  /** As many samples as were lost: what libopus makes of the sound before, for at most 120 ms without a packet, then silence. */
  conceal(lostMs: number): Int16Array<ArrayBuffer>;
  /** Gives the memory back; the decoder must not be used afterwards. */
  free(): void;
}

/** After so much, libopus has faded out and invents nothing worth hearing. */
export const maxConcealedMs = 120;

/**
 * A decoder of libopus in WebAssembly; all of a process share one instance of it, at some 0.2 MB each. Should the
 * instance ever trap, it is thrown away whole and each decoder begins anew in the next one.
 */
export function createOpusDecoder(options: {
  readonly sampleRate: SampleRate;
  /** In 1/256 dB, as in the OpusHead. */
  readonly outputGain?: number;
}): OpusDecoder {
  const { sampleRate, outputGain = 0 } = options;
  let state: { readonly engine: OpusEngine; readonly native: NativeDecoder } | undefined;
  let lastToc: number | undefined;
  /** Since the last packet. */
  let concealedMs = 0;
  let freed = false;

  function open(engine: OpusEngine): NativeDecoder {
    if (freed) throw new TypeError("this Opus decoder was freed");
    // A decoder of an engine that was thrown away is gone with it.
    if (state?.engine !== engine) state = { engine, native: engine.createDecoder(sampleRate, outputGain) };
    return state.native;
  }

  function run(packet: Uint8Array): Int16Array<ArrayBuffer> | undefined {
    const engine = opusEngine();
    try {
      return engine.decode(open(engine), packet);
    } catch (error) {
      if (!isTrap(error)) throw error;
      discardOpusEngine(engine);
      return undefined;
    }
  }

  function free(): void {
    if (state && isCurrent(state.engine)) state.engine.destroyDecoder(state.native);
    state = undefined;
    freed = true;
  }

  function decodeShared(packet: Uint8Array): Int16Array<ArrayBuffer> | undefined {
    const [toc] = packet;
    if (toc === undefined) return new Int16Array(0);
    if (packet.length > maxPacketBytes) return undefined;
    const samples = run(packet);
    if (!samples) return undefined;
    lastToc = toc;
    concealedMs = 0;
    return samples;
  }

  return {
    decode: (packet) => decodeShared(packet)?.slice(),
    decodeShared,
    conceal(lostMs) {
      const lost = new Int16Array(Math.round((lostMs * sampleRate) / 1000));
      if (lastToc === undefined) return lost;
      const concealed = Math.round((Math.min(lostMs, maxConcealedMs - concealedMs) * opusClock) / 1000);
      concealedMs = Math.min(maxConcealedMs, concealedMs + lostMs);
      let at = 0;
      for (const toc of concealmentTocs(lastToc, concealed)) {
        // One byte that holds a TOC alone is an empty frame: libopus conceals it as it does a lost one.
        const samples = run(Uint8Array.of(toc));
        if (!samples) break;
        lost.set(samples.subarray(0, lost.length - at), at);
        at += samples.length;
      }
      return lost;
    },
    free,
    [Symbol.dispose]: free,
  };
}

/** What WebAssembly throws when it runs out of its bounds or aborts: WebAssembly.RuntimeError. */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === "RuntimeError";
}
