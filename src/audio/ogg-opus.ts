import type { FileBytes } from "./file-bytes.ts";
import { createOggOpusDemuxer, type OpusStep } from "./ogg-opus-demuxer.ts";
import { isPlain } from "./opus-head.ts";
import { opusClock } from "./opus-packet.ts";
import { createPlayer } from "./opus-player.ts";
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
  const player = createPlayer(sampleRate, maxDurationMs);

  /** What is ready after each packet, and a pause whenever one is due. */
  async function* ready(): AsyncGenerator<Int16Array> {
    yield* player.take();
    if (slices.over) await slices.next();
  }

  async function* play(steps: Iterable<OpusStep>): AsyncGenerator<Int16Array> {
    for (const step of steps) {
      if (step.kind === "stream") {
        player.begin(step.head);
        continue;
      }
      player.endIn(step.lost + length(step) - step.trimmed);
      // A gap may be as long as the recording, so it is filled a second at a time.
      for (let left = step.lost; left > 0; left -= opusClock) {
        player.lose(Math.min(left, opusClock));
        yield* ready();
      }
      for (const packet of step.packets) {
        player.hear(packet);
        if (player.full || slices.over) yield* ready();
      }
    }
  }

  try {
    for await (const bytes of file(signal)) yield* play(demuxer.push(bytes));
    yield* play(demuxer.end());
    const rest = player.rest();
    if (rest.length > 0) yield rest;
    return { lostMs: player.lostMs, cutShort: demuxer.cutShort };
  } finally {
    player.close();
  }
}

function length(step: AudioStep): number {
  return step.packets.reduce((sum, packet) => sum + packet.samples, 0);
}
