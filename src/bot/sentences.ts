import type { Explain, Locale } from "../explanations/explain.ts";
import type { Problem } from "../explanations/problem.ts";
import type { Words } from "../explanations/words.ts";
import type { TranscriptionProgress } from "../transcription/transcriber.ts";
import type { Transcript } from "../transcription/transcript.ts";
import type { Page } from "./answer.ts";
import { longestMessage, pagesOf } from "./pages.ts";
import { plainText } from "./safe-text.ts";

/** Whom the audio is sent to, for the introduction; `host` is null where it stays on this machine. */
export interface RecognizerFacts {
  /** Its name in code, as in "sis". */
  readonly name: string;
  readonly host: string | null;
}

export interface SentencesOptions {
  readonly words: Words;
  readonly explain: Explain;
  readonly recognizer: RecognizerFacts;
}

/** Who reads it, and what the first message carries besides. */
export interface Voice {
  readonly locale: Locale;
  /** Whether the first message introduces the bot: once in a server. */
  readonly introduced: boolean;
  /** Whether it is read by one person alone, and not in a server. */
  readonly direct: boolean;
  /** Custom id of the Retry button. */
  readonly retryId: string;
}

/** How a problem is shown: over for good, or while something is still being done about it. */
export type ProblemStage =
  | "final"
  /** Somebody may press Retry. */
  | "retry"
  /** It is tried again by itself in a moment. */
  | "retrying"
  /** It is tried again by itself once the service is back. */
  | "waiting"
  /** It was waited for, for as long as is sensible. */
  | "waited";

/** Everything an answer can say, as pages. */
export interface Sentences {
  transcript(transcript: Transcript, voice: Voice): readonly Page[];
  /** The same without a file, for places that take none: the beginning, in as many pages as an answer may have. */
  withoutFile(transcript: Transcript, voice: Voice): readonly Page[];
  problem(problem: Problem, stage: ProblemStage, voice: Voice): Page;
  fetching(voice: Voice): Page;
  listening(progress: TranscriptionProgress | undefined, voice: Voice): Page;
}

function isOfService({ reason }: Problem): boolean {
  return reason.startsWith("service-");
}

/** More than this many messages become one message and a file. */
const mostPages = 4;
const beginningLength = 1800;
/** Less damage than this is not worth a word, in ms. */
const smallLossMs = 500;

export function createSentences({ words, explain, recognizer }: SentencesOptions): Sentences {
  const introduction = ({ locale, introduced, direct }: Voice): string =>
    introduced ? words.introduction(locale, { ...recognizer, direct }) : "";

  const tailOf = (transcript: Transcript, voice: Voice): string => {
    const { locale } = voice;
    const { lostMs, cutShort } = transcript;
    return subtext(
      words.footer(locale, transcript),
      cutShort ? words.say(locale, "cutShort") : "",
      lostMs >= smallLossMs ? words.say(locale, "audioLost", { lostMs }) : "",
      introduction(voice),
    );
  };

  const withFile = (text: string, tail: string, voice: Voice): Page => {
    const end = subtext(words.say(voice.locale, "seeFile")) + tail;
    const room = Math.min(beginningLength, longestMessage - end.length - 1);
    const [beginning = ""] = pagesOf(text, { first: room, next: longestMessage });
    return { content: `${beginning}…${end}`, file: { name: "transcript.txt", text: `${text}\n` } };
  };

  const silence = (voice: Voice): readonly Page[] => [
    { content: words.say(voice.locale, "noSpeech") + subtext(introduction(voice)) },
  ];

  return {
    transcript(transcript, voice) {
      const text = plainText(transcript.text);
      if (text === "") return silence(voice);
      const tail = tailOf(transcript, voice);
      const pages = paged(text, tail);
      return pages.length > mostPages ? [withFile(text, tail, voice)] : pages;
    },
    withoutFile(transcript, voice) {
      const missing = explain(
        { reason: "missing-permission", details: { permission: "Attach Files" } },
        voice.locale,
      );
      const tail = subtext(missing.said) + tailOf(transcript, voice);
      return paged(plainText(transcript.text), tail).slice(0, mostPages);
    },
    problem(problem, stage, voice) {
      const { locale, retryId } = voice;
      const { said, action, operator, audience, subtext: codes } = explain(problem, locale);
      const then: Record<ProblemStage, string> = {
        final: action,
        retry: action,
        retrying: words.say(locale, "keepTrying"),
        // Of what is not the service's doing the promise would be beside the point: the line below says when it is tried again.
        waiting: isOfService(problem) ? words.say(locale, "whenServiceIsBack") : action,
        waited: words.say(locale, "waitedTooLong"),
      };
      const advice = audience === "operator" && stage !== "retrying" ? operator : "";
      const content = words.join(locale, said, then[stage]) + subtext(codes, advice, introduction(voice));
      const label = words.say(locale, "retry");
      const canPress = stage === "retry" || stage === "waiting";
      return canPress ? { content, button: { label, customId: retryId } } : { content };
    },
    fetching: ({ locale }) => ({ content: words.say(locale, "fetching") }),
    listening: (progress, { locale }) => ({
      content:
        progress && progress.clips > 1
          ? words.say(locale, "listeningParts", { done: progress.clipsDone, count: progress.clips })
          : words.say(locale, "listening"),
    }),
  };
}

function paged(text: string, tail: string): readonly Page[] {
  const pages = pagesOf(text, { first: longestMessage - tail.length, next: longestMessage });
  return pages.map((content, index) => ({ content: index === 0 ? content + tail : content }));
}

function subtext(...lines: readonly string[]): string {
  return lines
    .filter((line) => line !== "")
    .map((line) => `\n-# ${line}`)
    .join("");
}
