import { giveBack } from "../audio/give-back.ts";
import { durationMs, type SampleRate } from "../audio/pcm.ts";
import type { Recording, RecordingDamage } from "../audio/recording.ts";

export interface TwoPassesOptions {
  readonly sampleRate: SampleRate;
  readonly signal: AbortSignal;
  /** The longest recording that `whole` gives, in ms. */
  readonly wholeMs: number;
  /** The longest recording whose samples are kept for the second pass, in ms. */
  readonly keepMs: number;
}

/** A recording that is read once to find the speech in it, and once more to cut it. */
export interface TwoPasses {
  /** All samples of a short recording; undefined as soon as it is known to be longer. Comes before `first`. */
  whole(): Promise<Int16Array | undefined>;
  /** All samples from the start, as they are decoded. A block is the reader's until it asks for the next one. */
  first(): AsyncGenerator<Int16Array, void, undefined>;
  /** All samples once more: the kept ones, or decoded again. Comes after `first`. */
  second(signal: AbortSignal): AsyncIterable<Int16Array>;
  /** How long the recording was found to be. */
  durationMs(): number;
  /** What decoding ran into; known after the first pass. */
  damage(): RecordingDamage;
}

const noDamage: RecordingDamage = { lostMs: 0, cutShort: false };

/** Starts decoding when the first samples are asked for. Errors are those of `Recording.decode`. */
export function readTwice(recording: Recording, options: TwoPassesOptions): TwoPasses {
  const { sampleRate, signal, wholeMs, keepMs } = options;
  const decoding = recording.decode({ sampleRate, signal });
  const mostWhole = (wholeMs * sampleRate) / 1000;
  const mostKept = Math.max(mostWhole, (keepMs * sampleRate) / 1000);
  let kept: Int16Array[] = [];
  let length = 0;
  let damage = noDamage;

  const next = async (): Promise<Int16Array | undefined> => {
    const step = await decoding.next();
    if (step.done === true) {
      damage = step.value;
      return undefined;
    }
    length += step.value.length;
    return step.value;
  };

  return {
    async whole() {
      for (let block = await next(); block !== undefined; block = await next()) {
        kept.push(block);
        if (length > mostWhole) return undefined;
      }
      return joinBlocks(kept, length);
    },

    async *first() {
      try {
        yield* kept.slice();
        for (let block = await next(); block !== undefined; block = await next()) {
          if (length <= mostKept) {
            kept.push(block);
            yield block;
            continue;
          }
          for (const earlier of kept) giveBack(earlier);
          kept = [];
          yield block;
          giveBack(block);
        }
      } finally {
        await decoding.return(noDamage);
      }
    },

    async *second(signal) {
      if (length <= mostKept) yield* kept;
      else
        for await (const block of recording.decode({ sampleRate, signal })) {
          yield block;
          giveBack(block);
        }
    },
    durationMs: () => durationMs({ length }, sampleRate),
    damage: () => damage,
  };
}

function joinBlocks(blocks: readonly Int16Array[], length: number): Int16Array {
  const samples = new Int16Array(length);
  let filled = 0;
  for (const block of blocks) {
    samples.set(block, filled);
    filled += block.length;
  }
  return samples;
}
