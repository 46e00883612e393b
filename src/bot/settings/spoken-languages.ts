import type { Locale } from "../../explanations/explain.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { RecognizerSettings } from "../../transcription/transcriber.ts";

/** What Discord takes as an answer to somebody who types in an option. */
export interface OptionChoice {
  readonly name: string;
  readonly value: string;
}

/** Discord's limits for autocomplete (Interactions, "Autocomplete"). */
const [mostChoices, longestChoice] = [25, 100] as const;

/** Languages whose name or tag has what was typed in it, named in the reader's language and in their own. */
export function languageChoices(
  languages: readonly string[],
  typed: string,
  locale: Locale,
): readonly OptionChoice[] {
  const wanted = typed.trim().toLowerCase();
  return languages
    .map((tag) => ({ name: languageName(tag, locale).slice(0, longestChoice), value: tag }))
    .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted))
    .slice(0, mostChoices);
}

/** "Chinese (中文)"; the tag itself where nobody has a name for it. */
export function languageName(tag: string, locale: Locale): string {
  const [theirs, own] = [locale, tag].map((reader) => nameIn(tag, reader));
  if (theirs === undefined || theirs === tag) return tag;
  return own === undefined || own === theirs || own === tag ? theirs : `${theirs} (${own})`;
}

function nameIn(tag: string, reader: string): string | undefined {
  try {
    return new Intl.DisplayNames([reader], { type: "language", fallback: "none" }).of(tag);
  } catch (error) {
    // What is no language tag has no name.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * What the recognizer is asked for: what the server or channel has set, unless somebody names another language. The server's
 * vocabulary and property belong to the server's language.
 */
export function recognizerSettings(settings: Settings, language?: string): RecognizerSettings {
  const texts = { addPunc: settings.addPunc ?? undefined, digitNorm: settings.digitNorm ?? undefined };
  if (language !== undefined) return { ...texts, language };
  return {
    ...texts,
    language: settings.language ?? undefined,
    property: settings.property ?? undefined,
    vocabularyId: settings.vocabularyId ?? undefined,
  };
}
