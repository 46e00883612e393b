/** Samples per second that recognizers take. Everything is decoded straight to one of them, mono, 16 bit. */
export type SampleRate = 8000 | 16000;

/** A stretch of a recording, in milliseconds from its start; the end is exclusive. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A run of a clip's samples and where it lies in the recording: silence between pieces was left out. */
export interface ClipPiece {
  readonly clipStartMs: number;
  readonly startMs: number;
  readonly durationMs: number;
}

/** The PCM one recognizer call takes: mono 16-bit samples cut from a recording, padding included. */
export interface Clip {
  /** Position in the recording's plan, from 0. */
  readonly index: number;
  readonly samples: Int16Array;
  readonly sampleRate: SampleRate;
  /** In order; together they cover all samples. */
  readonly pieces: readonly ClipPiece[];
  /** The speech inside, in recording time. */
  readonly speech: readonly Span[];
  /** How much of the clip's beginning also ends the clip before, in ms; 0 where the cut lies in a pause or a dip. */
  readonly overlapMs: number;
}

/** Length of mono samples in milliseconds. */
export function durationMs(samples: { readonly length: number }, sampleRate: SampleRate): number {
  return (samples.length * 1000) / sampleRate;
}
