import { type SpokenTurn, turnOf } from "./caption-words.ts";
import type { SpokenWord } from "./spoken-words.ts";

/** Each speaker's last words, where the next clip holds them too: they wait for that clip, because here they may be cut. */
export interface HeldWords {
  /** When the earliest of them was said, in ms of the session; Infinity where there are none. */
  readonly oldestMs: number;
  hold(speakerId: string, words: readonly SpokenWord[], confidence: number | null): void;
  /** They are not held any more. */
  take(speakerId: string): readonly SpokenWord[];
  /** Nothing will confirm them: they become a turn as they are. */
  give(speakerId: string): void;
  /** The same for all that ended before a time, but for speakers whose next clip is under way. */
  giveOrphans(beforeMs: number, isBusy: (speakerId: string) => boolean): void;
}

export function createHeldWords(
  onTurn: (speakerId: string, turn: SpokenTurn, confidence: number | null) => void,
): HeldWords {
  const held = new Map<
    string,
    { readonly words: readonly SpokenWord[]; readonly confidence: number | null }
  >();
  const give = (speakerId: string): void => {
    const before = held.get(speakerId);
    held.delete(speakerId);
    if (before) onTurn(speakerId, turnOf(before.words), before.confidence);
  };
  return {
    get oldestMs() {
      return Math.min(Infinity, ...[...held.values()].map(({ words }) => words[0]?.startMs ?? Infinity));
    },
    hold(speakerId, words, confidence) {
      if (words.length > 0) held.set(speakerId, { words, confidence });
    },
    take(speakerId) {
      const words = held.get(speakerId)?.words ?? [];
      held.delete(speakerId);
      return words;
    },
    give,
    giveOrphans(beforeMs, isBusy) {
      for (const [speakerId, { words }] of held) {
        if ((words.at(-1)?.endMs ?? 0) < beforeMs && !isBusy(speakerId)) give(speakerId);
      }
    },
  };
}
