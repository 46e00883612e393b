import { open, type FileHandle } from "node:fs/promises";

import { AudioError } from "./errors.ts";
import { durationMs, type SampleRate, type Span } from "./pcm.ts";
import type { Recording, RecordingDamage } from "./recording.ts";
import { waveHeader, waveHeaderBytes } from "./wave-file.ts";

/** A recording that was written down as a WAVE file: mono, 16 bit. */
export interface WrittenRecording {
  readonly bytes: number;
  readonly durationMs: number;
  /** From the first sound to the last; undefined where there is nothing but plain silence. */
  readonly sound: Span | undefined;
  readonly damage: RecordingDamage;
}

export interface WriteRecordingOptions {
  readonly sampleRate: SampleRate;
  readonly signal: AbortSignal;
  /** A file that would be larger is not finished. */
  readonly maxBytes: number;
}

const sampleBytes = Int16Array.BYTES_PER_ELEMENT;
/** As loud as -66 dBFS: no microphone in a room is quieter than that. */
const leastSound = 16;

/**
 * Decodes a recording into a new file that only its owner may read; memory stays flat. Gives undefined where it grows
 * over the limit: the file is of no use then. Throws what decoding throws, and AudioError "disk-full".
 */
export async function writeRecording(
  recording: Recording,
  path: string,
  options: WriteRecordingOptions,
): Promise<WrittenRecording | undefined> {
  const { sampleRate, signal, maxBytes } = options;
  await using file = await open(path, "wx", 0o600);
  const sound = { first: -1, last: -1 };
  let samples = 0;
  const decoding = recording.decode({ sampleRate, signal });
  try {
    await write(file, waveHeader(sampleRate, 0));
    for (;;) {
      const step = await decoding.next();
      if (step.done === true) {
        const bytes = waveHeaderBytes + samples * sampleBytes;
        await write(file, waveHeader(sampleRate, bytes - waveHeaderBytes), 0);
        return { ...measured(samples, sound, sampleRate), bytes, damage: step.value };
      }
      const block = step.value;
      if (waveHeaderBytes + (samples + block.length) * sampleBytes > maxBytes) return undefined;
      findSound(block, samples, sound);
      samples += block.length;
      await write(file, new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
    }
  } finally {
    await decoding.return({ lostMs: 0, cutShort: false });
  }
}

function measured(
  samples: number,
  { first, last }: { readonly first: number; readonly last: number },
  sampleRate: SampleRate,
): Pick<WrittenRecording, "durationMs" | "sound"> {
  const at = (length: number): number => durationMs({ length }, sampleRate);
  return {
    durationMs: at(samples),
    sound: first < 0 ? undefined : { startMs: at(first), endMs: at(last + 1) },
  };
}

function findSound(block: Int16Array, offset: number, sound: { first: number; last: number }): void {
  const last = block.findLastIndex(isSound);
  if (last < 0) return;
  if (sound.first < 0) sound.first = offset + block.findIndex(isSound);
  sound.last = offset + last;
}

function isSound(sample: number): boolean {
  return Math.abs(sample) >= leastSound;
}

async function write(file: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      const at = position === undefined ? null : position + done;
      done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten;
    }
  } catch (error) {
    const isFull =
      error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT"].includes(String(error.code));
    throw isFull ? new AudioError("disk-full", "no room for the recording", { cause: error }) : error;
  }
}
