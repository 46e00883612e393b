import type { SampleRate } from "./pcm.ts";

/** What one pass over a recording ran into without giving up; all zero for a clean file. */
export interface RecordingDamage {
  /** Packets or pages that were lost and concealed or replaced by silence, in ms of audio. */
  readonly lostMs: number;
  /** Whether the file ended in the middle. */
  readonly cutShort: boolean;
}

/** An audio file whose kind is known from its bytes, ready to be decoded as often as needed. */
export interface Recording {
  /** "ogg-opus", or ffmpeg's name of the container, as in "mp3" or "mov,mp4,m4a". */
  readonly format: string;
  /** As the container declares it, or undefined where only decoding tells. */
  readonly declaredMs: number | undefined;
  /**
   * Decodes from the start: mono 16-bit samples in order, in blocks of at most a second, each the reader's to keep or to give back.
   * Memory stays flat; the event loop is given back between blocks. Throws AudioError; rethrows an abort as it is.
   */
  decode(options: {
    readonly sampleRate: SampleRate;
    readonly signal: AbortSignal;
  }): AsyncGenerator<Int16Array, RecordingDamage>;
}
