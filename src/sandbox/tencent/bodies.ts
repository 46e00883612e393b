import { type Heard, punctuated } from "../sis/answers.ts";
import type { SentenceWish } from "./sentence.ts";

/** API 3.0's envelope. */
export function envelope(fields: Readonly<Record<string, unknown>>, requestId: string): unknown {
  return { Response: { ...fields, RequestId: requestId } };
}

/** What SentenceRecognition answers. */
export function sentenceFields(
  heard: Heard,
  { audio, wordInfo }: SentenceWish,
): Readonly<Record<string, unknown>> {
  const words = (heard.words ?? []).map(({ text, startMs, endMs }) => ({
    Word: text,
    StartTime: Math.round(startMs),
    EndTime: Math.round(endMs),
  }));
  return {
    Result: audio.addPunctuation ? punctuated(heard.text) : heard.text,
    AudioDuration: Math.round((audio.samples.length * 1000) / audio.sampleRate),
    WordSize: wordInfo === 0 ? 0 : words.length,
    // "may be null"
    WordList: wordInfo === 0 || words.length === 0 ? null : words,
  };
}
