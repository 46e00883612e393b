import { type Clip, durationMs } from "../audio/pcm.ts";
import { RecognizerError } from "./errors.ts";
import type { Recognizer } from "./recognizer.ts";

/** A clip that cannot be taken is a fault of whoever cut it, found before it costs a request. Throws RecognizerError. */
export function refuseUnfit(
  clip: Clip,
  { sampleRate, maxClipMs }: Pick<Recognizer, "sampleRate" | "maxClipMs">,
): void {
  if (clip.sampleRate !== sampleRate)
    throw unfit("CLIP.RATE", `A clip at ${clip.sampleRate} Hz instead of ${sampleRate} Hz`);
  const clipMs = durationMs(clip.samples, clip.sampleRate);
  if (clipMs > maxClipMs) throw unfit("CLIP.TOO_LONG", `A clip of ${clipMs} ms, over ${maxClipMs} ms`);
}

function unfit(code: string, message: string): RecognizerError {
  return new RecognizerError(message, { kind: "rejected", code, retryable: false });
}

/** Bodies of clips that are about to be sent; gone when they are, because they are larger than the clips. */
export interface PreparedBodies<T> {
  /** Made now, or before. */
  of(clip: Clip): T;
  /** The same, and it is not kept any longer. */
  take(clip: Clip): T;
}

export function createPreparedBodies<T>(make: (clip: Clip) => T): PreparedBodies<T> {
  const prepared = new WeakMap<Clip, { readonly body: T }>();
  const of = (clip: Clip): T => {
    const known = prepared.get(clip) ?? { body: make(clip) };
    prepared.set(clip, known);
    return known.body;
  };
  return {
    of,
    take(clip) {
      const body = of(clip);
      prepared.delete(clip);
      return body;
    },
  };
}
