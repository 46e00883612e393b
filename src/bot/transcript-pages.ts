import type { Explain } from "../explanations/explain.ts";
import type { Words } from "../explanations/words.ts";
import type { Transcript } from "../transcription/transcript.ts";
import type { Page } from "./answer.ts";
import { longestMessage, pagesOf } from "./pages.ts";
import type { RecordingOutcome } from "./recordings.ts";
import { escapeMarkdown, plainText } from "./safe-text.ts";
import type { Sentences, Voice } from "./sentences.ts";

/** A recording and what became of it. */
export interface Section {
  /** The file's name, as whoever posted it called it. */
  readonly name: string;
  readonly result: RecordingOutcome;
}

export interface TranscriptPagesOptions {
  readonly words: Words;
  readonly explain: Explain;
  /** What is sent where, where this answer says so; "" elsewhere. */
  readonly introduction: (voice: Voice) => string;
  readonly problem: Sentences["problem"];
}

/** More than this many messages become one message and a file. An interaction of a user's own app has no room for more than six. */
const mostPages = 4;
const beginningLength = 1800;
/** Less damage than this is not worth a word, in ms. */
const smallLossMs = 500;
const longestName = 60;

/** A section as it is shown: what was said, the lines below it, and all of its words for the file. */
interface Shown {
  readonly heading: string;
  readonly text: string;
  readonly tail: string;
}

/** Transcripts as pages. */
export function createTranscriptPages(options: TranscriptPagesOptions): Pick<Sentences, "results"> {
  const { words, explain } = options;

  const tailOf = (transcript: Transcript, voice: Voice): string => {
    const { locale } = voice;
    const { lostMs, cutShort } = transcript;
    return subtext(
      words.footer(locale, transcript),
      cutShort ? words.say(locale, "cutShort") : "",
      lostMs >= smallLossMs ? words.say(locale, "audioLost", { lostMs }) : "",
      options.introduction(voice),
    );
  };

  const shownOf = ({ result }: Section, voice: Voice): Shown => {
    if (result.type === "problem") {
      return { heading: "", text: "", tail: options.problem(result.problem, "final", voice).content };
    }
    const text = plainText(result.transcript.text);
    if (text !== "") return { heading: "", text, tail: tailOf(result.transcript, voice) };
    const said = words.say(voice.locale, "noSpeech");
    return { heading: "", text, tail: said + subtext(options.introduction(voice)) };
  };

  /** The beginning of each, as far as one message holds them, and all of it in a file. */
  const withFile = (all: readonly Shown[], { locale }: Voice): Page => {
    const end = subtext(words.say(locale, "seeFile"));
    const fixed = all.reduce((sum, { heading, tail }) => sum + heading.length + tail.length + 3, end.length);
    const room = Math.min(beginningLength, Math.floor((longestMessage - fixed) / all.length));
    const parts = all.map(({ heading, text, tail }) => {
      // Of a single one the note comes first: it belongs to the words.
      const shown = all.length === 1 ? end + tail : tail;
      return heading + beginningOf(text, room) + shown;
    });
    const file = all.map(({ heading, text }) => (heading === "" ? text : `${unmarked(heading)}\n${text}`));
    return {
      content: parts.join("\n\n") + (all.length === 1 ? "" : end),
      file: { name: "transcript.txt", text: `${file.join("\n\n")}\n` },
    };
  };

  const withoutFile = (all: readonly Shown[], { locale }: Voice): readonly Page[] => {
    const details = { permission: "Attach Files" };
    const { said } = explain({ reason: "missing-permission", details }, locale);
    const told = all.map((shown, index) =>
      index === 0 ? { ...shown, tail: subtext(said) + shown.tail } : shown,
    );
    return folded(told).slice(0, mostPages);
  };

  return {
    results(sections, voice, { files }) {
      const all = sections.map((section, index) => {
        const shown = shownOf(section, index === 0 ? voice : { ...voice, introduced: false });
        return sections.length === 1 ? shown : { ...shown, heading: headingOf(section.name, index) };
      });
      const pages = folded(all);
      if (pages.length <= mostPages) return pages;
      return files ? [withFile(all, voice)] : withoutFile(all, voice);
    },
  };
}

/** Several short sections share a message; a long one takes as many as it needs. */
function folded(all: readonly Shown[]): readonly Page[] {
  const pages: Page[] = [];
  for (const { heading, text, tail } of all) {
    const [first = "", ...rest] =
      text === ""
        ? [heading + tail]
        : pagesOf(text, { first: longestMessage - heading.length - tail.length, next: longestMessage }).map(
            (content, index) => (index === 0 ? heading + content + tail : content),
          );
    const last = pages.at(-1);
    const together = last === undefined ? first : `${last.content}\n\n${first}`;
    if (last !== undefined && together.length <= longestMessage) pages.pop();
    pages.push({ content: together.length <= longestMessage ? together : first });
    pages.push(...rest.map((content) => ({ content })));
  }
  return pages;
}

function headingOf(name: string, index: number): string {
  const shown = plainText(name).slice(0, longestName).toWellFormed();
  return `**${index + 1} · ${escapeMarkdown(shown)}**\n`;
}

function unmarked(heading: string): string {
  return heading.slice(2, -3).replaceAll(/\\(?=\W)/g, "");
}

function beginningOf(text: string, room: number): string {
  if (text === "") return "";
  const [beginning = ""] = pagesOf(text, { first: Math.max(1, room - 1), next: longestMessage });
  return beginning.length < text.length ? `${beginning}…` : beginning;
}

/** Lines of small print below a text. */
export function subtext(...lines: readonly string[]): string {
  return lines
    .filter((line) => line !== "")
    .map((line) => `\n-# ${line}`)
    .join("");
}
