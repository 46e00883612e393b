import type { ShortAudio } from "../sis/short-audio.ts";
import { readWave, samplesOf } from "../wave.ts";
import { checkFields, decodeData, type FieldRule, type Fields } from "./fields.ts";
import { TencentRefusal } from "./refusal.ts";

/** What a sentence is asked for with, beside its audio. */
export interface SentenceWish {
  readonly audio: ShortAudio;
  /** 0: no words; 1: words; 2: words and punctuation. */
  readonly wordInfo: number;
}

/** The vendor's table of SentenceRecognition: engines, formats, and what each parameter may be. */
export const engines = new Set([
  ..."8k_zh 8k_en 16k_zh 16k_zh-PY 16k_zh_medical 16k_en 16k_yue 16k_ja 16k_ko 16k_vi 16k_ms 16k_id".split(
    " ",
  ),
  ..."16k_fil 16k_th 16k_pt 16k_tr 16k_ar 16k_es 16k_hi 16k_fr 16k_de 16k_zh_dialect".split(" "),
]);
const formats = new Set("wav pcm ogg-opus speex silk mp3 m4a aac amr".split(" "));
const upTo2 = [0, 1, 2];
const rules: Readonly<Record<string, FieldRule>> = {
  EngSerViceType: "text",
  SourceType: [],
  VoiceFormat: "text",
  Url: "text",
  Data: "text",
  DataLen: [],
  WordInfo: upTo2,
  FilterDirty: upTo2,
  FilterModal: upTo2,
  FilterPunc: upTo2,
  ConvertNumMode: [0, 1],
  HotwordId: "text",
  HotwordList: "text",
  CustomizationId: "text",
  ReplaceTextId: "text",
  InputSampleRate: [8000],
  // deprecated
  ProjectId: [],
  SubServiceType: [],
  UsrAudioKey: "text",
};

/** "60 s, 3 MB (for Data: after Base64)", read as 3,000,000 characters. */
const maxSeconds = 60;
const maxBase64Bytes = 3_000_000;

/** Reads and checks the parameters of SentenceRecognition. Throws TencentRefusal. */
export function readSentenceWish(fields: Fields, hotwordIds: readonly string[]): SentenceWish {
  checkFields(fields, rules, ["EngSerViceType", "SourceType", "VoiceFormat"]);
  const { EngSerViceType: engine, SourceType: source, VoiceFormat: format } = fields;
  if (!engines.has(String(engine)))
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidEngservice", "EngSerViceType is invalid");
  if (!formats.has(String(format)))
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidVoiceFormat", "VoiceFormat is invalid");
  if (source !== 0 && source !== 1)
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidSourcetype", "SourceType is invalid");
  // There is no public network here that a link could be fetched from.
  if (source === 0) throw new TencentRefusal("InvalidParameterValue.ErrorInvalidUrl", "Url is invalid");
  checkHotword(fields["HotwordId"], hotwordIds);
  const bytes = decodeData(fields, { maxBase64Bytes });
  const audio = audioFrom(bytes, {
    format: String(format),
    engine: String(engine),
    punc: fields["FilterPunc"] !== 2,
  });
  if (audio.samples.length > maxSeconds * audio.sampleRate)
    throw new TencentRefusal("InvalidParameterValue.ErrorVoicedataTooLong", "The audio is longer than 60 s");
  return { audio, wordInfo: Number(fields["WordInfo"] ?? 0) };
}

/** A list of hot words that exists. Throws TencentRefusal. */
export function checkHotword(id: unknown, hotwordIds: readonly string[]): void {
  if (typeof id === "string" && id !== "" && !hotwordIds.includes(id))
    throw new TencentRefusal("InvalidParameterValue.InvalidVocabId", "HotwordId is invalid");
}

/**
 * The double hears WAVE and raw samples; whatever else, or something else than it is said to be, "failed to recognize
 * audio" (seed 003). A rate that is not the engine's is no error there, only heard worse.
 */
function audioFrom(
  bytes: Buffer,
  { format, engine, punc }: { readonly format: string; readonly engine: string; readonly punc: boolean },
): ShortAudio {
  const wave = readWave(bytes);
  const rate = format === "pcm" ? Number.parseInt(engine, 10) * 1000 : wave?.sampleRate;
  const plain = wave?.format === 1 && wave.channels === 1 && wave.bitsPerSample === 16;
  const fits = format === "pcm" ? wave === undefined && bytes.length % 2 === 0 : format === "wav" && plain;
  if (!fits || (rate !== 8000 && rate !== 16_000))
    throw new TencentRefusal("FailedOperation.ErrorRecognize", "Failed to recognize audio!");
  const samples = samplesOf(wave?.data ?? bytes);
  if (samples.length === 0)
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidVoicedata", "The audio is empty");
  return { samples, sampleRate: rate, property: engine, addPunctuation: punc, needWordInfo: true };
}
