import { type Logger, pino } from "pino";

import type { LogLevel } from "./config/variables.ts";

export type Log = Logger;

/** JSON lines on stdout. Fields that could carry a secret, words or a name are removed even where somebody logs a whole object. */
export function createLog(level: LogLevel): Log {
  return pino({
    level,
    base: null,
    redact: {
      paths: [
        "token",
        "password",
        "authorization",
        "headers",
        "body",
        "text",
        "content",
        "name",
        "username",
        "url",
      ].flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      remove: true,
    },
    serializers: { err: errorFields },
  });
}

const shown: ReadonlySet<string> = new Set(["code", "reason", "kind", "status", "httpStatus"]);

/** An error as codes: its class, code and status, and those of its causes. Messages may hold what people said or keys, so they stay out. */
export function errorFields(error: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let target = fields;
  for (let one: unknown = error, depth = 0; one instanceof Error && depth < 4; one = one.cause, depth++) {
    target["type"] = one.constructor.name;
    for (const [field, value] of Object.entries(one)) {
      if (shown.has(field) && value !== undefined) target[field] = value;
    }
    if (one.stack !== undefined) target["at"] = framesOf(one.stack);
    if (one.cause === undefined) break;
    const cause = {};
    target["cause"] = cause;
    target = cause;
  }
  return fields;
}

/** The top of a stack trace without its first line, which repeats the message. */
function framesOf(stack: string): readonly string[] {
  return stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .map((line) => line.slice(7).replace(/\(?file:\/\/.*\/((?:src|commands|node_modules)\/)/, "($1"));
}
