import { longestMessage, pagesOf } from "../answers/pages.ts";
import { escapeMarkdown, plainText } from "../answers/safe-text.ts";

/** What is to be written: somebody's words, or a remark of ours, ready for Discord. */
export type CaptionLine =
  | { readonly type: "words"; readonly speakerId: string; readonly name: string; readonly text: string }
  /** `key`: a further remark of the same kind, right after this one, takes its place. */
  | { readonly type: "remark"; readonly markdown: string; readonly key?: string };

/** What becomes a message of its own. */
export interface CaptionMessage {
  /** Discord Markdown of at most 2,000 UTF-16 units. */
  readonly content: string;
  /** Whose words these are, where they are nobody else's and the name is not in them. */
  readonly speaker?: { readonly id: string; readonly name: string };
}

/** A name takes no more of a line than that. */
const longestName = 80;
/** Every character of the name may take an escape. */
const longestHead = 2 * longestName + "**** ".length;

/**
 * Lines as messages of at most 2,000 UTF-16 units: `**Name** the words`, as many lines in a message as fit. A line that is
 * longer than a message goes on in the next one, under the same name, between words.
 */
export function captionMessages(lines: readonly CaptionLine[]): readonly string[] {
  const messages: string[] = [];
  let message = "";
  for (const line of joined(lines).flatMap(written)) {
    const longer = message === "" ? line : `${message}\n${line}`;
    if (longer.length > longestMessage) {
      messages.push(message);
      message = line;
    } else message = longer;
  }
  return message === "" ? messages : [...messages, message];
}

/** The same for messages that bear their speaker's name: one for each turn, remarks apart. */
export function voicedMessages(lines: readonly CaptionLine[]): readonly CaptionMessage[] {
  return joined(lines).flatMap((line) => {
    if (line.type === "remark") return [{ content: line.markdown }];
    const speaker = { id: line.speakerId, name: line.name };
    const room = longestMessage - longestHead;
    const pages = pagesOf(plainText(line.text), { first: room, next: room });
    return pages.map((content) => ({ content, speaker }));
  });
}

/** A message in the plain form, under whatever name it is posted. */
export function withName({ content, speaker }: CaptionMessage): string {
  return speaker ? `${headOf(speaker.name)}${content}` : content;
}

/** What somebody says in several turns with nobody in between is one line. */
function joined(lines: readonly CaptionLine[]): readonly CaptionLine[] {
  const result: CaptionLine[] = [];
  for (const line of lines) {
    const last = result.at(-1);
    if (last?.type === "words" && line.type === "words" && last.speakerId === line.speakerId)
      result[result.length - 1] = { ...line, text: `${last.text} ${line.text}` };
    else if (
      last?.type === "remark" &&
      line.type === "remark" &&
      last.key !== undefined &&
      last.key === line.key
    )
      result[result.length - 1] = line;
    else result.push(line);
  }
  return result;
}

function written(line: CaptionLine): readonly string[] {
  if (line.type === "remark") return [line.markdown];
  const head = headOf(line.name);
  const room = longestMessage - head.length;
  return pagesOf(plainText(line.text), { first: room, next: room }).map((words) => head + words);
}

function headOf(name: string): string {
  return `**${boldName(name)}** `;
}

/** A name as it may stand in bold: one line, nothing in it formats. */
export function boldName(name: string): string {
  return escapeMarkdown(plainText(name).slice(0, longestName).toWellFormed()).trim() || "?";
}
