import { createInstance, type i18n } from "i18next";

import type { Locale } from "./explain.ts";
import { languages } from "./languages.ts";

/** Looks a sentence up and fills it in. A context picks the variant `key_context` where there is one. */
export interface Translator {
  word(locale: Locale, key: string, values: object): string;
  /** A sentence of a reason or code, `field` being "said" and so on; undefined where the language has none. */
  problem(locale: Locale, key: string, field: string, values?: Values): string | undefined;
}

type Values = Readonly<Record<string, string | number>>;

/** Formats that sentences name, as in `{{limitMinutes, minutes}}`: Intl knows the plurals and the digits. */
const units = {
  seconds: { unit: "second", unitDisplay: "long", per: 1000 },
  minutes: { unit: "minute", unitDisplay: "long", per: 1 },
  megabytes: { unit: "megabyte", unitDisplay: "short", per: 1 },
} as const;

/** All languages in one i18next instance of its own; they are part of the program, so nothing is loaded. */
export function createTranslator(): Translator {
  const i18n: i18n = createInstance();
  void i18n.init({
    initAsync: false,
    lng: "en",
    fallbackLng: false,
    ns: ["words", "problems"],
    defaultNS: "words",
    // Codes have dots and colons in them.
    keySeparator: "/",
    nsSeparator: false,
    // The places that show a text know how to make it safe there.
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(
      Object.entries(languages).map(([locale, language]) => [
        locale,
        { words: language.words, problems: { ...language.reasons, ...language.codes } },
      ]),
    ),
  });
  for (const [name, { per, ...options }] of Object.entries(units)) {
    i18n.services.formatter?.addCached(name, (locale) => {
      const format = new Intl.NumberFormat(locale, { style: "unit", maximumFractionDigits: 1, ...options });
      return (value: number) => format.format(value / per);
    });
  }
  return {
    word: (locale, key, values) => i18n.t(key, { ...values, lng: locale }),
    problem(locale, key, field, values) {
      const path = `${key}/${field}`;
      const options = { lng: locale, ns: "problems" };
      return i18n.exists(path, options) ? i18n.t(path, { ...values, ...options }) : undefined;
    },
  };
}
