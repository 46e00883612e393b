import type { Locale } from "../../explanations/explain.ts";
import { localeFor, type Words } from "../../explanations/words.ts";
import { fileFormats, transcriptFile } from "../../transcription/file-formats.ts";
import type { Transcript } from "../../transcription/transcript.ts";
import { type Menu, mostFiles, type Page } from "../answers/answer.ts";
import { askedId } from "./asked.ts";
import type { KeptRequests } from "./kept-requests.ts";
import type { RequestData } from "./request.ts";
import { languageChoices } from "../settings/spoken-languages.ts";
import { type House, isUnsure, type Section } from "../answers/transcript-pages.ts";

/** Adds to the pages of an answer what belongs below it; `files` is false for places that take none. */
export type Dress = (pages: readonly Page[], files: boolean) => readonly Page[];

export interface RequestMenusOptions {
  readonly words: Words;
  readonly kept: KeptRequests;
  /** What can be asked for, as BCP-47 tags. */
  readonly languages: readonly string[];
}

/** The files somebody asked for, and menus to save the words in other formats or to have them heard in another language. */
export async function dressRequest(
  { words, kept, languages }: RequestMenusOptions,
  { id, data, house }: { readonly id: string; readonly data: RequestData; readonly house: House },
  sections: readonly Section[],
): Promise<Dress> {
  const keys = sections.map(({ result }) => (result.type === "transcript" ? result.key : null));
  await kept.put(id, { version: 1, data, keys, answer: null });
  const canAsk = await kept.isUseful(data);
  const canSave = sections.some(({ result }) => hasWords(result) && result.key !== null);
  const locale = localeFor(data.locale);
  const menus = [
    ...(canAsk && canSave
      ? [saveMenu(words, locale, askedId({ action: "save", key: id, askerId: data.userId }))]
      : []),
    ...(canAsk && languages.length > 1
      ? [againMenu(words, locale, languages, askedId({ action: "again", key: id, askerId: data.userId }))]
      : []),
  ];
  const { format } = data;
  const exports =
    format === null
      ? []
      : sections.flatMap(({ name, result }) =>
          hasWords(result) && !isWithheld(result.transcript, house)
            ? [transcriptFile(name, result.transcript, format)]
            : [],
        );
  // What has no room beside the transcript is in that, and in the menu.
  return (pages, files) =>
    pages.map((page, index) => ({
      ...page,
      ...(index === 0 &&
        files &&
        exports.length > 0 && { exports: exports.slice(0, page.file ? mostFiles - 1 : mostFiles) }),
      ...(index === pages.length - 1 && menus.length > 0 && { menus }),
    }));
}

type Result = Section["result"];

function hasWords(result: Result): result is Extract<Result, { readonly type: "transcript" }> {
  return result.type === "transcript" && result.transcript.text !== "";
}

/** What is not shown to everybody is no file for everybody either; who wants it saves it for themselves. */
function isWithheld(transcript: Transcript, { lowConfidence }: House): boolean {
  return lowConfidence === "withhold" && isUnsure(transcript);
}

const formatWords = { srt: "formatSrt", vtt: "formatVtt", json: "formatJson", txt: "formatTxt" } as const;

/** The formats as people choose them. */
export function formatChoices(
  words: Words,
  locale: Locale,
): readonly { readonly label: string; readonly value: string }[] {
  return fileFormats.map((format) => ({ label: words.say(locale, formatWords[format]), value: format }));
}

function saveMenu(words: Words, locale: Locale, customId: string): Menu {
  return { customId, placeholder: words.say(locale, "saveAs"), options: formatChoices(words, locale) };
}

function againMenu(words: Words, locale: Locale, languages: readonly string[], customId: string): Menu {
  const options = languageChoices(languages, "", locale).map(({ name, value }) => ({ label: name, value }));
  return { customId, placeholder: words.say(locale, "runAgain"), options };
}
