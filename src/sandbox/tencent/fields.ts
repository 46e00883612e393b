import { TencentRefusal } from "./refusal.ts";

/** A call's parameters, as JSON brought them. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a parameter may be: a text, or one of these whole numbers. */
export type FieldRule = "text" | readonly number[];

/** JSON in UTF-8. Throws TencentRefusal. */
export function parseFields(body: Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new TencentRefusal("InvalidParameter", "The body is no JSON");
  }
  throw new TencentRefusal("InvalidParameter", "The body is no object");
}

/** Refuses what nobody documented, what is missing, and what has another type or value than documented. */
export function checkFields(
  fields: Fields,
  rules: Readonly<Record<string, FieldRule>>,
  required: readonly string[],
): void {
  for (const [name, value] of Object.entries(fields)) {
    const rule = rules[name];
    if (rule === undefined)
      throw new TencentRefusal("UnknownParameter", `The parameter ${name} is not recognized`);
    if (rule === "text" ? typeof value !== "string" : typeof value !== "number")
      throw new TencentRefusal("InvalidParameter", `The parameter ${name} has another type`);
  }
  for (const name of required)
    if (fields[name] === undefined)
      throw new TencentRefusal("MissingParameter", `The parameter ${name} is missing`);
  for (const [name, rule] of Object.entries(rules)) {
    const value = fields[name];
    if (rule !== "text" && typeof value === "number" && rule.length > 0 && !rule.includes(value))
      throw new TencentRefusal("InvalidParameterValue", `The parameter ${name} has no such value`);
  }
}

/** Base64 without blanks or line breaks, and as long as it is said to be before it was encoded. */
export function decodeData(fields: Fields, limits: { readonly maxBase64Bytes: number }): Buffer {
  const { Data: data, DataLen: length } = fields;
  if (typeof data !== "string" || data === "")
    throw new TencentRefusal("MissingParameter", "The parameter Data is missing");
  if (data.length > limits.maxBase64Bytes)
    throw new TencentRefusal("InvalidParameterValue.ErrorVoicedataTooLong", "The audio is too large");
  const bytes = Buffer.from(data, "base64");
  if (bytes.toString("base64") !== data)
    throw new TencentRefusal("InvalidParameterValue.ErrorInvalidVoicedata", "The audio is no Base64");
  if (length !== undefined && length !== bytes.length)
    throw new TencentRefusal("InvalidParameter.ErrorContentlength", "DataLen is not the length of the audio");
  return bytes;
}
