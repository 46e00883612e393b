import type { FailedAttempt, Turn, Word } from "../recognizers/recognizer.ts";
import type { Transcript } from "./transcript.ts";

/** One clip that was recognized, as plain data that can be stored and given back as `known` after a restart. */
export interface RecognizedClip {
  readonly index: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly confidence: number | null;
  readonly words: readonly Word[] | null;
  readonly requestId: string | null;
  readonly recognizer: string;
}

/** How far the work on a recording is, in clips. */
export interface TranscriptionProgress {
  readonly clipsDone: number;
  readonly clips: number;
}

export interface TranscribeOptions {
  readonly signal: AbortSignal;
  readonly turn: Turn;
  /** Clips recognized before, by an earlier run over the same file; they are not sent again. */
  readonly known?: readonly RecognizedClip[];
  /** Told of each clip as it is recognized, before its words are used: the place to store it. */
  readonly onClip?: (clip: RecognizedClip) => void | Promise<void>;
  readonly onProgress?: (progress: TranscriptionProgress) => void;
  /** Told of every failed attempt at the service that is to be tried again. */
  readonly onFailedAttempt?: (failure: FailedAttempt) => void;
  /** Rejects longer audio with reason "too-long". */
  readonly maxDurationMs: number;
}

/** Audio file in, words in order out. */
export interface Transcriber {
  /** `path` is a private file that stays until the promise settles. Throws TranscriptionError; an abort is rethrown as it is. */
  transcribe(path: string, options: TranscribeOptions): Promise<Transcript>;
}
