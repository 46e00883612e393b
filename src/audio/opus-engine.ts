import { createRequire } from "node:module";

import type { SampleRate } from "./pcm.ts";
import { maxPacketBytes } from "./opus-packet.ts";

/** The part of opusscript 0.1.1's WebAssembly module (libopus 1.4) that is used; its own JavaScript is not. */
interface OpusModule {
  readonly OpusScriptHandler: {
    new (sampleRate: number, channels: number, application: number): NativeDecoder;
    destroy_handler(handler: NativeDecoder): void;
  };
  /** The views are replaced whenever the memory grows: read them anew for each use. */
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
}

/** A decoder inside an engine's memory. */
export interface NativeDecoder {
  /** Number of samples, or a negative libopus error. Writes each sample as two 16-bit words: low byte, high byte. */
  _decode(packetPointer: number, packetBytes: number, outputPointer: number): number;
  _decoder_ctl(request: number, value: number): number;
}

/** libopus in WebAssembly memory of its own. */
export interface OpusEngine {
  /** The engine's whole memory as it is now. */
  memory(): Uint8Array;
  /** A decoder to mono. `outputGain` is in 1/256 dB (RFC 7845 §5.1). */
  createDecoder(sampleRate: SampleRate, outputGain: number): NativeDecoder;
  destroyDecoder(decoder: NativeDecoder): void;
  /** The packet's samples in memory that the next call overwrites, or undefined where libopus refuses it. */
  decode(decoder: NativeDecoder, packet: Uint8Array): Int16Array<ArrayBuffer> | undefined;
}

const application = 2048;
const setGainRequest = 4034;
/** What the module offers libopus for one call: 360 ms at 16 kHz, which only an empty packet would fill. */
const outputSamples = 5760;
const outputBytesPerSample = 4;

/** Loads libopus into fresh memory: some 5 ms and 16 MB. Everything of an engine that trapped is to be dropped. */
export function loadOpusEngine(): OpusEngine {
  const load: (options: object) => OpusModule = createRequire(import.meta.url)(
    "opusscript/build/opusscript_native_wasm.js",
  );
  const opus = load({ print: silent, printErr: silent });
  // Every call fills these anew, so that all decoders share them. opusscript's own JavaScript mistakes the address of
  // its output for an index of 16-bit words and lets libopus write outside it.
  const packetPointer = allocate(opus, maxPacketBytes);
  const outputPointer = allocate(opus, outputSamples * outputBytesPerSample);
  const samples = new Int16Array(outputSamples);

  return {
    memory: () => opus.HEAPU8,
    createDecoder(sampleRate, outputGain) {
      const decoder = new opus.OpusScriptHandler(sampleRate, 1, application);
      if (outputGain !== 0) decoder._decoder_ctl(setGainRequest, outputGain);
      return decoder;
    },
    destroyDecoder(decoder) {
      opus.OpusScriptHandler.destroy_handler(decoder);
    },
    decode(decoder, packet) {
      opus.HEAPU8.set(packet, packetPointer);
      const count = decoder._decode(packetPointer, packet.length, outputPointer);
      if (count < 0) return undefined;
      const words = opus.HEAPU32.subarray(outputPointer >>> 2, (outputPointer >>> 2) + count);
      for (let at = 0; at < count; at++) {
        const word = words[at] ?? 0;
        samples[at] = (word & 0xff) | (word >>> 8);
      }
      return samples.subarray(0, count);
    },
  };
}

/** The module would write to the console. */
function silent(): void {}

function allocate(opus: OpusModule, bytes: number): number {
  const pointer = opus._malloc(bytes);
  if (pointer === 0) throw new RangeError("no memory left for Opus decoders");
  return pointer;
}

let current: OpusEngine | undefined;

/** The engine of this process or worker thread, loaded at first use. */
export function opusEngine(): OpusEngine {
  current ??= loadOpusEngine();
  return current;
}

/** Has the next decoder get a fresh engine, because this one trapped and its memory cannot be trusted. */
export function discardOpusEngine(engine: OpusEngine): void {
  if (current === engine) current = undefined;
}

/** Whether decoders of this engine are still there to be freed. */
export function isCurrent(engine: OpusEngine): boolean {
  return current === engine;
}
