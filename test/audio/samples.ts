import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createOggOpusDemuxer, type TimedPacket } from "../../src/audio/ogg-opus-demuxer.ts";
import type { OpusHead } from "../../src/audio/opus-head.ts";
import type { SampleRate, Span } from "../../src/audio/pcm.ts";

/** Human speech with 16 kHz from the Debian package pocketsphinx-testdata: LibriVox readers, 7.1 s and 3.0 s. */
export const librivox = ["0870", "0880"].map(
  (part) => `/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`,
);

/** A private folder that goes when the scope does. */
export function temporaryFolder(): Disposable & {
  readonly path: string;
  file(name: string, bytes?: Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), "earshot-test-"));
  return {
    path,
    file(name, bytes) {
      const file = join(path, name);
      if (bytes) writeFileSync(file, bytes);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs a program of the host and gives what it writes; its complaints go nowhere. */
export function run(program: string, args: readonly string[], input?: Uint8Array): Buffer {
  return execFileSync(program, args, {
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "ignore"],
    ...(input && { input }),
  });
}

export function ffmpeg(args: readonly string[], input?: Uint8Array): Buffer {
  return run("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], input);
}

/** Any file as ffmpeg decodes it: the reference that decoders are compared with. */
export function reference(file: string, sampleRate: SampleRate): Int16Array {
  return samplesOf(ffmpeg(["-i", file, "-ac", "1", "-ar", String(sampleRate), "-f", "s16le", "-"]));
}

export function samplesOf(bytes: Buffer): Int16Array {
  const copy = Uint8Array.prototype.slice.call(bytes);
  return new Int16Array(copy.buffer, 0, copy.length >> 1);
}

export function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** The head and packets of an Ogg Opus file. */
export function packetsOf(file: string): { head: OpusHead; packets: TimedPacket[] } {
  const demuxer = createOggOpusDemuxer();
  const steps = [...demuxer.push(readFileSync(file)), ...demuxer.end()];
  const head = steps.find((step) => step.kind === "stream")!.head;
  return { head, packets: steps.flatMap((step) => (step.kind === "audio" ? step.packets : [])) };
}

/** Reads a generator to its end: its values and what it returned. */
export async function drain<Value, Result>(
  generator: AsyncGenerator<Value, Result>,
): Promise<{ values: Value[]; result: Result }> {
  const values: Value[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) return { values, result: next.value };
    values.push(next.value);
  }
}

export function concat(blocks: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** Normalized correlation of two signals without any lag: 1 where they are the same but for their level. */
export function correlation(one: Int16Array, other: Int16Array): number {
  let both = 0;
  let oneSquared = 0;
  let otherSquared = 0;
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    both += one[at]! * other[at]!;
    oneSquared += one[at]! ** 2;
    otherSquared += other[at]! ** 2;
  }
  return both / Math.sqrt(oneSquared * otherSquared);
}

/** Root mean square in dBFS. */
export function level(samples: Int16Array): number {
  const sum = samples.reduce((total, sample) => total + sample ** 2, 0);
  return 10 * Math.log10(Math.max(sum / samples.length / 2 ** 30, 1e-12));
}

/** Silence and pieces one behind the other, and where each piece came to lie, in ms. */
export function joined(
  pieces: readonly Int16Array[],
  options: { readonly sampleRate: SampleRate; readonly gapMs: number },
): { readonly samples: Int16Array; readonly spans: readonly Span[] } {
  const { sampleRate, gapMs } = options;
  const gap = new Int16Array((gapMs * sampleRate) / 1000);
  const spans: Span[] = [];
  const parts: Int16Array[] = [gap];
  let at = gapMs;
  for (const piece of pieces) {
    const endMs = at + (piece.length * 1000) / sampleRate;
    spans.push({ startMs: at, endMs });
    parts.push(piece, gap);
    at = endMs + gapMs;
  }
  return { samples: concat(parts), spans };
}

/** Pieces of at most so many samples, as a decoder gives them. */
export function* blocksOf(samples: Int16Array, length = 16_000): Generator<Int16Array> {
  for (let at = 0; at < samples.length; at += length) yield samples.subarray(at, at + length);
}

/** Uniform numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
