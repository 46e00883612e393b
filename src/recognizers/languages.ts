import { RecognizerError } from "./errors.ts";

/**
 * The offered language that fits one that is asked for: the tag itself, else a shorter one ("en" for "en-GB": RFC 4647,
 * 3.4), else a longer one ("zh-CN" for "zh"). Undefined where none does.
 */
export function matchLanguage(offered: readonly string[], asked: string): string | undefined {
  const wanted = asked.toLowerCase();
  const tags = offered.map((tag) => tag.toLowerCase());
  for (let range = wanted; range !== ""; range = range.slice(0, Math.max(0, range.lastIndexOf("-")))) {
    const found = tags.indexOf(range);
    if (found >= 0) return offered[found];
  }
  return offered[tags.findIndex((tag) => tag.startsWith(`${wanted}-`))];
}

/** A language that the recognizer does not hear. The message names it, which is one of ours or a BCP-47 tag somebody typed. */
export function unheardLanguage(recognizer: string, language: string): RecognizerError {
  return new RecognizerError(
    `${recognizer} does not hear ${language.replaceAll(/[^\w-]/g, "?").slice(0, 35)}`,
    {
      kind: "rejected",
      code: "LANGUAGE.UNHEARD",
      retryable: false,
    },
  );
}
