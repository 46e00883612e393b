import { beforeAll, expect, test } from "vitest";

import { cutClips } from "../../src/audio/clip-cutter.ts";
import { planClips } from "../../src/audio/clip-plan.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import { profileSpeech } from "../../src/audio/speech-profile.ts";
import { createPocketSphinx } from "../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { wordErrors } from "../../src/sandbox/words.ts";
import { assembleTranscript, type HeardClip } from "../../src/transcription/assemble-transcript.ts";

const sentences = clearSentences.slice(3, 10);
const sampleRate = 16_000;

function loud(sample: number): boolean {
  return Math.abs(sample) > 400;
}

/** Sentences without any silence between them, as nobody can say them. */
async function breathless(): Promise<Int16Array> {
  const spoken = await Promise.all(sentences.map(async (sentence) => (await synthesize(sentence)).samples));
  return Int16Array.from(
    spoken.flatMap((samples) => [...samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud))]),
  );
}

let overlapping: HeardClip[];

beforeAll(async () => {
  const samples = await breathless();
  const detector = await createSileroDetector();
  const recognizer = createPocketSphinx({ workers: 2 });
  try {
    const profile = await profileSpeech([samples], { detector, sampleRate });
    const plan = planClips(profile, { maxClipMs: 8000, sampleRate });
    const clips = await Array.fromAsync(cutClips([samples], plan));
    overlapping = await Promise.all(
      clips.map(async (clip) => {
        const { text, words = null } = await recognizer.recognize(clip, {
          signal: AbortSignal.timeout(60_000),
        });
        const { index } = clip;
        const recognized = { index, startMs: 0, endMs: 0, text, confidence: null, words, requestId: null };
        return { planned: clip, recognized: { ...recognized, recognizer: "pocketsphinx" } };
      }),
    );
  } finally {
    await recognizer.close();
    await detector.close();
  }
}, 120_000);

test.each(["with", "without"])(
  "a real recognizer's clips join to what was said, %s word times",
  (wordTimes) => {
    expect(overlapping.filter(({ planned }) => planned.overlapMs > 0)).not.toEqual([]);
    const clips = overlapping.map(({ planned, recognized }) => ({
      planned,
      recognized: wordTimes === "with" ? recognized : { ...recognized, words: null },
    }));
    const about = { durationMs: 0, recognizer: "pocketsphinx", requests: 0, lostMs: 0, cutShort: false };
    const { text } = assembleTranscript(clips, about);
    expect(wordErrors(sentences.join(" "), text)).toBe(0);
  },
);
