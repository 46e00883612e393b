import type { Span } from "../../src/audio/pcm.ts";
import type { SpeechProfile } from "../../src/audio/speech-profile.ts";
import { seededRandom } from "../../src/sandbox/random.ts";

/** A word that was certainly said, and when. */
export interface SpokenWord extends Span {
  readonly text: string;
}

export interface SimulatedSpeech {
  readonly words: readonly SpokenWord[];
  readonly profile: SpeechProfile;
}

export interface SpeechStyle {
  readonly seed: number;
  readonly durationMs: number;
  /** Silence between two words inside a phrase, in ms. */
  readonly wordGapMs: readonly [number, number];
  /** Silence between two phrases, in ms. */
  readonly phraseGapMs: readonly [number, number];
  /** Words in a phrase. */
  readonly phraseWords: readonly [number, number];
  /** Loudness of what is between the words, in dBFS; words are about -20. */
  readonly noiseDb: number;
  /** Chance that a word is said twice; then it is one half that it is said a third time. */
  readonly repeats: number;
}

/** Silence that ends a span of the simulated voice activity. */
const closingSilenceMs = 300;

/** Ordinary talk: phrases of some words, pauses between them. */
export const talk: Omit<SpeechStyle, "seed" | "durationMs"> = {
  wordGapMs: [0, 90],
  phraseGapMs: [250, 1500],
  phraseWords: [2, 14],
  noiseDb: -65,
  repeats: 0.05,
};

/** Somebody who never takes a breath, in a place so loud that no word ends in silence. */
export const torrent: Omit<SpeechStyle, "seed" | "durationMs"> = {
  ...talk,
  wordGapMs: [0, 30],
  phraseGapMs: [0, 60],
  noiseDb: -24,
};

const syllables = [
  "ba",
  "ke",
  "lo",
  "mi",
  "nu",
  "ra",
  "so",
  "ti",
  "vu",
  "zen",
  "dor",
  "pal",
  "gri",
  "sha",
  "wen",
  "fo",
];

/** Random speech with exact words and times, and the profile that a voice activity detector would draw of it. */
export function simulateSpeech(style: SpeechStyle): SimulatedSpeech {
  const random = seededRandom(style.seed);
  const between = ([low, high]: readonly [number, number]): number =>
    Math.round(low + random() * (high - low));
  const words: SpokenWord[] = [];
  let timeMs = between(style.phraseGapMs);
  let text = "";
  let times = 0;
  while (timeMs < style.durationMs) {
    const phrase = between(style.phraseWords);
    for (let index = 0; index < phrase; index += 1) {
      const again = text !== "" && times < 3 && random() < (times > 1 ? 0.5 : style.repeats);
      times = again ? times + 1 : 1;
      if (!again)
        text = Array.from(
          { length: between([1, 3]) },
          () => syllables[Math.floor(random() * syllables.length)],
        ).join("");
      const endMs = timeMs + Math.round(text.length * 65 * (0.75 + random() * 0.5));
      if (endMs > style.durationMs) return { words, profile: profileOf(words, style, random) };
      words.push({ text, startMs: timeMs, endMs });
      timeMs = endMs + between(style.wordGapMs);
    }
    timeMs += between(style.phraseGapMs);
  }
  return { words, profile: profileOf(words, style, random) };
}

function profileOf(words: readonly SpokenWord[], style: SpeechStyle, random: () => number): SpeechProfile {
  const energyDb = new Float32Array(Math.ceil(style.durationMs / 10)).fill(style.noiseDb);
  for (const [index] of energyDb.entries()) energyDb[index] = style.noiseDb + random() * 4 - 2;
  for (const word of words) {
    const firstStep = Math.ceil(word.startMs / 10);
    const endStep = Math.floor(word.endMs / 10);
    for (let step = firstStep; step < endStep; step += 1) energyDb[step] = -20 + random() * 8 - 4;
    // A stop consonant: silence of up to 80 ms inside the word.
    if (word.endMs - word.startMs > 250 && random() < 0.5) {
      const closure = firstStep + 8 + Math.floor(random() * 4);
      energyDb.fill(style.noiseDb, closure, closure + 2 + Math.floor(random() * 6));
    }
  }
  const spans: { startMs: number; endMs: number }[] = [];
  for (const word of words) {
    const last = spans.at(-1);
    if (last !== undefined && word.startMs - last.endMs < closingSilenceMs) last.endMs = word.endMs;
    else spans.push({ startMs: word.startMs, endMs: word.endMs });
  }
  return { durationMs: style.durationMs, spans, energyDb, energyStepMs: 10 };
}
