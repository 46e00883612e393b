import type { Clip } from "../../src/audio/pcm.ts";
import type {
  Recognition,
  ScheduledOptions,
  ScheduledRecognizer,
  Word,
} from "../../src/recognizers/recognizer.ts";
import type { SpokenPart } from "../../src/sandbox/joined-speech.ts";

export interface ScriptedRecognizer extends ScheduledRecognizer {
  /** The clips it was given, in the order of the calls. */
  readonly clips: readonly Clip[];
  /** Calls begun and not settled yet. */
  inFlight(): number;
  mostInFlight(): number;
}

/** A recognizer that counts one request for each call and answers as told. */
export function scriptedRecognizer(
  answer: (clip: Clip, call: ScheduledOptions) => Recognition | Promise<Recognition>,
  options: Partial<Pick<ScheduledRecognizer, "name" | "identity" | "maxClipMs" | "sampleRate">> = {},
): ScriptedRecognizer {
  const clips: Clip[] = [];
  let inFlight = 0;
  let most = 0;
  return {
    name: "sis",
    identity: "sis",
    maxClipMs: 9000,
    sampleRate: 16_000,
    ...options,
    clips,
    inFlight: () => inFlight,
    mostInFlight: () => most,
    async recognize(clip, call) {
      clips.push(clip);
      inFlight += 1;
      most = Math.max(most, inFlight);
      call.onRequest?.();
      try {
        return await answer(clip, call);
      } finally {
        inFlight -= 1;
      }
    },
  };
}

/** What is said in a clip of a recording whose parts are known: the parts whose middle lies in one of its pieces. */
export function saidIn(clip: Clip, parts: readonly SpokenPart[]): string {
  return parts
    .filter(({ startMs, endMs }) => {
      const middleMs = (startMs + endMs) / 2;
      return clip.pieces.some(
        (piece) => middleMs >= piece.startMs && middleMs < piece.startMs + piece.durationMs,
      );
    })
    .map((part) => part.text)
    .join(" ");
}

/** The parts as words of a recognizer with word times, in clip time. */
export function wordsIn(clip: Clip, parts: readonly SpokenPart[]): Word[] {
  return parts.flatMap(({ text, startMs, endMs }) => {
    const piece = clip.pieces.find(
      (piece) => startMs < piece.startMs + piece.durationMs && endMs > piece.startMs,
    );
    if (piece === undefined) return [];
    const from = Math.max(0, startMs - piece.startMs);
    const to = Math.min(piece.durationMs, endMs - piece.startMs);
    return [{ text, startMs: piece.clipStartMs + from, endMs: piece.clipStartMs + to }];
  });
}

/** A promise that settles when the signal is aborted, as a pending request does. */
export async function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
