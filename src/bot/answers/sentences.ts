import type { Explain, Locale } from "../../explanations/explain.ts";
import type { Problem } from "../../explanations/problem.ts";
import { recognizerName, type Words } from "../../explanations/words.ts";
import type { TranscriptionProgress } from "../../transcription/transcriber.ts";
import type { Button, Page } from "./answer.ts";
import type { Pending } from "./whole-work.ts";
import { createTranscriptPages, type House, type Section, subtext } from "./transcript-pages.ts";

/** Whom the audio is sent to, for the introduction; `host` is null where it stays on this machine. */
export interface RecognizerFacts {
  /** Its name in code, as in "sis". */
  readonly name: string;
  readonly host: string | null;
  /** Whom recordings are sent to that are longer than so many minutes, where that is somebody else. */
  readonly long?: { readonly name: string; readonly host: string; readonly minutes: number } | undefined;
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
  /** Custom id of the Cancel button, for what somebody asked for. */
  readonly cancelId?: string | undefined;
  /** How the server wants words shown; as they are unless told. */
  readonly house?: House;
  /** Where the recording is, for answers that stand elsewhere. */
  readonly origin?: string | undefined;
  /** Custom id of the button that shows withheld words; undefined where they are not kept. */
  readonly withheldId?: string;
  /** Which of several recordings is worked on, from 1. */
  readonly part?: { readonly index: number; readonly total: number };
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
  /** Words and problems of one recording, or of several with a heading each. `files` is false for places that take none. */
  results(sections: readonly Section[], voice: Voice, options: { readonly files: boolean }): readonly Page[];
  problem(problem: Problem, stage: ProblemStage, voice: Voice): Page;
  fetching(voice: Voice): Page;
  /** `leftMs`: how long it will take about, where that is known. */
  listening(progress: TranscriptionProgress | undefined, voice: Voice, leftMs?: number): Page;
  /** Where a recording is that a service takes whole, or why it goes in clips instead. */
  pending(pending: Pending, voice: Voice): Page;
}

function isOfService({ reason }: Problem): boolean {
  return reason.startsWith("service-");
}

export function createSentences({ words, explain, recognizer }: SentencesOptions): Sentences {
  const introduction = ({ locale, introduced, direct, origin = "" }: Voice): string =>
    [origin, introduced ? words.introduction(locale, { ...recognizer, direct }) : ""]
      .filter((line) => line !== "")
      .join("\n-# ");
  const partOf = ({ locale, part }: Voice): string =>
    part && part.total > 1 ? words.say(locale, "recordingOf", part) : "";

  const cancel = ({ locale, cancelId }: Voice): readonly Button[] =>
    cancelId === undefined ? [] : [{ label: words.say(locale, "cancel"), customId: cancelId }];

  const explained: Sentences["problem"] = (problem, stage, voice) => {
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
    const canRetry = stage === "retry" || stage === "waiting";
    const retry = canRetry ? [{ label: words.say(locale, "retry"), customId: retryId }] : [];
    return withButtons(content, [...retry, ...(stage === "final" ? [] : cancel(voice))]);
  };

  return {
    ...createTranscriptPages({ words, explain, introduction, problem: explained }),
    problem: explained,
    fetching: (voice) =>
      withButtons(
        words.say(voice.locale, "fetching") + subtext(partOf(voice), voice.origin ?? ""),
        cancel(voice),
      ),
    pending(pending, voice) {
      const { locale } = voice;
      if (pending.type === "handed-in") {
        const recognizer = recognizerName(pending.recognizer);
        const key = pending.stage === "queued" ? "handedInQueued" : "handedInRunning";
        const tail = subtext(partOf(voice), voice.origin ?? "", introduction(voice));
        return withButtons(words.say(locale, key, { recognizer }) + tail, cancel(voice));
      }
      const { said, subtext: codes } = explain(pending.problem, locale);
      const tail = subtext(codes, partOf(voice), voice.origin ?? "", introduction(voice));
      return withButtons(words.join(locale, said, words.say(locale, "inClips")) + tail, cancel(voice));
    },
    listening: (progress, voice, leftMs) =>
      withButtons(
        (progress && progress.clips > 1
          ? words.say(voice.locale, "listeningParts", { done: progress.clipsDone, count: progress.clips })
          : words.say(voice.locale, "listening")) +
          subtext(partOf(voice), timeLeft(words, voice.locale, leftMs), voice.origin ?? ""),
        cancel(voice),
      ),
  };
}

function withButtons(content: string, buttons: readonly Button[]): Page {
  return buttons.length > 0 ? { content, buttons } : { content };
}

/** "about 4 minutes left"; "" where nobody knows. */
function timeLeft(words: Words, locale: Locale, leftMs: number | undefined): string {
  if (leftMs === undefined) return "";
  const minutes = Math.round(leftMs / 60_000);
  if (minutes < 1) return words.say(locale, "leftLess");
  if (minutes < 90) return words.say(locale, "leftMinutes", { count: minutes });
  return words.say(locale, "leftHours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
