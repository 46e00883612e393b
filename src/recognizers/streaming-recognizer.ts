import type { SampleRate } from "../audio/pcm.ts";
import type { Recognition, RecognizerSettings } from "./recognizer.ts";

/** A speech-to-text service that listens while somebody speaks, and says what it has understood so far. */
export interface StreamingRecognizer {
  /** Names the service in logs and footers, as in "tencent". */
  readonly name: string;
  readonly sampleRate: SampleRate;
  /** How many more streams may be opened now. */
  readonly free: number;
  /** Begins one stretch of speech. Nothing of it waits: sound that comes before the connection stands is kept for it. */
  open(options: StreamOptions): SpeechStream;
}

/** A service that listens to streams: its recognizers share what may be open at once. Settings it does not know change nothing. */
export interface StreamingService {
  /** Throws RecognizerError LANGUAGE.UNHEARD for a language the service does not hear. */
  recognizerFor(settings: RecognizerSettings): StreamingRecognizer;
  /** Ends every stream; what they would have said is lost. */
  close(): Promise<void>;
}

export interface StreamOptions {
  /** Gives the stream up: its end is told to the service, and nobody waits for its words. */
  readonly signal: AbortSignal;
  /** Told of everything understood so far, each time that changes: plain text that may still be revised. */
  readonly onInterim: (text: string) => void;
}

/** One stretch of speech on its way to the service. */
export interface SpeechStream {
  /** Sound as it was spoken, at the recognizer's rate; bounded, and sent no faster than the service takes it. */
  push(samples: Int16Array): void;
  /**
   * No more sound comes. The words of all of it, with times from its first sample. Throws RecognizerError, also for what went
   * wrong before; an abort is rethrown as it is.
   */
  end(): Promise<Recognition>;
}
