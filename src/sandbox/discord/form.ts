import { ApiError } from "./api-error.ts";
import type { Payload } from "./entities.ts";
import { isSnowflake } from "./snowflakes.ts";

type Path = readonly (string | number)[];

/** A JSON object being read, strictly: whatever does not fit is noted and told at the end, all at once. */
export interface Form {
  readonly raw: Payload;
  /** Present, and not null. */
  has(name: string): boolean;
  isNull(name: string): boolean;
  text(name: string, rules?: TextRules): string | undefined;
  integer(name: string, rules?: NumberRules): number | undefined;
  decimal(name: string, rules?: NumberRules): number | undefined;
  flag(name: string): boolean | undefined;
  id(name: string, rules?: { readonly required?: boolean }): string | undefined;
  /** A list of strings or ids. */
  texts(name: string, rules?: TextsRules): readonly string[] | undefined;
  object(name: string, rules?: { readonly required?: boolean }): Form | undefined;
  objects(name: string, rules?: ListRules): readonly Form[] | undefined;
  /** Notes that a field does not fit; without a name, the object itself. */
  issue(code: string, message: string, name?: string): void;
  /** Throws 50035 with every issue noted on this object and all it came from. */
  check(): void;
}

export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  readonly required?: boolean;
  readonly pattern?: RegExp;
}

export interface NumberRules {
  readonly min?: number;
  readonly max?: number;
  readonly of?: readonly number[];
  readonly required?: boolean;
}

export interface ListRules {
  readonly min?: number;
  readonly max?: number;
  readonly required?: boolean;
}

export interface TextsRules extends ListRules {
  readonly of?: readonly string[];
}

interface Issue {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
}

/** Nests issues by path, as Discord does ("Error Messages" in its reference). */
function nested(issues: readonly Issue[]): Payload {
  const tree: Record<string, unknown> = {};
  for (const { path, code, message } of issues) {
    let node = tree;
    for (const step of path) {
      const next = (node[step] ?? {}) as Record<string, unknown>;
      node[step] = next;
      node = next;
    }
    const errors = (node["_errors"] ?? []) as unknown[];
    node["_errors"] = [...errors, { code, message }];
  }
  return tree;
}

/** The 50035 for a single problem found outside a form. */
export function invalidForm(path: Path, code: string, message: string): ApiError {
  return new ApiError(400, 50_035, "Invalid Form Body", nested([{ path, code, message }]));
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Starts reading a body. Anything but an object is refused at once. */
export function readForm(value: unknown): Form {
  if (isObject(value)) return formAt({ raw: value, path: [], issues: [] });
  throw invalidForm([], "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
}

/** Starts reading a body that is a list of objects; its issues are told by index. */
export function readForms(value: unknown): readonly Form[] {
  if (!Array.isArray(value)) {
    throw invalidForm([], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
  }
  const place: Place = { raw: {}, path: [], issues: [] };
  const forms = value.flatMap((one, index) => innerForm(place, one, [index]) ?? []);
  if (forms.length < value.length) formAt(place).check();
  return forms;
}

/** Where a form stands in its body, and the issues all forms of the body share. */
interface Place {
  readonly raw: Payload;
  readonly path: Path;
  readonly issues: Issue[];
}

function note({ path, issues }: Place, code: string, message: string, steps: Path): void {
  issues.push({ path: [...path, ...steps], code, message });
}

function valueOf(place: Place, name: string, required = false): unknown {
  const found = place.raw[name] ?? undefined;
  if (found === undefined && required) note(place, "BASE_TYPE_REQUIRED", "This field is required", [name]);
  return found;
}

/** The value as an error message shows it. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "").slice(0, 32);
}

function lengthFits(place: Place, name: string, length: number, rules: ListRules): boolean {
  const { min = 0, max = Infinity } = rules;
  if (length >= min && length <= max) return true;
  if (min > 0 && max < Infinity) {
    note(place, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`, [name]);
  } else if (length > max) note(place, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`, [name]);
  else note(place, "BASE_TYPE_MIN_LENGTH", `Must be ${min} or more in length.`, [name]);
  return false;
}

function numberOf(place: Place, name: string, whole: boolean, rules: NumberRules): number | undefined {
  const found = valueOf(place, name, rules.required);
  if (found === undefined) return undefined;
  const parsed = typeof found === "string" && /^-?\d+$/.test(found) ? Number(found) : found;
  if (typeof parsed !== "number" || !Number.isFinite(parsed) || (whole && !Number.isInteger(parsed))) {
    note(place, "NUMBER_TYPE_COERCE", `Value ${shown(found)} is not ${whole ? "int" : "float"}.`, [name]);
    return undefined;
  }
  const { min = -Infinity, max = Infinity, of } = rules;
  if (of && !of.includes(parsed)) {
    note(place, "BASE_TYPE_CHOICES", `Value must be one of (${of.join(", ")}).`, [name]);
  } else if (parsed < min) {
    note(place, "NUMBER_TYPE_MIN", `int value should be greater than or equal to ${min}.`, [name]);
  } else if (parsed > max) {
    note(place, "NUMBER_TYPE_MAX", `int value should be less than or equal to ${max}.`, [name]);
  }
  return parsed;
}

function textOf(place: Place, name: string, rules: TextRules): string | undefined {
  const found = valueOf(place, name, rules.required);
  if (found === undefined) return undefined;
  const text = typeof found === "number" ? String(found) : found;
  if (typeof text !== "string") {
    note(place, "STRING_TYPE_CONVERT", "Could not interpret as string.", [name]);
    return undefined;
  }
  // Lengths count code points, not UTF-16 units.
  const fits = lengthFits(place, name, Array.from(text).length, rules);
  if (fits && rules.pattern && !rules.pattern.test(text)) {
    note(place, "STRING_TYPE_REGEX", "String value did not match validation regex.", [name]);
  }
  return text;
}

function listOf(place: Place, name: string, rules: ListRules): readonly unknown[] | undefined {
  const found = valueOf(place, name, rules.required);
  if (found === undefined) return undefined;
  if (!Array.isArray(found)) {
    note(place, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType", [name]);
    return undefined;
  }
  // A list far too long is not read any further.
  return lengthFits(place, name, found.length, rules) ? found : [];
}

function textsOf(place: Place, name: string, rules: TextsRules): readonly string[] | undefined {
  return listOf(place, name, rules)?.flatMap((one, index) => {
    if (typeof one !== "string") {
      note(place, "STRING_TYPE_CONVERT", "Could not interpret as string.", [name, index]);
      return [];
    }
    if (rules.of && !rules.of.includes(one)) {
      note(place, "BASE_TYPE_CHOICES", `Value must be one of (${rules.of.join(", ")}).`, [name, index]);
      return [];
    }
    return [one];
  });
}

function innerForm(place: Place, value: unknown, steps: Path): Form | undefined {
  if (isObject(value)) return formAt({ raw: value, path: [...place.path, ...steps], issues: place.issues });
  note(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType", steps);
  return undefined;
}

function formAt(place: Place): Form {
  const { raw, issues } = place;
  return {
    raw,
    has: (name) => (raw[name] ?? undefined) !== undefined,
    isNull: (name) => raw[name] === null,
    issue: (code, message, name) => note(place, code, message, name === undefined ? [] : [name]),
    text: (name, rules = {}) => textOf(place, name, rules),
    integer: (name, rules = {}) => numberOf(place, name, true, rules),
    decimal: (name, rules = {}) => numberOf(place, name, false, rules),
    flag: (name) => {
      const found = valueOf(place, name);
      if (found === undefined || typeof found === "boolean") return found;
      note(place, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.", [name]);
      return undefined;
    },
    id: (name, rules = {}) => {
      const found = valueOf(place, name, rules.required);
      if (found === undefined || isSnowflake(found)) return found;
      note(place, "NUMBER_TYPE_COERCE", `Value ${shown(found)} is not snowflake.`, [name]);
      return undefined;
    },
    texts: (name, rules = {}) => textsOf(place, name, rules),
    object: (name, rules = {}) => {
      const found = valueOf(place, name, rules.required);
      return found === undefined ? undefined : innerForm(place, found, [name]);
    },
    objects: (name, rules = {}) =>
      listOf(place, name, rules)?.flatMap((one, index) => innerForm(place, one, [name, index]) ?? []),
    check: () => {
      if (issues.length > 0) throw new ApiError(400, 50_035, "Invalid Form Body", nested(issues));
    },
  };
}
