import { existsSync, readFileSync } from "node:fs";
import { loadEnvFile } from "node:process";

import { z } from "zod";

import { type LogLevel, logLevels, type Variable, variables } from "./config-variables.ts";

/** Everything an operator can set, parsed and with defaults filled in. Secrets are plain strings: never log this. */
export interface Config {
  readonly discord: {
    readonly token: string;
    readonly apiUrl: string;
    readonly cdnOrigins: readonly string[];
  };
  readonly recognizer: "sis" | "pocketsphinx";
  readonly sis: SisConfig;
  readonly limits: { readonly maxAudioMinutes: number; readonly maxDownloadMb: number };
  readonly dataDir: string;
  readonly catchUpHours: number;
  readonly retentionDays: number;
  readonly logLevel: LogLevel;
}

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

/** The configuration is wrong: one line for each problem, each naming its variable and never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, with `.env` of the working directory filling what is not set. */
export function environment(): Environment {
  if (existsSync(".env")) loadEnvFile(".env");
  return process.env;
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
  if (needs.discord && values["DISCORD_TOKEN"] === undefined && !namesOf(problems).has("DISCORD_TOKEN")) {
    problems.push(
      "DISCORD_TOKEN: needed; it is on the Bot page of your application in Discord's developer portal",
    );
  }
  const wantsSis = needs.recognizer && (values["RECOGNIZER"] ?? "sis") === "sis";
  const credentials = readCredentials(values, wantsSis, problems);
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return toConfig(parsed.data, credentials);
}

function namesOf(problems: readonly string[]): ReadonlySet<string> {
  return new Set(problems.map((problem) => (problem.split(":", 1)[0] ?? "").replace(/_FILE$/, "")));
}

type Values = Record<string, string | undefined>;

function readValues(env: Environment, problems: string[]): Values {
  const values: Values = {};
  for (const variable of variables) {
    const value =
      readValue(variable, env, problems) ?? (variable.fallback === "" ? undefined : variable.fallback);
    values[variable.name] = value;
    if (variable.only && value !== undefined && !variable.only.includes(value)) {
      problems.push(`${variable.name}: not available in this version; leave it unset`);
    }
  }
  // An explicitly empty SIS_ADD_PUNC means "do not send it".
  if (env["SIS_ADD_PUNC"] === "") values["SIS_ADD_PUNC"] = undefined;
  return values;
}

function readValue(variable: Variable, env: Environment, problems: string[]): string | undefined {
  const { name } = variable;
  const given = env[name]?.trim() || undefined;
  const path = variable.secret ? env[`${name}_FILE`]?.trim() || undefined : undefined;
  if (path === undefined) return given;
  if (given !== undefined) problems.push(`${name}: set either ${name} or ${name}_FILE, not both`);
  try {
    const content = readFileSync(path, "utf8").trim();
    if (content === "") problems.push(`${name}_FILE: the file is empty`);
    return content;
  } catch (error) {
    problems.push(`${name}_FILE: the file cannot be read (${errnoOf(error)})`);
    return undefined;
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

const ak = "HUAWEICLOUD_SDK_AK";
const sk = "HUAWEICLOUD_SDK_SK";
const password = ["IAM_USERNAME", "IAM_PASSWORD", "IAM_DOMAIN_NAME"] as const;

/** AK/SK when both are set, else a password login; half of a pair is a mistake, unless nobody needs the service. */
function readCredentials(values: Values, needed: boolean, problems: string[]): SisCredentials | undefined {
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

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

function isUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname));
}

const urlRule = "must be an https:// address (http:// only where the host is loopback)";
const url = z
  .string()
  .refine((text) => isUrl(text.replace("{region}", "region")), urlRule)
  .transform((text) => text.replace(/\/+$/, ""));

const origins = z.string().transform((text, context) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => {
      const parsed = URL.parse(one);
      if (!isUrl(one) || !parsed || parsed.pathname !== "/" || parsed.search !== "") {
        context.addIssue({ code: "custom", message: `each ${urlRule}, without a path` });
        return z.NEVER;
      }
      return parsed.origin;
    }),
);

const positive = z.string().transform((text, context) => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  context.addIssue({ code: "custom", message: "must be a positive number" });
  return z.NEVER;
});
const zeroOrMore = z.string().transform((text, context) => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  context.addIssue({ code: "custom", message: "must be a number, 0 or more" });
  return z.NEVER;
});
const yesNo = z.enum(["yes", "no"], "must be yes or no").optional();
const word = z.string().regex(/^[\w.-]+$/, "may hold letters, digits, dots, dashes and underscores only");

const schema = z.object({
  DISCORD_TOKEN: z.string().regex(/^\S+$/, "must not contain blanks").optional(),
  DISCORD_API_URL: url,
  DISCORD_CDN_ORIGINS: origins,
  RECOGNIZER: z.enum(
    ["sis", "pocketsphinx"],
    "must be sis or pocketsphinx (sis-sentence and tencent are not there yet)",
  ),
  SIS_REGION: word,
  SIS_ENDPOINT: url,
  SIS_PROJECT_ID: word.optional(),
  SIS_PROPERTY: word.regex(/_(?:8|16)k(?:_|$)/, "must name its rate, as english_16k_common does"),
  SIS_ADD_PUNC: yesNo,
  SIS_DIGIT_NORM: yesNo,
  SIS_NEED_WORD_INFO: yesNo,
  SIS_VOCABULARY_ID: word.optional(),
  SIS_MAX_QPS: positive,
  SIS_MAX_CLIP_SECONDS: positive,
  SIS_MAX_BASE64_BYTES: positive,
  SIS_TIMEOUT_SECONDS: positive,
  IAM_ENDPOINT: url,
  MAX_AUDIO_MINUTES: positive,
  MAX_DOWNLOAD_MB: positive,
  CATCH_UP_HOURS: zeroOrMore,
  RETENTION_DAYS: zeroOrMore,
  DATA_DIR: z.string(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`),
  LONG_RECORDING_MINUTES: positive,
  HTTP_PORT: z.string().regex(/^\d{1,5}$/, "must be a port number"),
});

function toConfig(values: z.infer<typeof schema>, credentials: SisCredentials | undefined): Config {
  const inRegion = (text: string): string => text.replace("{region}", values.SIS_REGION);
  return {
    discord: {
      token: values.DISCORD_TOKEN ?? "",
      apiUrl: values.DISCORD_API_URL,
      cdnOrigins: values.DISCORD_CDN_ORIGINS,
    },
    recognizer: values.RECOGNIZER,
    sis: {
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
    },
    limits: { maxAudioMinutes: values.MAX_AUDIO_MINUTES, maxDownloadMb: values.MAX_DOWNLOAD_MB },
    dataDir: values.DATA_DIR,
    catchUpHours: values.CATCH_UP_HOURS,
    retentionDays: values.RETENTION_DAYS,
    logLevel: values.LOG_LEVEL,
  };
}
