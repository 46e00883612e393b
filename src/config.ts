import { z } from "zod";

import {
  type AlibabaConfig,
  alibabaConfig,
  type AlibabaAccount,
  alibabaFields,
  readAlibabaAccount,
} from "./config/alibaba.ts";
import { ConfigError } from "./config/errors.ts";
import { origins, positive, url, zeroOrMore } from "./config/fields.ts";
import { type HttpConfig, httpConfig, httpFields } from "./config/http.ts";
import {
  recognizerFields,
  recognizersConfig,
  type RecognizersConfig,
  recognizersInUse,
} from "./config/recognizers.ts";
import {
  checkPublicUrl,
  recordingFields,
  type RecordingsConfig,
  recordingsConfig,
} from "./config/recordings.ts";
import { checkScale, type ScaleConfig, scaleConfig, scaleFields } from "./config/scale.ts";
import {
  readSisCredentials,
  type SisConfig,
  type SisCredentials,
  sisConfig,
  sisFields,
} from "./config/sis.ts";
import {
  readTencentKey,
  tencentConfig,
  type TencentConfig,
  tencentFields,
  type TencentKey,
} from "./config/tencent.ts";
import { readEnvFile } from "./config/env-file.ts";
import { type Environment, readValues } from "./config/values.ts";
import { type LogLevel, logLevels } from "./config/variables.ts";

export { ConfigError } from "./config/errors.ts";
export type { AlibabaConfig } from "./config/alibaba.ts";
export type { RecognizerName } from "./config/recognizers.ts";
export type { SisConfig, SisCredentials } from "./config/sis.ts";
export type { TencentConfig } from "./config/tencent.ts";

/** Everything an operator can set, parsed and with defaults filled in. Secrets are plain strings: never log this. */
export interface Config extends RecognizersConfig, ScaleConfig {
  readonly discord: {
    readonly token: string;
    readonly apiUrl: string;
    readonly cdnOrigins: readonly string[];
  };
  readonly sis: SisConfig;
  readonly recordings: RecordingsConfig;
  readonly alibaba: AlibabaConfig;
  readonly tencent: TencentConfig;
  readonly limits: { readonly maxAudioMinutes: number; readonly maxDownloadMb: number };
  readonly dataDir: string;
  /** What words and tokens are encrypted with where they are stored. */
  readonly dataKey: string | undefined;
  readonly catchUpHours: number;
  readonly retentionDays: number;
  /** No more than `retentionDays`. */
  readonly cacheDays: number;
  readonly http: HttpConfig;
  readonly logLevel: LogLevel;
}

/** The process's environment, with `.env` of the working directory filling what is not set. Throws ConfigError. */
export function environment(): Environment {
  const { env } = process;
  for (const [name, value] of Object.entries(readEnvFile(".env"))) env[name] ??= value;
  return env;
}

/** Where the person who called npm stands: paths they type are meant from there, npm itself runs scripts at the root. */
export function callerDirectory(env: Environment): string {
  return env["INIT_CWD"] ?? process.cwd();
}

/** What a command cannot do without: `discord` the token, `recognizer` the credentials of the chosen service. */
export interface Needs {
  readonly discord: boolean;
  readonly recognizer: boolean;
}

/** Parses everything at once. Throws ConfigError with every problem, not just the first. */
export function readConfig(env: Environment, needs: Needs): Config {
  const problems: string[] = [];
  const values = readValues(env, problems);
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${String(issue.path[0])}: ${issue.message}`);
  }
  if (parsed.success) checkScale(parsed.data, problems);
  if (needs.discord && values["DISCORD_TOKEN"] === undefined && !namesOf(problems).has("DISCORD_TOKEN")) {
    problems.push(
      "DISCORD_TOKEN: needed; it is on the Bot page of your application in Discord's developer portal",
    );
  }
  const inUse = needs.recognizer ? recognizersInUse(values) : [];
  const wantsSis = inUse.some((name) => name === "sis" || name === "sis-sentence");
  const recordings = needs.recognizer ? values["RECORDING_RECOGNIZER"] : undefined;
  const keys: Keys = {
    sis: readSisCredentials(values, wantsSis, problems),
    tencent: readTencentKey(values, [...inUse, recordings].includes("tencent"), problems),
    alibaba: readAlibabaAccount(values, recordings === "alibaba", problems),
  };
  if (recordings === "alibaba" || recordings === "tencent") checkPublicUrl(values, problems);
  if (problems.length > 0 || !parsed.success) throw new ConfigError([...new Set(problems)]);
  return { ...toConfig(parsed.data, keys), http: httpConfig(parsed.data, env) };
}

function namesOf(problems: readonly string[]): ReadonlySet<string> {
  return new Set(problems.map((problem) => (problem.split(":", 1)[0] ?? "").replace(/_FILE$/, "")));
}

const schema = z.object({
  DISCORD_TOKEN: z.string().regex(/^\S+$/, "must not contain blanks").optional(),
  DISCORD_API_URL: url,
  DISCORD_CDN_ORIGINS: origins,
  ...recognizerFields,
  ...sisFields,
  ...tencentFields,
  MAX_AUDIO_MINUTES: positive,
  MAX_DOWNLOAD_MB: positive,
  CATCH_UP_HOURS: zeroOrMore,
  RETENTION_DAYS: zeroOrMore,
  CACHE_DAYS: zeroOrMore,
  DATA_DIR: z.string(),
  DATA_KEY: z
    .string()
    .min(16, "must have at least 16 characters, as `openssl rand -base64 32` makes them")
    .optional(),
  ...scaleFields,
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`),
  ...recordingFields,
  ...alibabaFields,
  ...httpFields,
});

/** What the services are asked with; undefined for those that nobody needs. */
interface Keys {
  readonly sis: SisCredentials | undefined;
  readonly tencent: TencentKey | undefined;
  readonly alibaba: AlibabaAccount | undefined;
}

function toConfig(values: z.infer<typeof schema>, keys: Keys): Omit<Config, "http"> {
  return {
    discord: {
      token: values.DISCORD_TOKEN ?? "",
      apiUrl: values.DISCORD_API_URL,
      cdnOrigins: values.DISCORD_CDN_ORIGINS,
    },
    ...recognizersConfig(values),
    sis: sisConfig(values, keys.sis),
    tencent: tencentConfig(values, keys.tencent),
    recordings: recordingsConfig(values),
    alibaba: alibabaConfig(values, keys.alibaba),
    limits: { maxAudioMinutes: values.MAX_AUDIO_MINUTES, maxDownloadMb: values.MAX_DOWNLOAD_MB },
    dataDir: values.DATA_DIR,
    dataKey: values.DATA_KEY,
    ...scaleConfig(values),
    catchUpHours: values.CATCH_UP_HOURS,
    retentionDays: values.RETENTION_DAYS,
    cacheDays: Math.min(values.CACHE_DAYS, values.RETENTION_DAYS),
    logLevel: values.LOG_LEVEL,
  };
}
