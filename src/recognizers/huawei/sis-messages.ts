import { z } from "zod";

import type { SampleRate } from "../../audio/pcm.ts";
import type { Recognition, Word } from "../recognizer.ts";
import type { HttpAnswer } from "../http.ts";
import { parseJson } from "../http-faults.ts";
import { hasErrorCode, malformed, refusal, requestIdOf } from "./sis-errors.ts";

/** What a request asks for besides the audio (SIS 5.1, table 5-4). A field that is not set is not sent. */
export interface SisSettings {
  /** As in english_16k_common; its rate is the rate of the audio. */
  readonly property: string;
  readonly addPunc?: "yes" | "no" | undefined;
  /** Not on the international site (as of 2024-04); neither are the next two. */
  readonly digitNorm?: "yes" | "no" | undefined;
  readonly vocabularyId?: string | undefined;
  readonly needWordInfo?: "yes" | "no" | undefined;
}

/** The rate a property is trained for, from its name; 16 kHz where the name does not say. */
export function sampleRateOf(property: string): SampleRate {
  return /(?:^|_)8k(?:_|$)/.test(property) ? 8000 : 16000;
}

/** As in "sis:english_16k_common:punc=yes"; word times do not change what is heard. */
export function identityOf({ property, addPunc, digitNorm, vocabularyId }: SisSettings): string {
  const given = { punc: addPunc, digits: digitNorm, words: vocabularyId };
  const parts = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
  return ["sis", property, ...parts].join(":");
}

/** The longest clip in ms that stays within the seconds and the Base64 bytes of one call. */
export function maxClipMs(limits: {
  readonly maxClipSeconds: number;
  readonly maxBase64Bytes: number;
  readonly sampleRate: SampleRate;
}): number {
  // Base64 turns every 3 bytes that were begun into 4.
  const pcmBytes = Math.floor(limits.maxBase64Bytes / 4) * 3;
  const bySize = (pcmBytes / 2 / limits.sampleRate) * 1000;
  return Math.floor(Math.min(limits.maxClipSeconds * 1000, bySize));
}

/** Whole groups of three, each some 64 kB of text: V8 collects small texts at once, and texts of more than a megabyte late. */
const pieceBytes = 49_152;

/**
 * The JSON body of a request, as bytes. The Base64 text is written straight into its place: escaping it as a JSON string
 * would be nine tenths of the work.
 */
export function requestBody(samples: Int16Array, settings: SisSettings): Buffer {
  const config = {
    audio_format: sampleRateOf(settings.property) === 8000 ? "pcm8k16bit" : "pcm16k16bit",
    property: settings.property,
    add_punc: settings.addPunc,
    digit_norm: settings.digitNorm,
    vocabulary_id: settings.vocabularyId,
    need_word_info: settings.needWordInfo,
  };
  const head = Buffer.from(`{"config":${JSON.stringify(config)},"data":"`);
  const pcm = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const base64Bytes = Math.ceil(pcm.length / 3) * 4;
  const body = Buffer.allocUnsafe(head.length + base64Bytes + 2);
  head.copy(body);
  for (let from = 0, to = head.length; from < pcm.length; from += pieceBytes)
    to += body.write(pcm.toString("base64", from, from + pieceBytes), to, "latin1");
  body.write('"}', head.length + base64Bytes, "latin1");
  return body;
}

/** Only what is used, and all but the text of the result may be missing: without one, nobody knows that nothing was said. */
const answerSchema = z.object({
  error_code: z.string().nullish().catch(undefined),
  trace_id: z.string().nullish().catch(undefined),
  result: z.object({
    text: z.string().nullable(),
    score: z.number().nullish().catch(undefined),
    word_info: z
      .array(z.object({ start_time: z.number(), end_time: z.number(), word: z.string() }))
      .nullish()
      .catch(undefined),
  }),
});

/** Reads an answer (SIS 5.1, tables 5-7 to 5-10). An empty text means that nothing was heard. Throws RecognizerError. */
export function readAnswer(answer: HttpAnswer): Recognition {
  if (answer.status !== 200) throw refusal(answer, "SIS");
  const body = parseJson(answer.body);
  const read = answerSchema.safeParse(body).data;
  if (!read) throw hasErrorCode(body) ? refusal(answer, "SIS") : malformed(answer, "SIS");
  const { text, score, word_info: wordInfo } = read.result;
  const confidence = score == null ? undefined : Math.min(Math.max(score, 0), 1);
  const words = wordInfo && readWords(wordInfo);
  const requestId = requestIdOf(answer, read.trace_id);
  return {
    text: text ?? "",
    ...(confidence === undefined ? {} : { confidence }),
    ...(words ? { words } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Times are ms from the start of the audio. Words whose times make no sense are worse than none. */
function readWords(
  words: readonly { start_time: number; end_time: number; word: string }[],
): Word[] | undefined {
  let latestMs = 0;
  for (const { start_time: startMs, end_time: endMs } of words) {
    if (startMs < latestMs || endMs < startMs) return undefined;
    latestMs = startMs;
  }
  return words.map(({ start_time: startMs, end_time: endMs, word }) => ({ text: word, startMs, endMs }));
}
