import type { CatalogueCode } from "./catalogue/catalogue.ts";
import type { Reason } from "./problem.ts";
import type { CommandPath } from "./languages/en/commands.ts";
import type { words } from "./languages/en/words.ts";

/** What there is to say about one code or reason. Placeholders are i18next's: `{{limitMinutes, minutes}}`. */
export interface ProblemSentences {
  /** A few words. */
  readonly title: string;
  /** What happened, for everybody. */
  readonly said: string;
  /** The same with the numbers of `details`, where they are known (an i18next context). */
  readonly said_known?: string;
  /** What the member can do; left out where the general advice for its kind of trouble fits. */
  readonly action?: string;
  /** The technical cause and what the operator can do. */
  readonly operator: string;
}

/** A command or option as Discord lists it. A context-menu entry has no description. */
export interface CommandSentences {
  readonly name: string;
  readonly description: string;
}

type English = typeof words;
type PluralCategory = "zero" | "one" | "two" | "few" | "many" | "other";
type PluralKey = keyof English extends infer Key ? (Key extends `${infer Base}_other` ? Base : never) : never;

/** Names a sentence; plural sentences go by one name for all their forms. */
export type WordKey = Exclude<keyof English, `${PluralKey}_${PluralCategory}`> | PluralKey;

type ValuesIn<Text extends string> = Text extends `${string}{{${infer Inner}}}${infer Rest}`
  ? (Inner extends `${infer Name}, ${string}` ? Record<Name, number> : Record<Inner, string | number>) &
      ValuesIn<Rest>
  : unknown;

type EnglishText<Key extends WordKey> = Key extends keyof English
  ? English[Key]
  : `${Key}_other` extends keyof English
    ? English[`${Key}_other`]
    : never;

/** The values a sentence needs, read off its English text: numbers where a format is named, `count` for plurals. */
export type WordValues<Key extends WordKey> = ValuesIn<EnglishText<Key>>;

/** Names a sentence that needs no values. */
export type PlainWordKey = { [Key in WordKey]: unknown extends WordValues<Key> ? Key : never }[WordKey];

/** Every sentence of the bot in one language: each English key, with the plural forms the language has. */
export type WordSentences = Readonly<
  Record<Exclude<WordKey, PluralKey> | `${PluralKey}_other`, string> &
    Partial<Record<`${PluralKey}_${PluralCategory}`, string>>
>;

/** One language of the project: what a file of languages/ exports as `language`. */
export interface Language {
  /** The key of Discord's localisations. */
  readonly discordLocale: string;
  /** What web pages call it (HTML's lang attribute). */
  readonly pageLanguage: string;
  /** What stands between two sentences: a blank, or nothing after a full-width stop. */
  readonly betweenSentences: " " | "";
  readonly words: WordSentences;
  readonly commands: Readonly<Record<CommandPath, CommandSentences>>;
  readonly reasons: Readonly<Record<Reason, ProblemSentences>>;
  readonly codes: Readonly<Record<CatalogueCode, ProblemSentences>>;
}
