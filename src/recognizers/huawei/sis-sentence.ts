import { z } from "zod";

import type { SampleRate } from "../../audio/pcm.ts";
import { waveFile } from "../../audio/wave-file.ts";
import { createPreparedBodies, refuseUnfit } from "../fitting-clip.ts";
import { parseJson } from "../http-faults.ts";
import type { HttpAnswer } from "../http.ts";
import { matchLanguage, unheardLanguage } from "../languages.ts";
import type { Recognition, Recognizer, RecognizerService } from "../recognizer.ts";
import { createSisAccess, preparedBody, type SisAccessOptions } from "./sis-access.ts";
import { hasErrorCode, malformed, refusal, requestIdOf } from "./sis-errors.ts";

export interface SisSentenceOptions extends SisAccessOptions {
  /** Of the audio that is sent. */
  readonly sampleRate: SampleRate;
}

/** Huawei's older sentence interface. It hears Mandarin, and none of the settings changes that. */
export interface SisSentence extends Recognizer, RecognizerService {}

const limitMs = 60_000;
/** The interface has no choice of language; its documents and examples are Mandarin. */
const languages = ["zh-CN"];

/**
 * A client of `POST /v1.0/voice/asr/sentence` (the sentence interface's page, tables 1 to 3): a minute of audio at most, no
 * project in the address, no score and no word times in the answer. Nothing is sent before the first call.
 */
export function createSisSentence(options: SisSentenceOptions): SisSentence {
  const access = createSisAccess(options, false);
  // 16 kHz for a minute makes 2.56 million characters of Base64: the interface's other limit, 4 MB, is never met.
  const limits = { sampleRate: options.sampleRate, maxClipMs: limitMs };
  const bodies = createPreparedBodies(({ samples }) => preparedBody(requestBody(samples, limits.sampleRate)));
  const recognizer: Recognizer = {
    name: "sis-sentence",
    identity: `sis-sentence:${limits.sampleRate}`,
    ...limits,
    async ready(signal, clip) {
      if (clip) refuseUnfit(clip, limits);
      await access.ready(signal);
      if (clip) bodies.of(clip);
    },
    async recognize(clip, { signal, onSent }) {
      refuseUnfit(clip, limits);
      return access.post({
        path: () => "/v1.0/voice/asr/sentence",
        body: bodies.take(clip),
        read: readAnswer,
        signal,
        onSent,
      });
    },
  };
  return {
    ...recognizer,
    languages,
    recognizerFor({ language }) {
      if (language !== undefined && matchLanguage(languages, language) === undefined)
        throw unheardLanguage("SIS's sentence interface", language);
      return recognizer;
    },
    close: () => access.close(),
  };
}

/** Flat, unlike that of its successor; 8 kHz is what it takes where no rate is given. */
function requestBody(samples: Int16Array, sampleRate: SampleRate): Buffer {
  const data = waveFile(samples, sampleRate).toString("base64");
  const rate = sampleRate === 8000 ? "8k" : "16k";
  return Buffer.from(JSON.stringify({ data, encode_type: "wav", sample_rate: rate }));
}

const answerSchema = z.object({ result: z.object({ words: z.string().nullable() }) });

/** Table 3: `words` is the whole text. An empty one means that nothing was heard. Throws RecognizerError. */
function readAnswer(answer: HttpAnswer): Recognition {
  if (answer.status !== 200) throw refusal(answer, "SIS");
  const body = parseJson(answer.body);
  const read = answerSchema.safeParse(body).data;
  if (!read) throw hasErrorCode(body) ? refusal(answer, "SIS") : malformed(answer, "SIS");
  const requestId = requestIdOf(answer, undefined);
  return { text: read.result.words ?? "", ...(requestId === undefined ? {} : { requestId }) };
}
