import { createPocketSphinx } from "../../recognizers/pocketsphinx/pocketsphinx.ts";
import { upsampled } from "../sis/upsampling.ts";
import { sentencesIn } from "../sentences-in-sound.ts";
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
      const rules = { ...wish, maxSegmentMs: Math.min(wish.maxSegmentMs, longestMs) };
      for (const { startMs, endMs } of sentencesIn(sound, rules)) {
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
