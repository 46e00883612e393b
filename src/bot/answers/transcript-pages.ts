import type { Explain } from "../../explanations/explain.ts";
import type { Words } from "../../explanations/words.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Button, Page, PageFile } from "./answer.ts";
import { longestMessage, pagesOf } from "./pages.ts";
import type { RecordingOutcome } from "../recordings.ts";
import { escapeMarkdown, plainText } from "./safe-text.ts";
import type { Sentences, Voice } from "./sentences.ts";

/** How a server wants words shown. */
export type House = Pick<Settings, "lowConfidence" | "spoilers">;

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
/** A shorter beginning says nothing. */
const leastBeginning = 40;
/** Less damage than this is not worth a word, in ms. */
const smallLossMs = 500;
const longestName = 60;

/** A section as it is shown: what was said, the lines below it, and all of its words for the file. */
interface Shown {
  readonly heading: string;
  readonly text: string;
  readonly tail: string;
  /** A line above the words. */
  readonly mark: string;
  /** Whether the words stay hidden until somebody clicks on them. */
  readonly isSpoiler: boolean;
  /** Whether the words are not shown, but kept. */
  readonly isWithheld: boolean;
}

const plain = { heading: "", mark: "", isSpoiler: false, isWithheld: false } as const;

/** Below this the recognizer is called unsure enough to please listen (the footer's level, rounded as there). */
const unsurePercent = 50;
/** How Discord's clients name, and know, a file that is to be hidden. */
const spoilerName = "SPOILER_";

/** Whether the recognizer is called unsure enough to please listen. */
export function isUnsure({ confidence }: Transcript): boolean {
  return confidence !== null && Math.round(confidence * 100) < unsurePercent;
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

  const shownOf = ({ name, result }: Section, voice: Voice): Shown => {
    if (result.type === "problem") {
      return { ...plain, text: "", tail: options.problem(result.problem, "final", voice).content };
    }
    const text = plainText(result.transcript.text);
    if (text !== "") return saidIn(text, { name, transcript: result.transcript, voice });
    const said = words.say(voice.locale, "noSpeech");
    return { ...plain, text, tail: said + subtext(options.introduction(voice)) };
  };

  /** Words as the server wants them: hidden, marked or withheld. */
  const saidIn = (
    text: string,
    {
      name,
      transcript,
      voice,
    }: { readonly name: string; readonly transcript: Transcript; readonly voice: Voice },
  ): Shown => {
    const { locale, house, withheldId } = voice;
    const tail = tailOf(transcript, voice);
    const unsure = isUnsure(transcript) ? house?.lowConfidence : "show";
    if (unsure === "withhold") {
      const said = words.say(locale, withheldId === undefined ? "withheldForGood" : "withheldWords");
      return { ...plain, text: "", tail: said + tail, isWithheld: withheldId !== undefined };
    }
    const mark = unsure === "mark" ? `-# ${words.say(locale, "unsureWords")}\n` : "";
    const isSpoiler = house?.spoilers === true && name.startsWith(spoilerName);
    return { ...plain, text, tail, mark, isSpoiler };
  };

  const showButton = ({ locale, withheldId }: Voice): readonly Button[] =>
    withheldId === undefined ? [] : [{ label: words.say(locale, "showWithheld"), customId: withheldId }];

  /** The beginning of each, as far as one message holds them, and all of it in a file; of too many, only what became of each. */
  const withFile = (all: readonly Shown[], { locale }: Voice): readonly Page[] => {
    const end = subtext(words.say(locale, "seeFile"));
    const fixed = all.reduce(
      (sum, { heading, mark, tail }) => sum + heading.length + mark.length + tail.length + 3 + hidingLength,
      end.length,
    );
    const room = Math.min(beginningLength, Math.floor((longestMessage - fixed) / all.length));
    const file = fileOf(all);
    if (room < leastBeginning) {
      const last = all.length - 1;
      const untold = all.map((one, index) => ({
        ...one,
        text: "",
        tail: one.tail + (index === last ? end : ""),
      }));
      return folded(untold)
        .slice(0, mostPages)
        .map((page, index) => (index === 0 ? { ...page, file } : page));
    }
    const parts = all.map((one) => {
      const { heading, mark, text, tail } = one;
      // Of a single one the note comes first: it belongs to the words.
      const shown = all.length === 1 ? end + tail : tail;
      return heading + mark + hidden(one, beginningOf(text, room)) + shown;
    });
    return [{ content: parts.join("\n\n") + (all.length === 1 ? "" : end), file }];
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
        const shown = shownOf(section, index === 0 ? voice : { ...voice, introduced: false, origin: "" });
        return sections.length === 1 ? shown : { ...shown, heading: headingOf(section.name, index) };
      });
      const pages = folded(all);
      const fitting =
        pages.length <= mostPages ? pages : files ? withFile(all, voice) : withoutFile(all, voice);
      if (!all.some(({ isWithheld }) => isWithheld)) return fitting;
      return fitting.map((page, index) => (index === 0 ? { ...page, buttons: showButton(voice) } : page));
    },
  };
}

/** Several short sections share a message; a long one takes as many as it needs. */
function folded(all: readonly Shown[]): readonly Page[] {
  const pages: Page[] = [];
  for (const one of all) {
    const { heading, mark, text, tail } = one;
    const room = longestMessage - (one.isSpoiler ? hidingLength : 0);
    const above = heading + mark;
    const [first = "", ...rest] =
      text === ""
        ? [heading + tail]
        : pagesOf(text, { first: room - above.length - tail.length, next: room })
            .map((content) => hidden(one, content))
            .map((content, index) => (index === 0 ? above + content + tail : content));
    const last = pages.at(-1);
    const together = last === undefined ? first : `${last.content}\n\n${first}`;
    if (last !== undefined && together.length <= longestMessage) pages.pop();
    pages.push({ content: together.length <= longestMessage ? together : first });
    pages.push(...rest.map((content) => ({ content })));
  }
  return pages;
}

const hiding = "||";
const hidingLength = 2 * hiding.length;

/** Discord's spoiler marks; bars that were said are escaped. */
function hidden({ isSpoiler }: Pick<Shown, "isSpoiler">, content: string): string {
  return isSpoiler && content !== "" ? hiding + content + hiding : content;
}

function headingOf(name: string, index: number): string {
  const shown = plainText(name).slice(0, longestName).toWellFormed();
  return `**${index + 1} · ${escapeMarkdown(shown)}**\n`;
}

function unmarked(heading: string): string {
  return heading.slice(2, -3).replaceAll(/\\(?=[\W_])/g, "");
}

function fileOf(all: readonly Shown[]): PageFile {
  const texts = all.map(({ heading, text }) => (heading === "" ? text : `${unmarked(heading)}\n${text}`));
  const name = all.some(({ isSpoiler }) => isSpoiler) ? `${spoilerName}transcript.txt` : "transcript.txt";
  return { name, text: `${texts.join("\n\n")}\n` };
}

function beginningOf(text: string, room: number): string {
  if (text === "") return "";
  const [beginning = ""] = pagesOf(text, { first: Math.max(1, room - 1), next: longestMessage });
  // One word may be longer than that.
  if (beginning.length > room) return "…";
  return beginning.length < text.length ? `${beginning}…` : beginning;
}

/** Lines of small print below a text. */
export function subtext(...lines: readonly string[]): string {
  return lines
    .filter((line) => line !== "")
    .map((line) => `\n-# ${line}`)
    .join("");
}
