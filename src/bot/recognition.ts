import type { SettingsChange } from "../store/store.ts";
import type { RecognizerSettings } from "../transcription/transcriber.ts";

/** What a server's settings ask of the speech service; what they leave to the operator is left out. */
export function recognitionOf({
  language,
  property,
  vocabularyId,
  addPunc,
  digitNorm,
}: SettingsChange): RecognizerSettings {
  return {
    ...(language && { language }),
    ...(property && { property }),
    ...(vocabularyId && { vocabularyId }),
    ...(addPunc && { addPunc }),
    ...(digitNorm && { digitNorm }),
  };
}
