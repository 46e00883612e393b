import type { PlannedClip } from "../../src/audio/clip-plan.ts";
import type { Recognition, Word } from "../../src/recognizers/recognizer.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { wordsOfText } from "../../src/transcription/spoken-words.ts";
import type { SpokenWord } from "../audio/simulated-speech.ts";

export interface HearingOptions {
  readonly seed: number;
  /** Whether the answers carry word times, as a service with word info gives them. */
  readonly wordTimes: boolean;
  /** Share of words heard as another word. */
  readonly errors: number;
}

/**
 * What a recognizer would hear in a clip, given what was really said: words cut by the clip's edges come out as the part
 * that is left, as something else, or not at all; sentences get capitals and full stops that know nothing of the next clip.
 */
export function hear(clip: PlannedClip, said: readonly SpokenWord[], options: HearingOptions): Recognition {
  const random = seededRandom(options.seed * 7919 + clip.index);
  const heard: Word[] = [];
  for (const word of said) {
    for (const piece of clip.pieces) {
      const startMs = Math.max(word.startMs, piece.startMs);
      const endMs = Math.min(word.endMs, piece.startMs + piece.durationMs);
      const share = (endMs - startMs) / (word.endMs - word.startMs);
      if (share <= 0) continue;
      const text =
        share > 0.95
          ? word.text
          : partHeard(word.text, { share, fromStart: startMs === word.startMs }, random);
      if (text === "") continue;
      const shift = Math.round(random() * 100 - 50);
      heard.push({
        text: random() < options.errors ? `x${text.slice(0, 2)}q` : text,
        startMs: Math.max(0, startMs - piece.startMs + piece.clipStartMs + shift),
        endMs: endMs - piece.startMs + piece.clipStartMs + shift,
      });
    }
  }
  return {
    text: punctuated(
      heard.map((word) => word.text),
      random,
    ),
    confidence: 0.9,
    ...(options.wordTimes ? { words: heard } : {}),
  };
}

function partHeard(
  text: string,
  { share, fromStart }: { readonly share: number; readonly fromStart: boolean },
  random: () => number,
): string {
  const fate = random();
  if (share < 0.3 || fate < 0.3) return fate < 0.1 ? "uh" : "";
  const letters = Math.max(1, Math.round(text.length * share));
  if (fate > 0.85) return `${text.slice(0, 1)}oo`;
  return fromStart ? text.slice(0, letters) : text.slice(-letters);
}

function punctuated(words: readonly string[], random: () => number): string {
  let capital = true;
  const written = words.map((word, index) => {
    const start = capital ? word.slice(0, 1).toUpperCase() + word.slice(1) : word;
    const chance = random();
    capital = index === words.length - 1 || chance < 0.1;
    return capital ? `${start}.` : chance < 0.2 ? `${start},` : start;
  });
  return written.join(" ");
}

/** How a text differs from what was said, word by word, by the cheapest way to make the one of the other. */
export function compareWords(
  said: readonly string[],
  text: string,
): { readonly lost: number; readonly doubled: number; readonly changed: number } {
  const written = wordsOfText(text).map((word) => word.key);
  // Looked at in a band around the diagonal: no difference here shifts the rest by more words.
  const reach = Math.abs(written.length - said.length) + 100;
  const width = 2 * reach + 1;
  const steps = new Uint8Array((said.length + 1) * width);
  let costs = new Float64Array(width).fill(Infinity);
  for (let row = 0; row <= said.length; row += 1) {
    const next = new Float64Array(width).fill(Infinity);
    for (let offset = 0; offset < width; offset += 1) {
      const column = row + offset - reach;
      if (column < 0 || column > written.length) continue;
      const pair =
        row === 0 || column === 0
          ? Infinity
          : (costs[offset] ?? 0) + (said[row - 1] === written[column - 1] ? 0 : 1);
      const lost = row === 0 ? Infinity : (costs[offset + 1] ?? Infinity) + 1;
      const doubled = column === 0 ? Infinity : (next[offset - 1] ?? Infinity) + 1;
      const cost = row === 0 && column === 0 ? 0 : Math.min(pair, lost, doubled);
      next[offset] = cost;
      steps[row * width + offset] = cost === pair ? 0 : cost === lost ? 1 : 2;
    }
    costs = next;
  }
  const counts = { lost: 0, doubled: 0, changed: 0 };
  let row = said.length;
  let column = written.length;
  while (row > 0 || column > 0) {
    const step = steps[row * width + column - row + reach];
    if (step === 0 && said[row - 1] !== written[column - 1]) counts.changed += 1;
    if (step === 1) counts.lost += 1;
    if (step === 2) counts.doubled += 1;
    if (step !== 2) row -= 1;
    if (step !== 1) column -= 1;
  }
  return counts;
}
