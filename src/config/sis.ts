import { z } from "zod";

import { atLeast, positive, seconds, url, word, yesNo } from "./fields.ts";
import type { Values } from "./values.ts";

/** Everything about Huawei Cloud SIS and the IAM service beside it. */
export interface SisConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly projectId: string | undefined;
  readonly property: string;
  /** In Hz, read off the property's name. */
  readonly sampleRate: 8000 | 16000;
  readonly addPunc: "yes" | "no" | undefined;
  readonly digitNorm: "yes" | "no" | undefined;
  readonly needWordInfo: "yes" | "no" | undefined;
  readonly vocabularyId: string | undefined;
  readonly maxQps: number;
  readonly maxClipSeconds: number;
  readonly maxBase64Bytes: number;
  readonly timeoutSeconds: number;
  readonly iamEndpoint: string;
  /** Undefined only where the caller needs no speech service. */
  readonly credentials: SisCredentials | undefined;
}

export type SisCredentials =
  | { readonly type: "ak-sk"; readonly accessKey: string; readonly secretKey: string }
  | {
      readonly type: "password";
      readonly username: string;
      readonly password: string;
      readonly domainName: string;
      readonly projectName: string;
    };

/** SIS's variables, as the whole schema takes them in. */
export const sisFields = {
  SIS_REGION: word,
  SIS_ENDPOINT: url,
  SIS_PROJECT_ID: word.optional(),
  SIS_PROPERTY: word.regex(/_(?:8|16)k(?:_|$)/, "must name its rate, as english_16k_common does"),
  SIS_ADD_PUNC: yesNo,
  SIS_DIGIT_NORM: yesNo,
  SIS_NEED_WORD_INFO: yesNo,
  SIS_VOCABULARY_ID: word.optional(),
  SIS_MAX_QPS: positive,
  // A second of 16 kHz PCM is 42,668 characters of Base64; the planner cuts nothing shorter.
  SIS_MAX_CLIP_SECONDS: atLeast(1, "seconds"),
  SIS_MAX_BASE64_BYTES: atLeast(42_668, "bytes: a second of audio"),
  SIS_TIMEOUT_SECONDS: seconds,
  IAM_ENDPOINT: url,
};

const sisValues = z.object(sisFields);

/** SIS's part of the configuration, out of parsed values. */
export function sisConfig(
  values: z.infer<typeof sisValues>,
  credentials: SisCredentials | undefined,
): SisConfig {
  const inRegion = (text: string): string => text.replace("{region}", values.SIS_REGION);
  return {
    region: values.SIS_REGION,
    endpoint: inRegion(values.SIS_ENDPOINT),
    projectId: values.SIS_PROJECT_ID,
    property: values.SIS_PROPERTY,
    sampleRate: /_8k(?:_|$)/.test(values.SIS_PROPERTY) ? 8000 : 16000,
    addPunc: values.SIS_ADD_PUNC,
    digitNorm: values.SIS_DIGIT_NORM,
    needWordInfo: values.SIS_NEED_WORD_INFO,
    vocabularyId: values.SIS_VOCABULARY_ID,
    maxQps: values.SIS_MAX_QPS,
    maxClipSeconds: values.SIS_MAX_CLIP_SECONDS,
    maxBase64Bytes: values.SIS_MAX_BASE64_BYTES,
    timeoutSeconds: values.SIS_TIMEOUT_SECONDS,
    iamEndpoint: inRegion(values.IAM_ENDPOINT),
    credentials,
  };
}

const ak = "HUAWEICLOUD_SDK_AK";
const sk = "HUAWEICLOUD_SDK_SK";
const password = ["IAM_USERNAME", "IAM_PASSWORD", "IAM_DOMAIN_NAME"] as const;

/** AK/SK when both are set, else a password login; half of a pair is a mistake, unless nobody needs the service. */
export function readSisCredentials(
  values: Values,
  needed: boolean,
  problems: string[],
): SisCredentials | undefined {
  const [accessKey, secretKey] = [values[ak], values[sk]];
  if (accessKey !== undefined && secretKey !== undefined) return { type: "ak-sk", accessKey, secretKey };
  const [username, secret, domainName] = password.map((name) => values[name]);
  if (username !== undefined && secret !== undefined && domainName !== undefined) {
    const projectName = values["IAM_PROJECT_NAME"] ?? values["SIS_REGION"] ?? "";
    return { type: "password", username, password: secret, domainName, projectName };
  }
  if (needed) problems.push(...missingCredentials(values));
  return undefined;
}

function missingCredentials(values: Values): readonly string[] {
  const keys = [ak, sk].filter((name) => values[name] !== undefined);
  const some = password.filter((name) => values[name] !== undefined);
  if (some.length > 0) {
    const missing = password.filter((name) => values[name] === undefined);
    return missing.map((name) => `${name}: needed beside ${some.join(" and ")}`);
  }
  if (keys.length === 1) return [`${keys[0] === ak ? sk : ak}: needed beside ${String(keys[0])}`];
  return [
    `${ak}: SIS needs ${ak} and ${sk}, or ${password.join(", ")}; RECOGNIZER=pocketsphinx needs neither`,
  ];
}
