import type { Locale } from "../../explanations/explain.ts";
import type { Problem } from "../../explanations/problem.ts";
import type { JobOutcome, JobTurn } from "../../jobs/jobs.ts";
import type { RecognizerSettings } from "../../transcription/transcriber.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import type { WholeOwner } from "../../transcription/whole-recording.ts";
import type { AudioSource } from "../discord/attachments.ts";
import type { Minutes } from "../records/minutes.ts";
import type { KeepTranscripts } from "../records/transcript-keeper.ts";
import type { Dress } from "../requests/request-menus.ts";
import type { Destination } from "./answer.ts";
import type { House, Section } from "./transcript-pages.ts";
import type { WorkState } from "./work-state.ts";

/** Recordings that somebody waits for the words of, with everything that differs between a note and a command. */
export interface AnswerTask {
  /** One, or several of one message, which are answered together. */
  readonly sources: readonly AudioSource[];
  /** Whose work it is, for what lies ready for a service meanwhile. */
  readonly owner: WholeOwner;
  readonly turn: JobTurn;
  readonly locale: Locale;
  readonly destination: Destination;
  readonly state: WorkState;
  readonly signal: AbortSignal;
  /** Custom id of the Retry button. */
  readonly retryId: string;
  /** Custom id of the Cancel button, for what somebody asked for. */
  readonly cancelId?: string;
  /** What the recognizer is asked for, where that is not what is configured. */
  readonly settings?: RecognizerSettings;
  /** How the server wants words shown. */
  readonly house: House;
  readonly minutes: Minutes;
  /** Keeps the words before they are shown. */
  readonly keep: KeepTranscripts;
  /** Where the recording is, for answers that stand elsewhere; "" for others. */
  readonly origin?: string;
  /** Custom id of the button that shows withheld words. */
  readonly withheldId: string;
  /** Adds what belongs below the answer. */
  readonly dress?: (sections: readonly Section[]) => Promise<Dress>;
  /** Whether it is read by one person alone, and not in a server. */
  readonly direct: boolean;
  /** Once for this key the answer says what is sent where; null where that needs no saying. */
  readonly introductionKey: string | null;
  /** Whether an earlier run has shown something: it stays until there is more to say. */
  readonly resumed: boolean;
  /** How long it may still be put off, in ms. */
  readonly patienceMs: number;
  /** Throws NoLongerWanted; asked before the recording is fetched and before its words are posted. */
  readonly check: () => Promise<void>;
}

/** How a run ended, and what the work item does next. */
export interface AnswerResult {
  readonly state: "answered" | "failed" | "waiting";
  readonly outcome: JobOutcome;
  readonly problem?: Problem;
  /** Of every recording that has words, or is known to have none. */
  readonly transcripts?: readonly Transcript[];
}
