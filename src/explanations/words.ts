import { formatDuration } from "./duration.ts";
import type { Locale } from "./explain.ts";
import type { WordKey, WordValues } from "./language.ts";
import { languageOf, languages } from "./languages.ts";
import { createThreadName } from "./thread-name.ts";
import { createTranslator } from "./translator.ts";

/** What the line under a transcript is made of; `recognizer` is its name in code, as in "sis". */
export interface FooterFacts {
  /** 0 to 1, or null where the recognizer gives no score. */
  readonly confidence: number | null;
  readonly durationMs: number;
  readonly recognizer: string;
}

/** The bot's own sentences. Texts are plain or light Markdown of ours; values are put in as they are. */
export interface Words {
  /** One sentence; the type-checker knows its keys and the values it needs. */
  say<Key extends WordKey>(
    locale: Locale,
    key: Key,
    ...values: unknown extends WordValues<Key> ? [] : [WordValues<Key>]
  ): string;
  /** "90 % · clear · 0:08 · SIS", without the "-# " of a subtext line. */
  footer(locale: Locale, facts: FooterFacts): string;
  /** "90 % · clear". */
  score(locale: Locale, confidence: number | null): string;
  /** "Name · voice note · 0:42" in at most 100 UTF-16 units; only the name is ever shortened. Null leaves the length out. */
  threadName(locale: Locale, name: string, durationMs: number | null): string;
  /** Who is told what is sent where; `host` is null where the audio stays on this machine. */
  introduction(locale: Locale, facts: IntroductionFacts): string;
  /** Who is told that a voice channel is captioned; `member` and `channel` are ready to be shown. */
  captionsOn(
    locale: Locale,
    about: { readonly member: string; readonly channel: string },
    recognizer: string,
    host: string | null,
  ): string;
  /** Sentences that belong together, parted as the language does; empty ones are left out. */
  join(locale: Locale, ...sentences: readonly string[]): string;
}

/** What is sent where. */
export interface IntroductionFacts {
  /** The recognizer's name in code. */
  readonly name: string;
  readonly host: string | null;
  /** Whether it is said to one person, and not to a server. */
  readonly direct: boolean;
  /** Whom recordings are sent to that are longer than so many minutes, where that is somebody else. */
  readonly long?: { readonly name: string; readonly host: string; readonly minutes: number } | undefined;
}

const recognizerNames: Readonly<Record<string, string>> = {
  sis: "SIS",
  "sis-sentence": "SIS sentence",
  alibaba: "Alibaba",
  tencent: "Tencent",
  pocketsphinx: "PocketSphinx",
};

/** How a recognizer is called where people read it, or several ("sis+tencent"); a name nobody has registered is shown as it is. */
export function recognizerName(recognizer: string): string {
  return recognizer
    .split("+")
    .map((one) => recognizerNames[one] ?? one)
    .join(" + ");
}

/** The language for one of Discord's locales ("zh-CN", "en-GB"); English where there is none or we don't speak it. */
export function localeFor(discordLocale: string | null | undefined): Locale {
  const tag = discordLocale?.toLowerCase().split("-", 1)[0] ?? "";
  return Object.hasOwn(languages, tag) ? tag : "en";
}

/** What web pages call a language. */
export function pageLanguage(locale: Locale): string {
  return languageOf(locale).pageLanguage;
}

const join: Words["join"] = (locale, ...sentences) =>
  sentences.filter((sentence) => sentence !== "").join(languageOf(locale).betweenSentences);

/** All sentences of the bot but those about problems, which `createExplain` has. */
export function createWords(): Words {
  const translator = createTranslator();
  const say: Words["say"] = (locale, key, ...values) => translator.word(locale, key, values[0] ?? {});

  // The level follows the rounded figure, so that the two never contradict each other.
  const score = (locale: Locale, confidence: number | null): string => {
    if (confidence === null || Number.isNaN(confidence)) return say(locale, "noScore");
    const percent = Math.round(Math.min(1, Math.max(0, confidence)) * 100);
    const level = percent >= 80 ? "clear" : percent >= 50 ? "unsure" : "pleaseListen";
    return `${say(locale, "share", { percent })} · ${say(locale, level)}`;
  };

  return {
    say,
    score,
    footer: (locale, { confidence, durationMs, recognizer }) =>
      [score(locale, confidence), formatDuration(durationMs), recognizerName(recognizer)].join(" · "),
    threadName(locale, name, durationMs) {
      const length = durationMs === null ? [] : [formatDuration(durationMs)];
      return createThreadName(
        name,
        [say(locale, "voiceNote"), ...length].join(" · "),
        say(locale, "someone"),
      );
    },
    introduction(locale, { name, host, direct, long }) {
      const recognizer = recognizerName(name);
      const greeting =
        host === null
          ? say(locale, direct ? "introductionDirectLocal" : "introductionLocal", { recognizer })
          : say(locale, direct ? "introductionDirect" : "introduction", { recognizer, host });
      const longer = long && { ...long, recognizer: recognizerName(long.name) };
      return join(locale, greeting, longer ? say(locale, "introductionLong", longer) : "");
    },
    captionsOn(locale, about, name, host) {
      const recognizer = recognizerName(name);
      return host === null
        ? say(locale, "captionsOnLocal", { ...about, recognizer })
        : say(locale, "captionsOn", { ...about, recognizer, host });
    },
    join,
  };
}
