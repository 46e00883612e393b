import type { SampleRate, Span } from "../audio/pcm.ts";
import type { RecognizerError } from "./errors.ts";
import type { Word } from "./recognizer.ts";

/**
 * A speech-to-text service that takes whole recordings: one is handed in by its address, its words are asked for later.
 * What is handed in has an id that outlives this process: whoever wrote it down can ask for it after a restart. There is
 * no calling off: a service that has no file to fetch any more gives up by itself.
 */
export interface RecordingRecognizer {
  /** Names the service in logs and footers, as in "alibaba". */
  readonly name: string;
  /** The name and every setting that changes what is heard: what caches go by. Secrets are not in it as they are. */
  readonly identity: string;
  /** The host the recording is sent to, for those who are told where their voice goes. */
  readonly host: string;
  /** What it hears, as BCP-47 tags: another language is not for it. */
  readonly languages: readonly string[];
  /** The rate of the mono 16-bit WAVE file it wants. */
  readonly sampleRate: SampleRate;
  readonly limits: RecordingLimits;
  /**
   * Hands a recording in. Throws RecognizerError; after "timeout", "malformed" and "unavailable" the service may have
   * taken it all the same. An abort by the caller is rethrown as it is.
   */
  submit(recording: OfferedRecording, options: { readonly signal: AbortSignal }): Promise<RecordingTask>;
  /** How a task stands. Throws RecognizerError where that cannot be told: the task itself may be well. */
  ask(taskId: string, options: { readonly signal: AbortSignal }): Promise<RecordingState>;
  /** What the service posted to the callback address; undefined where that is nothing it ever says. */
  readCallback(body: string): RecordingNews | undefined;
  close(): Promise<void>;
}

/** What a service takes, and how patient one has to be with it. */
export interface RecordingLimits {
  readonly maxFileBytes: number;
  readonly maxDurationMs: number;
  /** The service promises to be done within this time. */
  readonly doneWithinMs: number;
  /** Least time between two questions after the same task. */
  readonly askEveryMs: number;
}

/** A recording, and where the service finds it. */
export interface OfferedRecording {
  /** Public and unguessable; there until the task has ended. */
  readonly url: string;
  /** Where the service may tell that it is done, as unguessable. */
  readonly callbackUrl: string;
  readonly bytes: number;
  readonly durationMs: number;
  /** From the first sound to the last: there is nothing but silence outside. Not known where it is left out. */
  readonly sound?: Span;
}

/** A recording that was handed in. */
export interface RecordingTask {
  readonly id: string;
  /** The service's own id of the call, for its support. */
  readonly requestId?: string;
}

/** How a task stands. A task that failed is an outcome; `retryable` says whether handing in the recording anew can help. */
export type RecordingState =
  | { readonly type: "queued" }
  | { readonly type: "running" }
  | { readonly type: "heard"; readonly heard: HeardRecording }
  | { readonly type: "failed"; readonly error: RecognizerError };

/** What a callback tells, and of which task. */
export interface RecordingNews {
  readonly taskId: string;
  readonly state: RecordingState;
}

/** What was heard in a whole recording; no sentences where nobody speaks. */
export interface HeardRecording {
  /** In the order they were said. */
  readonly sentences: readonly HeardSentence[];
  readonly requestId?: string;
}

/** A sentence as the service cut it. Times in ms of the recording. */
export interface HeardSentence {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Tells speakers, or tracks, apart. */
  readonly channel: number;
  /** 0 to 1; missing where the service gives no score. */
  readonly confidence?: number;
  /** In recording time. */
  readonly words?: readonly Word[];
}
