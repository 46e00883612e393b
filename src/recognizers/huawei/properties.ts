import { matchLanguage, unheardLanguage } from "../languages.ts";

/** Languages by the first part of a property's name, as BCP-47 tags. */
const languageOfName: ReadonlyMap<string, string> = new Map([
  ["english", "en"],
  ["chinese", "zh-CN"],
  ["sichuan", "zh-CN"],
  ["cantonese", "yue"],
  ["shanghai", "wuu"],
  ["arabic", "ar"],
]);

const english = ["english_16k_common", "english_8k_common"];
const chinese = ["chinese_16k_common", "chinese_8k_common"];

/**
 * Properties of short-sentence recognition that a region is known to have: the international site's two (SIS 5.1, table
 * 5-6), the Chinese site's by its own pages. What another region has is not documented; there these two are assumed.
 */
const regions: ReadonlyMap<string, readonly string[]> = new Map([
  ["cn-north-4", [...chinese, "cantonese_16k_common", "shanghai_16k_common"]],
  ["cn-east-3", [...chinese, ...english]],
  ["me-east-1", [...english, "arabic_16k_general"]],
]);

export interface PropertySettings {
  readonly region: string;
  /** The configured one. */
  readonly property: string;
}

/** Languages that SIS hears in a region, the configured property's first. */
export function languagesOf({ region, property }: PropertySettings): readonly string[] {
  return [...new Set([property, ...propertiesOf(region)].flatMap((one) => languageOf(one) ?? []))];
}

/**
 * The property for a language: the configured one where it speaks it, else one of the region's at the configured rate, else
 * at another. Throws RecognizerError LANGUAGE.UNHEARD where there is none.
 */
export function propertyFor(language: string, settings: PropertySettings): string {
  const match = matchLanguage(languagesOf(settings), language);
  if (match === undefined) throw unheardLanguage("SIS", language);
  if (languageOf(settings.property) === match) return settings.property;
  const fitting = propertiesOf(settings.region).filter((one) => languageOf(one) === match);
  const property = fitting.find((one) => rateOf(one) === rateOf(settings.property)) ?? fitting[0];
  if (property === undefined) throw unheardLanguage("SIS", language);
  return property;
}

function propertiesOf(region: string): readonly string[] {
  return regions.get(region) ?? english;
}

/** By the name's first part: "en" for english_16k_common. */
function languageOf(property: string): string | undefined {
  return languageOfName.get(property.split("_", 1)[0] ?? "");
}

function rateOf(property: string): string | undefined {
  return /_(8k|16k)(?:_|$)/.exec(property)?.[1];
}
