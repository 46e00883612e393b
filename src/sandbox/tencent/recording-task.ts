import { checkFields, type FieldRule, type Fields } from "./fields.ts";
import { TencentRefusal } from "./refusal.ts";
import { checkHotword } from "./sentence.ts";

/** What a recording is asked for with. */
export interface RecordingWish {
  readonly engine: string;
  readonly rate: 8000 | 16000;
  readonly channels: number;
  /** Whether the words are listed with their times. */
  readonly words: boolean;
  readonly url: string;
  readonly callbackUrl: string | undefined;
}

/** The vendor's table of CreateRecTask: engines and what each takes. */
const withWords = "8k_zh 8k_en 16k_zh 16k_zh-PY 16k_zh-TW 16k_zh_dialect 16k_en 16k_yue".split(" ");
const plain =
  "16k_ja 16k_ko 16k_vi 16k_ms 16k_id 16k_fil 16k_th 16k_pt 16k_tr 16k_ar 16k_es 16k_hi 16k_fr 16k_zh_medical 16k_de".split(
    " ",
  );
const engines = new Set([...withWords, ...plain]);

const upTo2 = [0, 1, 2];
const rules: Readonly<Record<string, FieldRule>> = {
  EngineModelType: "text",
  ChannelNum: [1, 2],
  ResTextFormat: [0, 1, 2, 3, 4, 5],
  SourceType: [0, 1],
  Data: "text",
  DataLen: [],
  Url: "text",
  CallbackUrl: "text",
  SpeakerDiarization: [0, 1, 3],
  SpeakerNumber: [],
  HotwordId: "text",
  HotwordList: "text",
  ReinforceHotword: [0, 1],
  CustomizationId: "text",
  ConvertNumMode: [0, 1, 3],
  FilterDirty: upTo2,
  FilterPunc: upTo2,
  FilterModal: upTo2,
  SentenceMaxLength: [],
  Extra: "text",
  ReplaceTextId: "text",
};

/** Reads and checks the parameters of CreateRecTask; links only: this double takes no bytes. Throws TencentRefusal. */
export function readRecordingWish(fields: Fields, hotwordIds: readonly string[]): RecordingWish {
  checkFields(fields, rules, ["EngineModelType", "ChannelNum", "ResTextFormat", "SourceType"]);
  const engine = String(fields["EngineModelType"]);
  const [channels, format] = [Number(fields["ChannelNum"]), Number(fields["ResTextFormat"])];
  if (!engines.has(engine))
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidEngservice", "EngineModelType is invalid");
  const rate = engine.startsWith("8k_") ? 8000 : 16_000;
  // "16k: 1 only"
  if (channels === 2 && rate === 16_000)
    throw new TencentRefusal("InvalidParameterValue", "ChannelNum must be 1 for engines of 16 kHz");
  // "These engines take 0 only."
  if (format !== 0 && plain.includes(engine))
    throw new TencentRefusal("InvalidParameterValue", "ResTextFormat must be 0 for this engine");
  checkHotword(fields["HotwordId"], hotwordIds);
  const url = linkOf(fields["Url"]);
  if (fields["SourceType"] !== 0 || url === undefined)
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidUrl", "Url is invalid");
  const callbackUrl = fields["CallbackUrl"];
  if (callbackUrl !== undefined && linkOf(callbackUrl) === undefined)
    throw new TencentRefusal("InvalidParameterValue", "CallbackUrl is invalid");
  return { engine, rate, channels, words: format !== 0, url, callbackUrl: linkOf(callbackUrl) };
}

function linkOf(value: unknown): string | undefined {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
