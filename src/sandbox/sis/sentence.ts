import { readWave, samplesOf } from "../wave.ts";
import { sisRefusal } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { decodeBase64, fieldsOf, parseBody, type ShortAudio } from "./short-audio.ts";

/** Seed 001, "功能介绍" and table 1: a minute of audio, and 4 MB after Base64, read as 4,000,000 characters. */
const maxSeconds = 60;
const maxBase64Bytes = 4_000_000;

const fields = ["data", "url", "encode_type", "sample_rate"];
/** Table 1, encode_type: "wav、mp3、wma、amr、ac3、ogg、aac等格式". */
const encodings = ["wav", "mp3", "wma", "amr", "ac3", "ogg", "aac"];
/** Table 1, sample_rate: 8k is the default. */
const rates: ReadonlyMap<string, 8000 | 16000> = new Map([
  ["8k", 8000],
  ["16k", 16_000],
]);

/** Reads and checks a body as seed 001 describes it. Throws Refusal. */
export function readSentence(body: Uint8Array): ShortAudio {
  const given = withoutEmpty(fieldsOf(parseBody(body), "body"));
  for (const [name, value] of Object.entries(given)) {
    if (!fields.includes(name)) throw invalid(`'${name}' is not supported`);
    if (typeof value !== "string") throw invalid(`'${name}' is no text`);
  }
  const { data, url, encode_type: encoding = "wav", sample_rate: rate = "8k" } = given;
  // "与url二选一": one of the two, and only one.
  if ((data === undefined) === (url === undefined)) throw invalid("exactly one of data and url is needed");
  // "当前服务不支持从公网上任意URL读取数据", and there is no OBS here.
  if (url !== undefined) throw sisRefusal("SIS.0608", "The URL is invalid", "URL不合法");
  if (typeof encoding !== "string" || !encodings.includes(encoding))
    throw sisRefusal("SIS.0602", "The audio encoding is not supported", "音频编码格式不支持");
  const sampleRate = typeof rate === "string" ? rates.get(rate) : undefined;
  if (sampleRate === undefined) throw invalid("'sample_rate' is invalid");
  const samples = samplesFrom(decodeBase64(data, maxBase64Bytes), encoding, sampleRate);
  if (samples.length === 0 || samples.length > maxSeconds * sampleRate) throw wrongSize();
  return { samples, sampleRate, property: "", addPunctuation: true, needWordInfo: false };
}

/** The vendor's old client sends both keys, the unused one as an empty text. */
function withoutEmpty(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}

/** This double decodes WAVE only; other encodings are refused by their content, as a file that is not what it is said to be. */
function samplesFrom(bytes: Uint8Array, encoding: string, sampleRate: number): Int16Array {
  const wave = readWave(bytes);
  const fits = wave?.format === 1 && wave.channels === 1 && wave.bitsPerSample === 16;
  if (encoding !== "wav" || !fits)
    throw sisRefusal("SIS.0602", "The audio encoding is not supported", "音频编码格式不支持");
  if (wave.sampleRate !== sampleRate) throw invalid("'sample_rate' is not that of the audio");
  return samplesOf(wave.data);
}

function invalid(why: string): Refusal {
  return sisRefusal("SIS.0601", `Invalid parameter: ${why}`, `参数错误：${why}`);
}

function wrongSize(): Refusal {
  return sisRefusal("SIS.0604", "The size of the audio does not meet the requirements", "音频大小不符合要求");
}
