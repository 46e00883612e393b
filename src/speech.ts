import { opusEngine } from "./audio/opus-engine.ts";
import { createSileroDetector } from "./audio/silero.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { RecognizerFor } from "./recognizers/recognizer.ts";
import { createServices, type ServicesWatch, type WaitingCalls } from "./speech/services.ts";
import { createCaptions, type OpenCaptions } from "./transcription/captions.ts";
import { createTranscriber } from "./transcription/transcribe.ts";
import type { Transcriber } from "./transcription/transcriber.ts";
import { translateError } from "./transcription/translate-error.ts";

/** From audio files to words, wired up for one process. */
export interface Speech {
  readonly transcriber: Transcriber;
  readonly openCaptions: OpenCaptions;
  /** The recognizer's name, as in "sis". */
  readonly recognizer: string;
  /** The host the audio goes to, or null where it stays on this machine. */
  readonly host: string | null;
  /** Calls that wait for their place in a quota, at this moment. */
  waiting(): WaitingCalls;
  close(): Promise<void>;
}

export interface SpeechOptions extends ServicesWatch {
  /** The service was away and answers again. */
  readonly onBack?: () => void;
}

/** Wires recognizer, quota, retries and voice activity detection as the configuration says. Creates the data folder. */
export async function openSpeech(config: Config, log: Log, options: SpeechOptions = {}): Promise<Speech> {
  // Loaded now, so that the first note does not wait for it.
  opusEngine();
  const detector = await createSileroDetector();
  const services = createServices({ ...options, config, log, detector });
  const { name, host, languages, recognizerFor } = services.open(config.recognizer);
  const openCaptions: OpenCaptions = Object.assign(
    ({ guildId, sessionStartMs, settings }: Parameters<OpenCaptions>[0]) =>
      createCaptions({ recognizer: translated(recognizerFor)(settings), detector, guildId, sessionStartMs }),
    { languages },
  );
  return {
    transcriber: createTranscriber({ recognizer: recognizerFor(), recognizerFor, languages, detector }),
    openCaptions,
    recognizer: name,
    host,
    waiting: () => services.waiting(),
    async close() {
      await services.close();
      await detector.close();
    },
  };
}

/** For whoever is above the recognizers and knows only errors of transcription. */
function translated(recognizerFor: RecognizerFor): RecognizerFor {
  return (settings) => {
    try {
      return recognizerFor(settings);
    } catch (error) {
      throw translateError(error);
    }
  };
}
