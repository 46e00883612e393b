import { tooLong } from "./errors.ts";
import type { FileBytes } from "./file-bytes.ts";
import { createOggOpusDemuxer, type OpusStep } from "./ogg-opus-demuxer.ts";
import { createOpusDecoder, type OpusDecoder } from "./opus-decoder.ts";
import { isPlain } from "./opus-head.ts";
import { opusClock } from "./opus-packet.ts";
import type { SampleRate } from "./pcm.ts";
import type { RecordingDamage } from "./recording.ts";
import { createTimeSlices } from "./time-slices.ts";

/** What an Ogg Opus file holds, found without decoding any of it. */
export interface OggOpusSummary {
  /** Length of what decoding gives, losses included. */
  readonly durationMs: number;
  /** Audio packets found. */
  readonly packets: number;
  /** Logical Opus streams one after the other; 0 where no header was found. */
  readonly streams: number;
  /** Whether all of them can be decoded here; surround needs ffmpeg. */
  readonly plain: boolean;
  readonly cutShort: boolean;
}

type AudioStep = Extract<OpusStep, { kind: "audio" }>;

/** Reads the pages and TOC bytes of a whole file: some 2 ms for each MB, so that a small file of many hours is known early. */
export async function scanOggOpus(file: FileBytes, signal: AbortSignal): Promise<OggOpusSummary> {
  signal.throwIfAborted();
  const demuxer = createOggOpusDemuxer();
  const slices = createTimeSlices(signal);
  let samples = 0;
  let preSkip = 0;
  let inStream = 0;
  let packets = 0;
  let streams = 0;
  let plain = true;

  function take(step: OpusStep): void {
    if (step.kind === "stream") {
      samples += Math.max(0, inStream - preSkip);
      ({ preSkip } = step.head);
      inStream = 0;
      streams += 1;
      plain &&= isPlain(step.head);
    } else {
      packets += step.packets.length;
      inStream += step.lost + length(step) - step.trimmed;
    }
  }

  for await (const bytes of file(signal)) {
    for (const step of demuxer.push(bytes)) {
      take(step);
      if (slices.over) await slices.next();
    }
  }
  for (const step of demuxer.end()) take(step);
  samples += Math.max(0, inStream - preSkip);
  return {
    durationMs: (samples * 1000) / opusClock,
    packets,
    streams,
    plain,
    cutShort: demuxer.cutShort,
  };
}

/**
 * Decodes an Ogg Opus file from the start: 16-bit mono samples in blocks of a second (the last is shorter), with pre-skip
 * and end trimmed and every loss filled, so that times stay those of the recording. Throws AudioError "too-long" as soon
 * as more than `maxDurationMs` would come out.
 */
export async function* decodeOggOpus(
  file: FileBytes,
  options: { readonly sampleRate: SampleRate; readonly signal: AbortSignal; readonly maxDurationMs: number },
): AsyncGenerator<Int16Array, RecordingDamage> {
  const { sampleRate, signal, maxDurationMs } = options;
  signal.throwIfAborted();
  const demuxer = createOggOpusDemuxer();
  const slices = createTimeSlices(signal);
  const output = createOutput(sampleRate, maxDurationMs);

  async function* play(steps: Iterable<OpusStep>): AsyncGenerator<Int16Array> {
    for (const step of steps) {
      for (const block of output.play(step)) {
        if (block) yield block;
        if (slices.over) await slices.next();
      }
    }
  }

  try {
    for await (const bytes of file(signal)) yield* play(demuxer.push(bytes));
    yield* play(demuxer.end());
    const rest = output.rest();
    if (rest.length > 0) yield rest;
    return { lostMs: output.lostMs, cutShort: demuxer.cutShort };
  } finally {
    output.close();
  }
}

interface Output {
  /** Blocks as they get full, and undefined after each packet: a place to pause. */
  play(step: OpusStep): Iterable<Int16Array | undefined>;
  rest(): Int16Array;
  readonly lostMs: number;
  close(): void;
}

/** Places decoded samples on the output's clock and collects them in blocks. */
function createOutput(sampleRate: SampleRate, maxDurationMs: number): Output {
  const maxSamples = (maxDurationMs * sampleRate) / 1000;
  let decoder: OpusDecoder | undefined;
  let block = new Int16Array(sampleRate);
  let filled = 0;
  let emitted = 0;
  let lost = 0;
  /** Of the logical stream: where it is, and where it begins to be heard, in samples at 48 kHz. */
  let position = 0;
  let preSkip = 0;

  const atRate = (clock: number): number => Math.round((clock * sampleRate) / opusClock);

  function* emit(samples: Int16Array): Generator<Int16Array> {
    emitted += samples.length;
    if (emitted > maxSamples) throw tooLong((emitted * 1000) / sampleRate, maxDurationMs);
    let at = 0;
    while (at < samples.length) {
      const piece = samples.subarray(at, at + block.length - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled === block.length) {
        yield block;
        block = new Int16Array(sampleRate);
        filled = 0;
      }
    }
  }

  /** What of `samples`, which begin at the position, is heard up to `end`. */
  function* place(samples: Int16Array, clockSamples: number, end: number): Generator<Int16Array> {
    const start = atRate(position);
    yield* emit(samples.subarray(Math.max(0, atRate(preSkip) - start), Math.max(0, atRate(end) - start)));
    position += clockSamples;
  }

  /** In pieces of a second, since a gap may be as long as the recording. */
  function* fill(gap: number, end: number): Generator<Int16Array | undefined> {
    lost += gap;
    for (let left = gap; left > 0;) {
      const length = Math.min(left, opusClock);
      const wanted = atRate(position + length) - atRate(position);
      const first = left === gap;
      const samples = new Int16Array(wanted);
      if (first && decoder) samples.set(decoder.conceal((wanted * 1000) / sampleRate).subarray(0, wanted));
      yield* place(samples, length, end);
      yield undefined;
      left -= length;
    }
  }

  function* playAudio(step: AudioStep): Generator<Int16Array | undefined> {
    const end = position + step.lost + length(step) - step.trimmed;
    yield* fill(step.lost, end);
    for (const packet of step.packets) {
      const samples = decoder?.decode(packet.bytes);
      if (samples) yield* place(samples, packet.samples, end);
      else yield* fill(packet.samples, end);
      yield undefined;
    }
  }

  return {
    *play(step) {
      if (step.kind === "audio") {
        yield* playAudio(step);
        return;
      }
      decoder?.free();
      decoder = createOpusDecoder({ sampleRate, outputGain: step.head.outputGain });
      ({ preSkip } = step.head);
      position = 0;
    },
    rest: () => block.subarray(0, filled),
    get lostMs() {
      return (lost * 1000) / opusClock;
    },
    close: () => decoder?.free(),
  };
}

function length(step: AudioStep): number {
  return step.packets.reduce((sum, packet) => sum + packet.samples, 0);
}
