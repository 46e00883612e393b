import type { SampleRate } from "./pcm.ts";

/** What was heard in one frame of a stream. */
export interface ActivityFrame {
  /** How sure the detector is that somebody speaks, 0 to 1. */
  readonly probability: number;
  /** Root mean square of the frame's samples in dBFS, at least -100. */
  readonly energyDb: number;
}

/** Tells speech from silence, music and noise; one stream for each recording or speaker. */
export interface VoiceActivityDetector {
  /** Frame length is the same for all streams of a detector, in ms. */
  readonly frameMs: number;
  open(sampleRate: SampleRate): VoiceActivityStream;
  close(): Promise<void>;
}

/** Keeps the state between frames; samples may come in blocks of any length. */
export interface VoiceActivityStream {
  /** The frames completed by these samples, in order. */
  push(samples: Int16Array): Promise<readonly ActivityFrame[]>;
  /** The last, padded frame if samples are left. */
  end(): Promise<readonly ActivityFrame[]>;
}
