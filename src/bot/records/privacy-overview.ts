import type { Locale } from "../../explanations/explain.ts";
import { recognizerName, type Words } from "../../explanations/words.ts";
import { retentionOf, usageDays } from "../../store/retention.ts";
import type { RecognizerFacts } from "../answers/sentences.ts";

/** How the bot is set up, as far as it matters to who is heard. */
export interface PrivacyFacts {
  readonly recognizer: RecognizerFacts;
  readonly captionRecognizer: RecognizerFacts;
  /** The most that any server may keep transcripts. */
  readonly retentionDays: number;
  /** How long a transcript is kept so that the same recording is not heard twice. */
  readonly cacheDays: number;
  readonly isEncrypted: boolean;
}

/** What holds where somebody asks, and for them. */
export interface PrivacyPlace {
  /** What the server asks for; null in direct messages, or where it asks for nothing. */
  readonly ownDays: number | null;
  readonly isServer: boolean;
  readonly choice: "in" | "out" | undefined;
  /** When data that is too old is deleted next, in ms since 1970; undefined where nobody knows. */
  readonly nextSweepMs: number | undefined;
}

/** What happens to somebody's voice, from the configuration as it is. */
export function privacyOverview(
  words: Words,
  locale: Locale,
  facts: PrivacyFacts,
  place: PrivacyPlace,
): string {
  const { recognizer, captionRecognizer } = facts;
  const same = recognizer.name === captionRecognizer.name && recognizer.host === captionRecognizer.host;
  const sent = same
    ? [whoHears(words, locale, recognizer, "all")]
    : [
        whoHears(words, locale, recognizer, "recordings"),
        whoHears(words, locale, captionRecognizer, "captions"),
      ];
  const { long } = recognizer;
  const longer = long
    ? [words.say(locale, "introductionLong", { ...long, recognizer: recognizerName(long.name) })]
    : [];
  const section = (title: "privacySent" | "privacyKept" | "privacyYours", lines: readonly string[]): string =>
    [
      `**${words.say(locale, title)}**`,
      ...lines.filter((line) => line !== "").map((line) => `- ${line}`),
    ].join("\n");
  return [
    section("privacySent", [...sent, ...longer]),
    section("privacyKept", keptLines(words, locale, facts, place)),
    section("privacyYours", [
      words.say(locale, place.choice === "out" ? "privacyYouAreOut" : "privacyYouAreIn"),
      words.say(locale, "privacyCommands"),
    ]),
  ].join("\n");
}

const whoHearsWords = {
  all: ["privacyHearsAll", "privacyHearsAllHere"],
  recordings: ["privacyHearsRecordings", "privacyHearsRecordingsHere"],
  captions: ["privacyHearsCaptions", "privacyHearsCaptionsHere"],
} as const;

function whoHears(
  words: Words,
  locale: Locale,
  { name, host }: RecognizerFacts,
  what: keyof typeof whoHearsWords,
): string {
  const recognizer = recognizerName(name);
  const [sent, here] = whoHearsWords[what];
  return host === null
    ? words.say(locale, here, { recognizer })
    : words.say(locale, sent, { recognizer, host });
}

function keptLines(
  words: Words,
  locale: Locale,
  { retentionDays, cacheDays, isEncrypted }: PrivacyFacts,
  { ownDays, isServer, nextSweepMs }: PrivacyPlace,
): readonly string[] {
  const days = retentionOf(ownDays, retentionDays);
  const cached = Math.min(cacheDays, days);
  const transcripts =
    days === 0
      ? words.say(locale, "privacyTranscriptsNone")
      : words.say(locale, isServer ? "privacyTranscriptsHere" : "privacyTranscripts", { count: days });
  const time = `<t:${Math.floor((nextSweepMs ?? 0) / 1000)}:R>`;
  return [
    words.say(locale, "privacyAudio"),
    transcripts,
    cached === 0 ? "" : words.say(locale, "privacyCache", { count: cached }),
    words.say(locale, "privacyRecords", { count: Math.max(2, retentionDays) }),
    words.say(locale, "privacyUsage", { count: usageDays }),
    words.say(locale, isEncrypted ? "privacyEncrypted" : "privacyNotEncrypted"),
    nextSweepMs === undefined ? "" : words.say(locale, "privacySweep", { time }),
  ];
}
