import { retentionOf } from "../../store/retention.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { StoredTranscript, Store, TranscriptPlace } from "../../store/store.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import type { RecordingOutcome } from "../recordings.ts";

/** Where the words of an answer belong: everything of a stored transcript but its words and time. */
export type KeptPlace = Omit<TranscriptPlace, "createdAtMs">;

export interface TranscriptKeeperOptions {
  readonly transcripts: Store["transcripts"];
  readonly settings: Pick<Settings, "retentionDays">;
  /** The most that any server may have. */
  readonly operatorDays: number;
  readonly place: KeptPlace;
}

/** Keeps the words of an answer for as long as the server wants them kept. True where there is something kept. */
export type KeepTranscripts = (outcomes: readonly RecordingOutcome[]) => Promise<boolean>;

export function createTranscriptKeeper(options: TranscriptKeeperOptions): KeepTranscripts {
  const { transcripts, settings, operatorDays, place } = options;
  return async (outcomes) => {
    if (retentionOf(settings.retentionDays, operatorDays) === 0) return false;
    let kept = false;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.type !== "transcript" || outcome.transcript.text === "") continue;
      await transcripts.put(storedOf({ ...place, key: keyOf(place.key, index) }, outcome.transcript));
      kept = true;
    }
    return kept;
  };
}

/** An answer to one recording has its key; of several, the others are numbered. */
export function keyOf(key: string, index: number): string {
  return index === 0 ? key : `${key}:${index + 1}`;
}

function storedOf(place: KeptPlace, transcript: Transcript): StoredTranscript {
  const { text, segments, ...facts } = transcript;
  // Words with their times would be many times the text.
  const spoken = segments.map((segment) => ({ ...segment, words: undefined }));
  return {
    ...place,
    createdAtMs: Date.now(),
    text,
    details: JSON.stringify({ ...facts, segments: spoken }),
  };
}
