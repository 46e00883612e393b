import type { OfferedRecording } from "../recording-recognizer.ts";

/** What every task asks for (seed 002, "Request parameters"). A field that is not set is not sent. */
export interface AlibabaTaskSettings {
  /** Of a project in the service's console; it decides language and model. */
  readonly appkey: string;
  /** "2.0" is for accounts that were opened before 4.0: there are no words, and callbacks look different. */
  readonly version: "4.0" | "2.0";
  /** Digits for spoken numbers, and no "um": both need the service's post-processing, which rules out `autoSplit`. */
  readonly inverseTextNormalization: boolean;
  readonly disfluency: boolean;
  /** Tells two speakers apart; for mono at 8 kHz only. */
  readonly autoSplit: boolean;
  readonly vocabularyId?: string | undefined;
  readonly classVocabularyId?: string | undefined;
  readonly customizationId?: string | undefined;
  /** How much silence ends a sentence; 450 unless told. */
  readonly maxEndSilenceMs?: number | undefined;
  /** The longest sentence; 20,000 unless told, 10,000 at least. */
  readonly maxSegmentMs?: number | undefined;
}

/** Silence that is shorter is not worth a word to the service. */
const leastSilenceMs = 1000;

/** The JSON text of parameter Task. */
export function taskParameter(settings: AlibabaTaskSettings, recording: OfferedRecording): string {
  const { version, inverseTextNormalization, disfluency } = settings;
  const polished = inverseTextNormalization || disfluency;
  return JSON.stringify({
    appkey: settings.appkey,
    file_link: recording.url,
    version,
    ...(version === "4.0"
      ? {
          enable_words: true,
          enable_sample_rate_adaptive: true,
          ...(polished ? { enable_unify_post: true } : {}),
          ...(inverseTextNormalization ? { enable_inverse_text_normalization: true } : {}),
          ...(disfluency ? { enable_disfluency: true } : {}),
        }
      : {}),
    ...(settings.autoSplit ? { auto_split: true } : {}),
    enable_callback: true,
    callback_url: recording.callbackUrl,
    vocabulary_id: settings.vocabularyId,
    class_vocabulary_id: settings.classVocabularyId,
    customization_id: settings.customizationId,
    max_end_silence: settings.maxEndSilenceMs,
    max_single_segment_time: settings.maxSegmentMs,
    valid_times: validTimes(recording),
  });
}

/** Leaves out the plain silence before the first sound and after the last one, where that is worth it. */
function validTimes({ sound, durationMs }: OfferedRecording): readonly object[] | undefined {
  if (sound === undefined || sound.startMs + durationMs - sound.endMs < leastSilenceMs) return undefined;
  return [{ begin_time: Math.floor(sound.startMs), end_time: Math.ceil(sound.endMs), channel_id: 0 }];
}
