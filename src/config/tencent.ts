import { z } from "zod";

import { positive, seconds, socketUrl, url, word } from "./fields.ts";
import type { Values } from "./values.ts";

/** Everything about Tencent Cloud's speech recognition. */
export interface TencentConfig {
  readonly endpoint: string;
  /** Language and model, as in 16k_en. */
  readonly engine: string;
  readonly maxQps: number;
  readonly timeoutSeconds: number;
  /** Of the account; with it captions come by realtime recognition. */
  readonly appId: string | undefined;
  /** As in wss://asr.cloud.tencent.com. */
  readonly realtimeEndpoint: string;
  /** Undefined only where nobody needs the service. */
  readonly key: TencentKey | undefined;
}

export interface TencentKey {
  readonly secretId: string;
  readonly secretKey: string;
}

/** Tencent's variables, as the whole schema takes them in. */
export const tencentFields = {
  TENCENT_ENDPOINT: url,
  TENCENT_ENGINE: word.regex(/^(?:8|16)k_/, "must begin with its rate, as 16k_en does"),
  TENCENT_MAX_QPS: positive,
  TENCENT_TIMEOUT_SECONDS: seconds,
  TENCENT_APP_ID: z.string().regex(/^\d+$/, "must be the account's number").optional(),
  TENCENT_REALTIME_ENDPOINT: socketUrl,
};

const tencentValues = z.object(tencentFields);

/** Tencent's part of the configuration, out of parsed values. */
export function tencentConfig(
  values: z.infer<typeof tencentValues>,
  key: TencentKey | undefined,
): TencentConfig {
  return {
    endpoint: values.TENCENT_ENDPOINT,
    engine: values.TENCENT_ENGINE,
    maxQps: values.TENCENT_MAX_QPS,
    timeoutSeconds: values.TENCENT_TIMEOUT_SECONDS,
    appId: values.TENCENT_APP_ID,
    realtimeEndpoint: values.TENCENT_REALTIME_ENDPOINT,
    key,
  };
}

const names = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] as const;

/** Both or none; none is a problem only where the service is needed. */
export function readTencentKey(values: Values, needed: boolean, problems: string[]): TencentKey | undefined {
  const [secretId, secretKey] = names.map((name) => values[name]);
  if (secretId !== undefined && secretKey !== undefined) return { secretId, secretKey };
  if (needed) {
    const missing = names.filter((name) => values[name] === undefined);
    problems.push(...missing.map((name) => `${name}: Tencent needs ${names.join(" and ")}`));
  }
  return undefined;
}
