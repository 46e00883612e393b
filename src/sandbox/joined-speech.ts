import { seededRandom } from "./random.ts";
import type { SpokenText } from "./speech.ts";

/** Where one of several spoken texts lies in a longer recording, in ms. */
export interface SpokenPart {
  readonly id: string;
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Several spoken texts one after the other; `text` is all that is said. */
export interface LongRecording extends SpokenText {
  readonly parts: readonly SpokenPart[];
}

export interface JoinOptions {
  /** The same seed gives the same pauses and the same noise. */
  readonly seed: number;
  /** Shortest and longest pause between two texts, in ms; 300 to 900 unless told. */
  readonly pauseMs?: readonly [shortest: number, longest: number];
  /** Loudness of the room, in dBFS; -66 unless told. Digital silence (-Infinity) is easier than any microphone makes it. */
  readonly noiseDb?: number;
}

/** Joins spoken texts to one long recording with pauses between them. */
export function joinSpeech(spoken: readonly SpokenText[], options: JoinOptions): LongRecording {
  const { seed, pauseMs: [shortest, longest] = [300, 900], noiseDb = -66 } = options;
  const random = seededRandom(seed);
  const parts: SpokenPart[] = [];
  const starts: number[] = [];
  let length = 0;
  for (const { id, text, samples } of spoken) {
    if (parts.length > 0) length += Math.round((shortest + random() * (longest - shortest)) * 16);
    starts.push(length);
    parts.push({ id, text, startMs: length / 16, endMs: (length + samples.length) / 16 });
    length += samples.length;
  }
  const samples = new Int16Array(length);
  for (const [index, one] of spoken.entries()) samples.set(one.samples, starts[index]);
  addNoise(samples, noiseDb, random);
  return {
    id: `joined/${seed}`,
    text: spoken.map(({ text }) => text).join(" "),
    speaker: [...new Set(spoken.map(({ speaker }) => speaker))].join(", "),
    samples,
    sampleRate: 16_000,
    parts,
  };
}

/** White noise of so many dBFS (root mean square), the same for the same seed. */
export function noise(lengthMs: number, noiseDb: number, seed: number): Int16Array {
  const samples = new Int16Array(Math.round(lengthMs * 16));
  addNoise(samples, noiseDb, seededRandom(seed));
  return samples;
}

/** A pure tone at half of full scale. */
export function tone(lengthMs: number, hertz: number): Int16Array {
  const turn = (2 * Math.PI * hertz) / 16_000;
  return Int16Array.from(
    { length: Math.round(lengthMs * 16) },
    (_, index) => 16_384 * Math.sin(turn * index),
  );
}

function addNoise(samples: Int16Array, noiseDb: number, random: () => number): void {
  // Evenly spread numbers within ±1 have a root mean square of 1/√3.
  const peak = 32_768 * 10 ** (noiseDb / 20) * Math.sqrt(3);
  if (peak === 0) return;
  for (const [index, sample] of samples.entries()) {
    const sum = sample + Math.round((random() * 2 - 1) * peak);
    samples[index] = Math.max(-32_768, Math.min(32_767, sum));
  }
}
