import type { Clip, SampleRate } from "../audio/pcm.ts";

/** A speech-to-text service, seen as one call: a clip in, its words out. */
export interface Recognizer {
  /** Names the service in logs, metrics and footers, as in "sis". */
  readonly name: string;
  /** The name and every setting that changes what is heard, as in "sis:english_16k_common:punc=yes": what caches go by. */
  readonly identity: string;
  /** The longest clip one call takes, in ms, size limits included. Whoever cuts audio cuts to fit. */
  readonly maxClipMs: number;
  readonly sampleRate: SampleRate;
  /** Throws RecognizerError; an abort by the caller is rethrown as it is. */
  recognize(clip: Clip, options: RecognizeOptions): Promise<Recognition>;
  /**
   * Gets all that a call needs besides its turn (a token, an open connection, the bytes of this clip's request), so that
   * `recognize` leaves at once. May be called at any time and again; throws what `recognize` would throw.
   */
  ready?(signal: AbortSignal, clip?: Clip): Promise<void>;
}

export interface RecognizeOptions {
  readonly signal: AbortSignal;
  /** Told when the request is written to the network, by recognizers that can tell. */
  readonly onSent?: () => void;
}

/** A word and when it was said, in ms from the clip's start. */
export interface Word {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What a recognizer heard. Silence is an empty text, not an error. */
export interface Recognition {
  readonly text: string;
  /** 0 to 1; missing where the service gives no score. */
  readonly confidence?: number;
  readonly words?: readonly Word[];
  /** The service's own id of the call, for its support. */
  readonly requestId?: string;
  /** Who heard it, where that was not the recognizer that was asked but one it falls back on. */
  readonly heardBy?: string;
}

/** What is asked of a service besides the clip; what is not given stays as the operator configured it. */
export interface RecognizerSettings {
  /** What is spoken, as a BCP-47 tag: "en", "zh-CN". */
  readonly language?: string | undefined;
  /** The service's own name of a language and model, as in "english_16k_common"; wins over `language`. */
  readonly property?: string | undefined;
  /** Hot words that were registered with the service. */
  readonly vocabularyId?: string | undefined;
  /** Punctuation, and digits for spoken numbers. */
  readonly addPunc?: "yes" | "no" | undefined;
  readonly digitNorm?: "yes" | "no" | undefined;
}

/** A service and the recognizers it gives for settings; all of them share its client. Settings it does not know change nothing. */
export interface RecognizerService {
  readonly name: string;
  /** Languages that can be asked for, as BCP-47 tags; the one that is configured comes first. */
  readonly languages: readonly string[];
  /** Throws RecognizerError LANGUAGE.UNHEARD for a language the service does not hear. */
  recognizerFor(settings: RecognizerSettings): Recognizer;
  close(): Promise<void>;
}

/** Who waits for the quota, and how urgently. */
export type Lane = "live" | "interactive" | "note" | "file";

/** A place in the queue: lanes by weight, guilds take turns in a lane, members take turns in a guild. */
export interface Turn {
  readonly lane: Lane;
  readonly guildId: string;
  readonly memberId: string;
}

/** One attempt that failed and what follows: another try after `nextTryInMs`, or giving up. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly code: string;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly nextTryInMs: number | undefined;
}

export interface ScheduledOptions {
  readonly signal: AbortSignal;
  readonly turn: Turn;
  /** Told of every request as it leaves, retries included. */
  readonly onRequest?: () => void;
  /** Told of every failed attempt before the next one waits. */
  readonly onFailedAttempt?: (failure: FailedAttempt) => void;
}

/** A recognizer whose calls wait for their turn in the shared quota and are tried again where that can help. */
export interface ScheduledRecognizer {
  readonly name: string;
  readonly identity: string;
  readonly maxClipMs: number;
  readonly sampleRate: SampleRate;
  recognize(clip: Clip, options: ScheduledOptions): Promise<Recognition>;
}

/** The recognizer for settings: rate and limits follow them, quota and retries are shared. Throws as `RecognizerService` does. */
export type RecognizerFor = (settings?: RecognizerSettings) => ScheduledRecognizer;
