import type { SampleRate } from "./pcm.ts";

/** The newest samples of a stream, by their time in it; older ones are dropped. Times in ms from the stream's start. */
export interface SampleWindow {
  readonly startMs: number;
  readonly endMs: number;
  push(samples: Int16Array): void;
  /** What lies between two times and is still there. */
  copy(startMs: number, endMs: number): Int16Array;
  /** Forgets what came before. */
  drop(beforeMs: number): void;
}

export function createSampleWindow(sampleRate: SampleRate): SampleWindow {
  let kept = new Int16Array(sampleRate);
  /** The place in the stream of the first sample that is kept, and how many are. */
  let first = 0;
  let length = 0;
  const indexOf = (timeMs: number): number =>
    Math.min(length, Math.max(0, Math.round((timeMs * sampleRate) / 1000) - first));

  return {
    get startMs() {
      return (first * 1000) / sampleRate;
    },
    get endMs() {
      return ((first + length) * 1000) / sampleRate;
    },
    push(samples) {
      if (length + samples.length > kept.length) {
        const more = new Int16Array(Math.max(kept.length * 2, length + samples.length));
        more.set(kept.subarray(0, length));
        kept = more;
      }
      kept.set(samples, length);
      length += samples.length;
    },
    copy: (startMs, endMs) => kept.slice(indexOf(startMs), indexOf(endMs)),
    drop(beforeMs) {
      const count = indexOf(beforeMs);
      // A second at a time: moving samples for each packet would cost more than it frees.
      if (count < sampleRate && count < length) return;
      kept.copyWithin(0, count, length);
      first += count;
      length -= count;
      // A long clip's room is given back.
      if (kept.length > 8 * sampleRate && length < 2 * sampleRate) kept = kept.slice(0, 4 * sampleRate);
    },
  };
}
