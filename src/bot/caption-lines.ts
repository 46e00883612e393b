import { longestMessage, pagesOf } from "./pages.ts";
import { escapeMarkdown, plainText } from "./safe-text.ts";

/** What is to be written: somebody's words, or a remark of ours, ready for Discord. */
export type CaptionLine =
  | { readonly type: "words"; readonly speakerId: string; readonly name: string; readonly text: string }
  /** `key`: a further remark of the same kind, right after this one, takes its place. */
  | { readonly type: "remark"; readonly markdown: string; readonly key?: string };

/** A name takes no more of a line than that. */
const longestName = 80;

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
  const head = `**${boldName(line.name)}** `;
  const room = longestMessage - head.length;
  return pagesOf(plainText(line.text), { first: room, next: room }).map((words) => head + words);
}

/** A name as it may stand in bold: one line, nothing in it formats. */
export function boldName(name: string): string {
  return escapeMarkdown(plainText(name).slice(0, longestName).toWellFormed()).trim() || "?";
}
