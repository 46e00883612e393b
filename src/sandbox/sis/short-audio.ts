import { readWave, samplesOf } from "../wave.ts";
import { sisRefusal } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** What a request for short sentence recognition asks for, once it passed every check. */
export interface ShortAudio {
  readonly samples: Int16Array;
  readonly sampleRate: 8000 | 16000;
  readonly property: string;
  readonly addPunctuation: boolean;
  readonly needWordInfo: boolean;
}

export interface ShortAudioRules {
  /** 30 s by seed 000 §5.1. */
  readonly maxSeconds: number;
  /** "2 MB" of Base64 by seed 000 table 5-3, read as 2,000,000 characters: the narrower of its two meanings. */
  readonly maxBase64Bytes: number;
  /** "international" refuses what seed 000 table 5-4 says it does not support: digit_norm, vocabulary_id, need_word_info. */
  readonly site: "chinese" | "international";
  /** The hot word tables that exist. */
  readonly vocabularies: readonly string[];
}

/** Seed 000 table 5-6: the rate is part of the name. */
const propertyRates: ReadonlyMap<string, 8000 | 16000> = new Map([
  ["english_8k_common", 8000],
  ["english_16k_common", 16_000],
]);

const notOnInternationalSite = ["digit_norm", "vocabulary_id", "need_word_info"];
const yesOrNo = ["add_punc", "digit_norm", "need_word_info"];
const configFields = ["audio_format", "property", "vocabulary_id", ...yesOrNo];

type Fields = Readonly<Record<string, unknown>>;

/** Reads and checks a body as strictly as seed 000 §5.1 describes it. Throws Refusal. */
export function readShortAudio(body: Uint8Array, rules: ShortAudioRules): ShortAudio {
  const { config, data, ...unknown } = fieldsOf(parseBody(body), "body");
  for (const name of Object.keys(unknown)) throw unsupported(name);
  if (config === undefined) throw missing("config");
  if (data === undefined) throw missing("data");
  const fields = checkFields(fieldsOf(config, "config"), rules.site);
  checkValues(fields, rules.vocabularies);
  const { property = "", audio_format: format = "" } = fields;
  const sampleRate = propertyRates.get(property) ?? 16_000;
  const samples = samplesFrom(decodeBase64(data, rules.maxBase64Bytes), format, sampleRate);
  if (samples.length === 0) throw invalid("data");
  if (samples.length > rules.maxSeconds * sampleRate) throw tooLarge(`longer than ${rules.maxSeconds} s`);
  return {
    samples,
    sampleRate,
    property,
    addPunctuation: fields["add_punc"] === "yes",
    needWordInfo: fields["need_word_info"] === "yes",
  };
}

/** JSON in UTF-8. Throws Refusal. */
export function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw sisRefusal("SIS.0032", "The JSON format of the request body is incorrect", "请求体JSON格式错误");
  }
}

/** The fields of an object. Throws Refusal. */
export function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(name);
  return { ...value };
}

/** Which fields there may be, and that each is a text: seed 000 table 5-4. */
function checkFields(fields: Fields, site: ShortAudioRules["site"]): Readonly<Record<string, string>> {
  for (const name of ["audio_format", "property"]) if (fields[name] === undefined) throw missing(name);
  const texts = Object.entries(fields).map(([name, value]) => {
    const known = configFields.includes(name);
    if (!known || (site === "international" && notOnInternationalSite.includes(name)))
      throw unsupported(name);
    if (typeof value !== "string") throw invalid(name);
    return [name, value] as const;
  });
  return Object.fromEntries(texts);
}

/** Which values they may have, and which go together: seed 000 tables 5-4 to 5-6. */
function checkValues(texts: Readonly<Record<string, string>>, vocabularies: readonly string[]): void {
  const { audio_format: format = "", property = "", vocabulary_id: vocabulary = "" } = texts;
  for (const name of yesOrNo) if (!["yes", "no", undefined].includes(texts[name])) throw invalid(name);
  const rate = propertyRates.get(property);
  if (rate === undefined) throw invalid("property");
  if (!["pcm16k16bit", "pcm8k16bit", "wav"].includes(format)) throw invalid("audio_format");
  if (format !== "wav" && format !== (rate === 8000 ? "pcm8k16bit" : "pcm16k16bit")) throw mismatch();
  // "If no hot word table is used, this field can be left blank."
  if (vocabulary !== "" && !vocabularies.includes(vocabulary)) {
    throw sisRefusal("SIS.0201", "Failed to find the hot word table", "热词表不存在");
  }
}

/** Base64 without prefix, blanks or line breaks (seed 000 table 5-3, and SIS.0032 "data base64 encode invalid"). */
export function decodeBase64(data: unknown, maxBase64Bytes: number): Uint8Array {
  if (typeof data !== "string" || data === "") throw invalid("data");
  if (data.length > maxBase64Bytes) throw tooLarge(`more than ${maxBase64Bytes} bytes of Base64`);
  const bytes = Buffer.from(data, "base64");
  if (bytes.toString("base64") !== data) {
    throw sisRefusal("SIS.0032", "data base64 encode invalid", "data base64编码错误");
  }
  return bytes;
}

/** Seed 000 table 5-5: raw 16-bit mono samples, or a WAVE file of them at the model's rate. */
function samplesFrom(bytes: Uint8Array, format: string, sampleRate: number): Int16Array {
  const wave = readWave(bytes);
  if (format !== "wav") {
    // A WAVE file sent as raw samples would be heard as a click, and half a sample means a wrong format.
    if (wave !== undefined || bytes.length % 2 === 1) throw invalid("audio_format");
    return samplesOf(bytes);
  }
  if (wave?.format !== 1 || wave.channels !== 1 || wave.bitsPerSample !== 16) throw invalid("audio_format");
  if (wave.sampleRate !== sampleRate) throw mismatch();
  return samplesOf(wave.data);
}

function missing(name: string): Refusal {
  return sisRefusal("SIS.0012", `'${name}' is missing`, `缺少必要参数'${name}'`);
}

function unsupported(name: string): Refusal {
  return sisRefusal("SIS.0031", `'${name}' is not supported`, `不支持参数'${name}'`);
}

/** As in the example of seed 000 §6.8: "'audio_format' is invalid". */
function invalid(name: string): Refusal {
  return sisRefusal("SIS.0032", `'${name}' is invalid`, `'${name}'参数错误`);
}

function mismatch(): Refusal {
  return sisRefusal(
    "SIS.0301",
    "The input audio_format parameter does not match the model",
    "输入音频格式与模型不匹配",
  );
}

function tooLarge(why: string): Refusal {
  return sisRefusal(
    "SIS.0604",
    `The size of the audio does not meet the requirements: ${why}`,
    "音频大小不符合要求",
  );
}
