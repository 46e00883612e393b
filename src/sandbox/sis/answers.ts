import { createPocketSphinx } from "../../recognizers/pocketsphinx/pocketsphinx.ts";
import { upsampled } from "./upsampling.ts";
import type { ShortAudio } from "./short-audio.ts";

/** What was heard, before it takes the shape of an answer. */
export interface Heard {
  readonly text: string;
  /** 0 to 1. */
  readonly score: number;
  readonly words?: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
}

/** The engine behind the double: the embedded recognizer, or a script in tests. */
export interface Ear {
  hear(audio: ShortAudio, options: { readonly index: number; readonly signal: AbortSignal }): Promise<Heard>;
  close(): Promise<void>;
}

/** Recognizes for real. Rejects at once, naming the Debian packages, where the embedded recognizer is not installed. */
export async function openEar(workers: number | undefined, maxSeconds: number): Promise<Ear> {
  const recognizer = createPocketSphinx({
    maxClipMs: maxSeconds * 1000,
    ...(workers === undefined ? {} : { workers }),
  });
  try {
    await recognizer.ready(AbortSignal.timeout(60_000));
  } catch (error) {
    await recognizer.close();
    throw error;
  }
  return {
    async hear({ samples, sampleRate }, { index, signal }) {
      const clip = {
        index,
        samples: sampleRate === 16_000 ? samples : upsampled(samples),
        sampleRate: 16_000,
        pieces: [],
        speech: [],
        overlapMs: 0,
      } as const;
      const { text, confidence = 0, words } = await recognizer.recognize(clip, { signal });
      return { text, score: confidence, ...(words === undefined ? {} : { words }) };
    },
    close: () => recognizer.close(),
  };
}

/** The answer's body: seed 000 tables 5-7 to 5-9. */
export function answerOf(heard: Heard, audio: ShortAudio, traceId: string): Record<string, unknown> {
  const result = {
    text: audio.addPunctuation ? punctuated(heard.text) : heard.text,
    score: Number(heard.score.toFixed(4)),
  };
  if (!audio.needWordInfo) return { trace_id: traceId, result };
  const wordInfo = (heard.words ?? []).map(({ text, startMs, endMs }) => ({
    start_time: Math.round(startMs),
    end_time: Math.round(endMs),
    word: text,
  }));
  return { trace_id: traceId, result: { ...result, word_info: wordInfo } };
}

/** The older interface's answer: seed 001 tables 2 and 3. */
export function sentenceAnswerOf(heard: Heard, audio: ShortAudio): Record<string, unknown> {
  return { result: { words: audio.addPunctuation ? punctuated(heard.text) : heard.text } };
}

/** As much as is certain: capitals at the beginning and for "I", a full stop at the end. */
export function punctuated(text: string): string {
  if (text === "") return text;
  const words = text.replaceAll(/\bi\b/g, "I");
  const sentence = words.slice(0, 1).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
