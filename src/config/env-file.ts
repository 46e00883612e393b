import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { ConfigError } from "./errors.ts";

/** What a `.env` file sets; nothing where there is none. Throws ConfigError where there is one that cannot be read. */
export function readEnvFile(path: string): Readonly<Record<string, string | undefined>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT") return {};
    throw new ConfigError([`${path}: is there, but cannot be read (${code})`]);
  }
  // Editors on Windows write a mark before the first name, which Node takes for a part of it.
  return parseEnv(text.replace(/^\uFEFF/, ""));
}
