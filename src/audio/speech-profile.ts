import { createEnergyMeter } from "./energy.ts";
import { durationMs, type SampleRate, type Span } from "./pcm.ts";
import { createSpeechSegmenter, type SegmenterOptions, type SpeechEvent } from "./speech-spans.ts";
import type { VoiceActivityDetector } from "./voice-activity.ts";

/** Where a recording holds speech and how loud it is, in memory that grows by some 400 bytes a second only. */
export interface SpeechProfile {
  readonly durationMs: number;
  /** Tight around the speech, in order, without overlap: whoever cuts adds the padding. */
  readonly spans: readonly Span[];
  /** Root mean square of each step in dBFS, at least -100; the last step may be shorter. */
  readonly energyDb: Float32Array;
  readonly energyStepMs: 10;
}

export interface ProfileOptions {
  readonly detector: VoiceActivityDetector;
  /** Of the samples in the blocks. */
  readonly sampleRate: SampleRate;
  readonly segmenter?: Omit<SegmenterOptions, "frameMs">;
  /** Told when speech is first sure, and when each span ends: before the whole recording is heard. */
  readonly onEvent?: (event: SpeechEvent) => void;
}

/** Listens to a whole recording once. The blocks are not kept. Rethrows what the blocks throw. */
export async function profileSpeech(
  blocks: AsyncIterable<Int16Array> | Iterable<Int16Array>,
  options: ProfileOptions,
): Promise<SpeechProfile> {
  const { detector, sampleRate, onEvent } = options;
  const activity = detector.open(sampleRate);
  const segmenter = createSpeechSegmenter({ ...options.segmenter, frameMs: detector.frameMs });
  const energy = createEnergyMeter(sampleRate);
  const spans: Span[] = [];
  let length = 0;

  function note(events: readonly SpeechEvent[], endMs = Infinity): void {
    for (const event of events) {
      const span = event.kind === "ended" && { ...event.span, endMs: Math.min(event.span.endMs, endMs) };
      if (span) spans.push(span);
      onEvent?.(span ? { kind: "ended", span } : event);
    }
  }

  for await (const block of blocks) {
    length += block.length;
    energy.push(block);
    for (const frame of await activity.push(block)) note(segmenter.push(frame));
  }
  // The last frame is filled up with silence, so speech may seem to go on beyond the end.
  const end = durationMs({ length }, sampleRate);
  for (const frame of await activity.end()) note(segmenter.push(frame), end);
  note(segmenter.end(), end);
  return { durationMs: end, spans, energyDb: energy.end(), energyStepMs: 10 };
}
