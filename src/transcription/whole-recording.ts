import type { RecordingRecognizer } from "../recognizers/recording-recognizer.ts";
import type { TranscriptionError } from "./errors.ts";
import type { Transcript } from "./transcript.ts";

/** Whose recording it is, for the shelf. */
export interface WholeOwner {
  readonly kind: string;
  readonly key: string;
  readonly memberId: string;
}

/** Where recordings lie while a service fetches them; src/store/shelf.ts is one. */
export interface RecordingShelf {
  lay<T>(
    options: { readonly owner: WholeOwner; readonly expiresAtMs: number },
    write: (path: string) => Promise<T>,
  ): Promise<{ readonly ticket: string; readonly written: T }>;
  renew(ticket: string, expiresAtMs: number): Promise<string | undefined>;
  notes(
    ticket: string,
  ): Promise<{ readonly fetched: boolean; readonly taskId: string | undefined } | undefined>;
  remove(ticket: string): Promise<void>;
  removeOf(whose: Pick<WholeOwner, "kind" | "key"> | Pick<WholeOwner, "memberId">): Promise<void>;
}

/** What is known of the recording once it lies on the shelf, as plain data. */
export interface Laid {
  readonly ticket: string;
  readonly bytes: number;
  readonly durationMs: number;
  readonly soundStartMs: number;
  readonly soundEndMs: number;
  readonly lostMs: number;
  readonly cutShort: boolean;
  /** Times it was handed in, and calls in all. */
  readonly tries: number;
  readonly requests: number;
  /** When it was first handed in, in epoch ms. */
  readonly sinceMs: number;
}

/**
 * How far a whole recording is, as plain data that is written down before each step: "offered" says that it is being
 * handed in and that nobody knows yet whether the service has it; "in-clips" that the service will not do.
 */
export type WholeProgress =
  | ({ readonly type: "offered" } & Laid)
  | ({ readonly type: "handed-in"; readonly taskId: string; readonly troubles: number } & Laid)
  | { readonly type: "in-clips" };

/** What a step came to. */
export type WholeStep =
  /** It is short, or the service would not do: clips are the way. */
  | { readonly type: "in-clips" }
  /** The same, found out just now: `error` says why. */
  | { readonly type: "refused"; readonly error: TranscriptionError }
  | { readonly type: "waiting"; readonly stage: "queued" | "running"; readonly afterMs: number }
  | { readonly type: "words"; readonly transcript: Transcript };

export interface WholeRun {
  /** What the last step saved; null for the first. */
  readonly progress: WholeProgress | null;
  readonly owner: WholeOwner;
  /** Fetches the recording to disk and gives its path; called only where a step needs it. */
  readonly file: () => Promise<string>;
  readonly maxDurationMs: number;
  readonly signal: AbortSignal;
  /** Written down before it returns. */
  readonly save: (progress: WholeProgress) => Promise<void>;
}

/** Long recordings by a service that takes them whole. */
export interface WholeRecordings {
  /** The service's name, as in "alibaba", and the host recordings go to. */
  readonly recognizer: string;
  readonly host: string;
  /** The service and every setting that changes what it hears. */
  readonly identity: string;
  /** Recordings that are known to be no longer than this need no step. */
  readonly longMs: number;
  /** Whether a language that was asked for, as a BCP-47 tag, is one for the service; nobody asking is fine. */
  hears(language: string | undefined): boolean;
  /** Goes one step: hands the recording in, or asks for its words. Throws TranscriptionError where the recording is at fault; an abort is rethrown. */
  step(run: WholeRun): Promise<WholeStep>;
  /** Nobody wants it any more: it is taken off the shelf. */
  discard(progress: WholeProgress | null): Promise<void>;
  /** The same for all that belongs to a work item, or to a member. */
  discardOf(whose: Pick<WholeOwner, "kind" | "key"> | Pick<WholeOwner, "memberId">): Promise<void>;
}

export interface WholeOptions {
  readonly recognizer: RecordingRecognizer;
  readonly shelf: RecordingShelf;
  /** Longer recordings go to the service. */
  readonly longMs: number;
  /** Public addresses of a ticket. */
  readonly addresses: (ticket: string) => { readonly url: string; readonly callbackUrl: string };
  /** Told of every step at the service: codes and figures only. */
  readonly onEvent?: (event: WholeEvent) => void;
  /** Pauses before a recording is handed in anew after trouble on the way, in ms; as many as there are tries. */
  readonly pausesMs?: readonly number[];
}

export interface WholeEvent {
  readonly recognizer: string;
  readonly event: "handed-in" | "heard" | "trouble" | "refused";
  readonly code?: string;
  readonly tries: number;
  readonly audioMs: number;
  readonly waitedMs: number;
}
