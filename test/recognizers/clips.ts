import type { Clip, SampleRate } from "../../src/audio/pcm.ts";

/** A clip of so many ms whose samples count up: no words in it, but every byte is known. */
export function clipOf(lengthMs: number, sampleRate: SampleRate = 16000): Clip {
  const samples = Int16Array.from(
    { length: (lengthMs * sampleRate) / 1000 },
    (_none, index) => (index % 65536) - 32768,
  );
  const whole = { startMs: 0, endMs: lengthMs };
  return {
    index: 0,
    samples,
    sampleRate,
    pieces: [{ clipStartMs: 0, startMs: 0, durationMs: lengthMs }],
    speech: [whole],
    overlapMs: 0,
  };
}
