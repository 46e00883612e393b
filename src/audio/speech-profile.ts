import type { Span } from "./pcm.ts";

/** Where a recording holds speech and how loud it is, in memory that grows by some 400 bytes a second only. */
export interface SpeechProfile {
  readonly durationMs: number;
  /** Tight around the speech, in order, without overlap: whoever cuts adds the padding. */
  readonly spans: readonly Span[];
  /** Root mean square of each step in dBFS, at least -100; the last step may be shorter. */
  readonly energyDb: Float32Array;
  readonly energyStepMs: 10;
}
