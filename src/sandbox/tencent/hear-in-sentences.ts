import type { HeardSentence } from "../alibaba/ear.ts";
import type { FetchedRecording } from "../alibaba/fetch-recording.ts";
import { sentencesIn } from "../sentences-in-sound.ts";
import type { Ear } from "../sis/answers.ts";
import { upsampled } from "../sis/upsampling.ts";

/** A second's silence ends a sentence, and a minute is the longest that the ear takes. */
const rules = { maxEndSilenceMs: 1000, maxSegmentMs: 30_000 };

/** Hears a whole recording sentence by sentence, in ms of the recording. */
export async function hearInSentences(
  { samples, sampleRate }: FetchedRecording,
  ear: Ear,
  signal: AbortSignal,
): Promise<readonly HeardSentence[]> {
  const sound = sampleRate === 16_000 ? samples : upsampled(samples);
  const heard: HeardSentence[] = [];
  for (const { startMs, endMs } of sentencesIn(sound, rules)) {
    const part = { samples: sound.slice(startMs * 16, endMs * 16), sampleRate: 16_000 } as const;
    const audio = { ...part, property: "", addPunctuation: true, needWordInfo: true };
    const { text, words = [] } = await ear.hear(audio, { index: heard.length, signal });
    if (text === "") continue;
    const timed = words.map((word) => ({
      text: word.text,
      startMs: startMs + word.startMs,
      endMs: startMs + word.endMs,
    }));
    heard.push({ text, startMs, endMs, words: timed });
  }
  return heard;
}
