/** One word of a segment, as it is written and when it was said, in ms of the recording. */
export interface SegmentWord {
  readonly text: string;
  /** Whether a space stands before it; scripts without spaces have none, and each character is a word. */
  readonly spaced: boolean;
  readonly startMs: number;
  readonly endMs: number;
}

/** The words of one clip, or of a part of it, in recording time. */
export interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** 0 to 1, or null where the recognizer gives no score. */
  readonly confidence: number | null;
  readonly requestId: string | null;
  /** True where the times were spread over the speech because the service gave no word times. */
  readonly estimated: boolean;
  /** The text word by word, for those who lay it out in time, such as subtitles. */
  readonly words?: readonly SegmentWord[];
}

/** A whole recording's words in order. An empty text means that nobody was heard speaking. */
export interface Transcript {
  readonly durationMs: number;
  readonly text: string;
  /** Mean weighted by seconds of speech; null where no clip has a score. */
  readonly confidence: number | null;
  readonly segments: readonly Segment[];
  /** The recognizer's name, as in "sis". */
  readonly recognizer: string;
  /** Requests made to the recognizer, retries included. */
  readonly requests: number;
  /** Audio that was lost in the file, in ms, and whether it ended in the middle: worth a word to the reader. */
  readonly lostMs: number;
  readonly cutShort: boolean;
}
