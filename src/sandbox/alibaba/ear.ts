import { createPocketSphinx } from "../../recognizers/pocketsphinx/pocketsphinx.ts";
import { upsampled } from "../sis/upsampling.ts";
import type { FetchedRecording } from "./fetch-recording.ts";
import type { TaskWish } from "./task-rules.ts";

/** A sentence as the engine heard it, in ms of the recording. */
export interface HeardSentence {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 unless told. */
  readonly channel?: number;
  readonly words?: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
}

/** The engine behind the double: the embedded recognizer, or a script in tests. */
export interface Ear {
  hear(recording: FetchedRecording, wish: TaskWish, signal: AbortSignal): Promise<readonly HeardSentence[]>;
  close(): Promise<void>;
}

const longestMs = 30_000;

/** Recognizes for real, sentence by sentence. Rejects at once, naming the Debian packages, where the embedded recognizer is not installed. */
export async function openEar(workers: number | undefined): Promise<Ear> {
  const recognizer = createPocketSphinx({
    maxClipMs: longestMs,
    ...(workers === undefined ? {} : { workers }),
  });
  try {
    await recognizer.ready(AbortSignal.timeout(60_000));
  } catch (error) {
    await recognizer.close();
    throw error;
  }
  return {
    async hear({ samples, sampleRate }, wish, signal) {
      const sound = sampleRate === 16_000 ? samples : upsampled(samples);
      const heard: HeardSentence[] = [];
      for (const { startMs, endMs } of sentencesIn(sound, wish)) {
        const clip = {
          index: heard.length,
          samples: sound.slice(startMs * 16, endMs * 16),
          sampleRate: 16_000,
          pieces: [],
          speech: [],
          overlapMs: 0,
        } as const;
        const { text, words } = await recognizer.recognize(clip, { signal });
        if (text === "") continue;
        const timed = words?.map((word) => ({
          text: word.text,
          startMs: startMs + word.startMs,
          endMs: startMs + word.endMs,
        }));
        heard.push({ text, startMs, endMs, ...(timed === undefined ? {} : { words: timed }) });
      }
      return heard;
    },
    close: async () => await recognizer.close(),
  };
}

/** Samples at 16 kHz in a frame of 20 ms, and how loud one is that holds speech, as a share of full scale. */
const frame = 320;
const loud = 0.008;

/** Stretches of sound, parted by silences of max_end_silence and never longer than max_single_segment_time, in whole ms. */
function sentencesIn(samples: Int16Array, wish: TaskWish): { startMs: number; endMs: number }[] {
  const mostMs = Math.min(wish.maxSegmentMs, longestMs);
  const found: { startMs: number; endMs: number }[] = [];
  for (let at = 0; at < samples.length; at += frame) {
    const startMs = at / 16;
    const allowed =
      wish.validTimes.length === 0 ||
      wish.validTimes.some(({ beginMs, endMs }) => startMs >= beginMs && startMs < endMs);
    if (!allowed || loudness(samples.subarray(at, at + frame)) < loud) continue;
    const last = found.at(-1);
    const endMs = Math.min(samples.length / 16, startMs + 20);
    const goesOn = last && startMs - last.endMs < wish.maxEndSilenceMs && endMs - last.startMs <= mostMs;
    if (goesOn) last.endMs = endMs;
    else found.push({ startMs, endMs });
  }
  return found.map(({ startMs, endMs }) => ({
    startMs: Math.floor(startMs),
    endMs: Math.ceil(endMs),
  }));
}

function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 32_768) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
