import { createSileroDetector } from "../../audio/silero.ts";
import { createSpeechSegmenter } from "../../audio/speech-spans.ts";
import type { Span } from "../../audio/pcm.ts";
import type { VoiceActivityDetector } from "../../audio/voice-activity.ts";
import { RecognizerError } from "../errors.ts";

/**
 * The engine answers everything it is given with words, silence, tones and music included: it must only be given speech. A
 * pause of less than half a second stays inside a span, as what is said in one breath decodes best in one piece.
 */
const segmenting = { minSpeechMs: 150, hangoverMs: 500, paddingMs: 150 };

/** Lets only speech through. */
export interface SpeechGate {
  /** Where somebody speaks in 16 kHz samples, in order, with padding. Throws RecognizerError. */
  speechIn(samples: Int16Array, signal: AbortSignal): Promise<readonly Span[]>;
  close(): Promise<void>;
}

/** A gate with this detector, which stays its owner's to close, or with one of its own that is loaded when it is first needed. */
export function createSpeechGate(given: VoiceActivityDetector | undefined): SpeechGate {
  let own: Promise<VoiceActivityDetector> | undefined;

  async function load(): Promise<VoiceActivityDetector> {
    try {
      return given ?? (await (own ??= createSileroDetector()));
    } catch (cause) {
      own = undefined;
      throw new RecognizerError("The embedded recognizer cannot load its voice activity detector", {
        kind: "unavailable",
        code: "POCKETSPHINX.DETECTOR",
        retryable: false,
        cause,
      });
    }
  }

  return {
    async speechIn(samples, signal) {
      const detector = await load();
      const stream = detector.open(16_000);
      const segmenter = createSpeechSegmenter({ frameMs: detector.frameMs, ...segmenting });
      const spans: Span[] = [];
      const lengthMs = samples.length / 16;
      const note = (events: ReturnType<typeof segmenter.end>): void => {
        for (const event of events) {
          if (event.kind === "ended")
            spans.push({ ...event.span, endMs: Math.min(event.span.endMs, lengthMs) });
        }
      };
      for (let from = 0; from < samples.length; from += 16_000) {
        signal.throwIfAborted();
        for (const frame of await stream.push(samples.subarray(from, from + 16_000)))
          note(segmenter.push(frame));
      }
      for (const frame of await stream.end()) note(segmenter.push(frame));
      note(segmenter.end());
      return spans;
    },
    async close() {
      await (await own)?.close();
    },
  };
}
