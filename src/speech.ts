import { opusEngine } from "./audio/opus-engine.ts";
import { createSileroDetector } from "./audio/silero.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { RecognizerFor } from "./recognizers/recognizer.ts";
import { type Chosen, openChosen } from "./speech/chosen.ts";
import type { WaitingCalls } from "./speech/quotas.ts";
import { createServices, type ServicesWatch } from "./speech/services.ts";
import { createCaptions, type OpenCaptions } from "./transcription/captions.ts";
import { createTranscriber } from "./transcription/transcribe.ts";
import type { Transcriber } from "./transcription/transcriber.ts";
import { translateError } from "./transcription/translate-error.ts";

/** From audio files to words, wired up for one process. */
export interface Speech {
  readonly transcriber: Transcriber;
  readonly openCaptions: OpenCaptions;
  /** Who hears recordings and where their audio goes, for those who are told. */
  readonly hears: Hearing;
  /** The same for live captions. */
  readonly hearsCaptions: Hearing;
  /** Calls that wait for their place in a quota, at this moment. */
  waiting(): WaitingCalls;
  close(): Promise<void>;
}

export interface Hearing {
  /** The recognizer's name, as in "sis", or "sis+tencent" where another may be asked in its place. */
  readonly name: string;
  /** The host the audio goes to, several between commas, or null where it stays on this machine. */
  readonly host: string | null;
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
  // Redis' client is loaded only where it is wanted.
  const redis = config.redisUrl === undefined ? undefined : await import("./recognizers/redis-slots.ts");
  const services = createServices({ ...options, config, log, detector, redisSlots: redis?.createRedisSlots });
  const { fallback } = config;
  const { languages, recognizerFor, ...hears } = openChosen(
    { recognizer: config.recognizer, fallback },
    services,
    log,
  );
  const live = openChosen({ recognizer: config.captionRecognizer, fallback }, services, log);
  const openCaptions: OpenCaptions = Object.assign(
    ({ guildId, sessionStartMs, settings }: Parameters<OpenCaptions>[0]) =>
      createCaptions({
        recognizer: translated(live.recognizerFor)(settings),
        streaming: live.streaming?.recognizerFor(settings ?? {}),
        detector,
        guildId,
        sessionStartMs,
      }),
    { languages: live.languages },
  );
  return {
    transcriber: createTranscriber({ recognizer: recognizerFor(), recognizerFor, languages, detector }),
    openCaptions,
    hears: hearing(hears),
    hearsCaptions: hearing({ ...live, host: hostsOf(live.host, live.streamingHost) }),
    waiting: () => services.waiting(),
    async close() {
      await services.close();
      await detector.close();
    },
  };
}

function hearing({ names, host }: Pick<Chosen, "names" | "host">): Hearing {
  return { name: names, host };
}

function hostsOf(...hosts: readonly (string | null)[]): string | null {
  const named = [...new Set(hosts.filter((host) => host !== null))];
  return named.length === 0 ? null : named.join(", ");
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
