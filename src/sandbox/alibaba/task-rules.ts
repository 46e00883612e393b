import { StatusRefusal } from "./status.ts";

/** A task that was taken. */
export interface TaskWish {
  readonly fileLink: string;
  readonly version: "2.0" | "4.0";
  readonly words: boolean;
  readonly adaptRate: boolean;
  readonly autoSplit: boolean;
  readonly unifyPost: boolean;
  readonly callbackUrl: string | undefined;
  readonly maxEndSilenceMs: number;
  readonly maxSegmentMs: number;
  readonly validTimes: readonly { readonly beginMs: number; readonly endMs: number }[];
}

const badParameters = 41050013;

type Kind = "string" | "boolean" | "number" | "list";

/** Seed 002, "Request parameters". */
const fields: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["appkey", "string"],
  ["file_link", "string"],
  ["version", "string"],
  ["enable_words", "boolean"],
  ["enable_sample_rate_adaptive", "boolean"],
  ["enable_callback", "boolean"],
  ["callback_url", "string"],
  ["auto_split", "boolean"],
  ["enable_unify_post", "boolean"],
  ["enable_inverse_text_normalization", "boolean"],
  ["enable_disfluency", "boolean"],
  ["valid_times", "list"],
  ["max_end_silence", "number"],
  ["max_single_segment_time", "number"],
  ["customization_id", "string"],
  ["class_vocabulary_id", "string"],
  ["vocabulary_id", "string"],
]);

/** These take effect in version 4.0 only; asking for one in 2.0 is taken for a mistake here. */
const of4 = [
  "enable_words",
  "enable_sample_rate_adaptive",
  "enable_inverse_text_normalization",
  "enable_disfluency",
];

/** Checks parameter Task as seed 002 describes it, stricter where a real service would say nothing. Throws StatusRefusal. */
export function readTask(text: string | undefined, appkey: string): TaskWish {
  const task = objectOf(text ?? "");
  const get = (name: string): unknown => task[name];
  if (typeof get("appkey") !== "string" || get("appkey") === "") throw new StatusRefusal(41050014);
  for (const [name, value] of Object.entries(task)) checkKind(name, value);
  if (get("appkey") !== appkey) throw new StatusRefusal(41050015);
  const fileLink = get("file_link");
  if (typeof fileLink !== "string" || !isPublicUrl(fileLink)) throw new StatusRefusal(41050011);
  const version = get("version") ?? "2.0";
  if (version !== "4.0" && version !== "2.0") throw new StatusRefusal(badParameters);
  if (version === "2.0" && of4.some((name) => get(name) === true)) throw new StatusRefusal(badParameters);
  checkTogether(get);
  return {
    fileLink,
    version,
    words: get("enable_words") === true,
    adaptRate: get("enable_sample_rate_adaptive") === true,
    autoSplit: get("auto_split") === true,
    unifyPost: get("enable_unify_post") === true,
    callbackUrl: callbackOf(get),
    maxEndSilenceMs: atLeast(get("max_end_silence") ?? 450, 1),
    maxSegmentMs: atLeast(get("max_single_segment_time") ?? 20_000, 10_000),
    validTimes: validTimesOf(get("valid_times")),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new StatusRefusal(badParameters);
  }
  throw new StatusRefusal(badParameters);
}

function checkKind(name: string, value: unknown): void {
  const kind = fields.get(name);
  const fits =
    kind === "list"
      ? Array.isArray(value)
      : kind === "number"
        ? Number.isInteger(value)
        : typeof value === kind;
  if (kind === undefined || !fits) throw new StatusRefusal(badParameters);
}

/** What must or must not go together: auto_split and unify_post; ITN and disfluency need unify_post. */
function checkTogether(get: (name: string) => unknown): void {
  const polish = get("enable_unify_post") === true;
  if (polish && get("auto_split") === true) throw new StatusRefusal(badParameters);
  const wishes = ["enable_inverse_text_normalization", "enable_disfluency"];
  if (!polish && wishes.some((name) => get(name) === true)) throw new StatusRefusal(badParameters);
}

function callbackOf(get: (name: string) => unknown): string | undefined {
  if (get("enable_callback") !== true) return undefined;
  const url = get("callback_url");
  if (typeof url !== "string" || !isPublicUrl(url)) throw new StatusRefusal(41050012);
  return url;
}

function atLeast(value: unknown, least: number): number {
  if (typeof value !== "number" || value < least) throw new StatusRefusal(badParameters);
  return value;
}

function validTimesOf(value: unknown): TaskWish["validTimes"] {
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown) => {
    const span = typeof one === "object" && one !== null ? Object.entries(one) : [];
    const [beginMs, endMs, channel] = ["begin_time", "end_time", "channel_id"].map(
      (name) => span.find(([key]) => key === name)?.[1] as unknown,
    );
    const fits = [beginMs, endMs, channel].every((number) => Number.isInteger(number)) && span.length === 3;
    if (!fits || Number(beginMs) < 0 || Number(endMs) <= Number(beginMs) || Number(channel) < 0) {
      throw new StatusRefusal(badParameters);
    }
    return { beginMs: Number(beginMs), endMs: Number(endMs) };
  });
}

/** Seed 002, "Call limits": http or https, a domain name and no IP address, no blanks. */
function isPublicUrl(text: string): boolean {
  const url = /\s/.test(text) ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return !/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/.test(url.hostname);
}
