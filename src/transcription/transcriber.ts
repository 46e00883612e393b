import { matchLanguage } from "../recognizers/languages.ts";
import type { FailedAttempt, RecognizerSettings, Turn, Word } from "../recognizers/recognizer.ts";
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
  /** Who heard it, as in "sis". */
  readonly recognizer: string;
  /** The identity of the recognizer that was asked; missing in what was stored before there were settings. */
  readonly identity?: string;
}

/** How far the work on a recording is, in clips. */
export interface TranscriptionProgress {
  readonly clipsDone: number;
  readonly clips: number;
}

export interface TranscribeOptions {
  readonly signal: AbortSignal;
  readonly turn: Turn;
  /** Language, vocabulary and the like, where they are not what is configured. */
  readonly settings?: RecognizerSettings | undefined;
  /** Clips recognized before, by an earlier run over the same file with the same settings; they are not sent again. */
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
  /** Languages that `settings` may ask for, as BCP-47 tags; the one that is configured comes first. */
  readonly languages: readonly string[];
  /** Names the recognizer and all settings that change what it hears: what a cache of transcripts goes by. Throws TranscriptionError as `transcribe` does. */
  identityOf(settings?: RecognizerSettings): string;
  /**
   * `path` is a private file that stays until the promise settles. Throws TranscriptionError, with code LANGUAGE.UNHEARD where
   * the recognizer does not hear the language that is asked for; an abort is rethrown as it is.
   */
  transcribe(path: string, options: TranscribeOptions): Promise<Transcript>;
}

export type { RecognizerSettings } from "../recognizers/recognizer.ts";

/** Whether one of the languages that can be asked for fits this BCP-47 tag. */
export function hearsLanguage(languages: readonly string[], asked: string): boolean {
  return matchLanguage(languages, asked) !== undefined;
}
