import { opusEngine } from "../audio/opus-engine.ts";
import { createSileroDetector } from "../audio/silero.ts";
import type { Config, RecognizerName } from "../config.ts";
import { recognizerNames } from "../config/recognizers.ts";
import type { Log } from "../log.ts";
import { createTranscriber } from "../transcription/transcribe.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import { createServices } from "./services.ts";

/** One that is asked, and what asks it. */
export interface ComparedRecognizer {
  readonly name: string;
  readonly transcriber: Pick<Transcriber, "transcribe">;
}

/** Recognizers side by side, each on its own: nobody stands in for another. */
export interface Comparison {
  readonly recognizers: readonly ComparedRecognizer[];
  close(): Promise<void>;
}

/** Every recognizer that the configuration has credentials for; the embedded one needs none. */
export function configuredRecognizers({ sis, tencent }: Config): readonly RecognizerName[] {
  const hasSis = sis.credentials !== undefined;
  const able: Readonly<Record<RecognizerName, boolean>> = {
    sis: hasSis,
    "sis-sentence": hasSis,
    tencent: tencent.key !== undefined,
    pocketsphinx: true,
  };
  return recognizerNames.filter((name) => able[name]);
}

/** Opens these recognizers. Creates the data folder. */
export async function openComparison(
  config: Config,
  log: Log,
  names: readonly RecognizerName[],
): Promise<Comparison> {
  opusEngine();
  const detector = await createSileroDetector();
  const services = createServices({ config, log, detector });
  return {
    recognizers: names.map((name) => {
      const recognizer = services.open(name).recognizerFor();
      return { name, transcriber: createTranscriber({ recognizer, detector }) };
    }),
    async close() {
      await services.close();
      await detector.close();
    },
  };
}
