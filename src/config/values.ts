import { readFileSync } from "node:fs";

import { type Variable, variables } from "./variables.ts";

/** Variables by name, as process.env has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was given or defaulted, by the variable's name; undefined where there is neither. */
export type Values = Record<string, string | undefined>;

/** Every variable's value, from the environment or the file its _FILE twin names; what is wrong goes into `problems`. */
export function readValues(env: Environment, problems: string[]): Values {
  const values: Values = {};
  for (const variable of variables) {
    const value =
      readValue(variable, env, problems) ?? (variable.fallback === "" ? undefined : variable.fallback);
    values[variable.name] = value;
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
    if (content !== "") return content;
    problems.push(`${name}_FILE: the file is empty`);
    return undefined;
  } catch (error) {
    problems.push(`${name}_FILE: the file cannot be read (${errnoOf(error)})`);
    return undefined;
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
