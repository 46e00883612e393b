import { z } from "zod";

import { positive, url, word, yesNo } from "./fields.ts";
import type { Values } from "./values.ts";

/** Everything about Alibaba's recording file recognition. */
export interface AlibabaConfig {
  readonly region: string;
  readonly endpoint: string;
  /** In Hz: what the model is trained for that the appkey's project is bound to. */
  readonly sampleRate: 8000 | 16000;
  /** What is spoken, as a BCP-47 tag. */
  readonly language: string;
  readonly version: "4.0" | "2.0";
  readonly plan: "paid" | "trial";
  readonly inverseTextNormalization: boolean;
  readonly disfluency: boolean;
  readonly autoSplit: boolean;
  readonly vocabularyId: string | undefined;
  readonly classVocabularyId: string | undefined;
  readonly customizationId: string | undefined;
  readonly maxEndSilenceMs: number | undefined;
  readonly maxSegmentMs: number | undefined;
  /** Undefined only where the caller does not need it. */
  readonly account: AlibabaAccount | undefined;
}

export interface AlibabaAccount {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly appkey: string;
}

const whole = positive.refine(Number.isInteger, "must be a whole number");

/** Its variables, as the whole schema takes them in. */
export const alibabaFields = {
  ALIBABA_REGION: word,
  ALIBABA_ENDPOINT: url,
  ALIBABA_SAMPLE_RATE: z
    .enum(["8000", "16000"], "must be 8000 or 16000")
    .transform((text) => (text === "8000" ? 8000 : 16_000)),
  ALIBABA_LANGUAGE: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, "must be a language tag, as en or zh-CN"),
  ALIBABA_VERSION: z.enum(["4.0", "2.0"], "must be 4.0 or 2.0"),
  ALIBABA_PLAN: z.enum(["paid", "trial"], "must be paid or trial"),
  ALIBABA_ITN: yesNo,
  ALIBABA_DISFLUENCY: yesNo,
  ALIBABA_AUTO_SPLIT: yesNo,
  ALIBABA_VOCABULARY_ID: word.optional(),
  ALIBABA_CLASS_VOCABULARY_ID: word.optional(),
  ALIBABA_CUSTOMIZATION_ID: word.optional(),
  ALIBABA_MAX_END_SILENCE_MS: whole.optional(),
  ALIBABA_MAX_SEGMENT_MS: whole.refine((ms) => ms >= 10_000, "must be 10000 at least").optional(),
};

const alibabaValues = z.object(alibabaFields);

/** Its part of the configuration, out of parsed values. */
export function alibabaConfig(
  values: z.infer<typeof alibabaValues>,
  account: AlibabaAccount | undefined,
): AlibabaConfig {
  return {
    region: values.ALIBABA_REGION,
    endpoint: values.ALIBABA_ENDPOINT.replace("{region}", values.ALIBABA_REGION),
    sampleRate: values.ALIBABA_SAMPLE_RATE,
    language: values.ALIBABA_LANGUAGE,
    version: values.ALIBABA_VERSION,
    plan: values.ALIBABA_PLAN,
    inverseTextNormalization: values.ALIBABA_ITN === "yes",
    disfluency: values.ALIBABA_DISFLUENCY === "yes",
    autoSplit: values.ALIBABA_AUTO_SPLIT === "yes",
    vocabularyId: values.ALIBABA_VOCABULARY_ID,
    classVocabularyId: values.ALIBABA_CLASS_VOCABULARY_ID,
    customizationId: values.ALIBABA_CUSTOMIZATION_ID,
    maxEndSilenceMs: values.ALIBABA_MAX_END_SILENCE_MS,
    maxSegmentMs: values.ALIBABA_MAX_SEGMENT_MS,
    account,
  };
}

const keyId = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const keySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const appkey = "ALIBABA_APPKEY";

/** Key and appkey where all three are set. Where they are `needed`, what is missing or does not go together is a problem. */
export function readAlibabaAccount(
  values: Values,
  needed: boolean,
  problems: string[],
): AlibabaAccount | undefined {
  if (needed) problems.push(...missingFrom(values), ...conflictsIn(values));
  const [accessKeyId, accessKeySecret, key] = [values[keyId], values[keySecret], values[appkey]];
  if (accessKeyId === undefined || accessKeySecret === undefined || key === undefined) return undefined;
  return { accessKeyId, accessKeySecret, appkey: key };
}

function missingFrom(values: Values): readonly string[] {
  const where: Readonly<Record<string, string>> = {
    [keyId]: "of the account or a RAM user of it",
    [keySecret]: "of the same access key",
    [appkey]: "of a project in the console of Intelligent Speech Interaction",
  };
  return Object.entries(where)
    .filter(([name]) => values[name] === undefined)
    .map(([name, of]) => `${name}: needed for RECORDING_RECOGNIZER=alibaba; ${of}`);
}

/** What the service documents as not going together. */
function conflictsIn(values: Values): readonly string[] {
  const problems: string[] = [];
  const polished = ["ALIBABA_ITN", "ALIBABA_DISFLUENCY"].filter((name) => values[name] === "yes");
  const splits = values["ALIBABA_AUTO_SPLIT"] === "yes";
  if (splits && polished.length > 0)
    problems.push(`ALIBABA_AUTO_SPLIT: does not go together with ${polished.join(" and ")}`);
  if (splits && values["ALIBABA_SAMPLE_RATE"] !== "8000")
    problems.push("ALIBABA_AUTO_SPLIT: works at ALIBABA_SAMPLE_RATE=8000 only");
  if (values["ALIBABA_VERSION"] === "2.0")
    problems.push(...polished.map((name) => `${name}: needs ALIBABA_VERSION=4.0`));
  return problems;
}
