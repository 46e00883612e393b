import { formatJson, formatSrt, formatText, formatVtt } from "./formats.ts";
import type { Transcript } from "./transcript.ts";

/** Formats a transcript can be saved in, by their file name extension. */
export const fileFormats = ["srt", "vtt", "json", "txt"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Whether a word names a format. */
export function isFileFormat(name: string): name is FileFormat {
  return fileFormats.some((format) => format === name);
}

/** A transcript as a file, called after the recording's: "talk.mp3" becomes "talk.srt". */
export function transcriptFile(
  recording: string,
  transcript: Transcript,
  format: FileFormat,
): { readonly name: string; readonly text: string } {
  return { name: `${baseOf(recording)}.${format}`, text: textIn(format, recording, transcript) };
}

function textIn(format: FileFormat, file: string, transcript: Transcript): string {
  if (format === "srt") return formatSrt(transcript);
  if (format === "vtt") return formatVtt(transcript);
  return format === "json" ? formatJson([{ file, transcript }]) : formatText(transcript);
}

const longestName = 80;

/** What file systems and Discord take for a name, and nothing that leads elsewhere. */
function baseOf(recording: string): string {
  const base = recording
    .replace(/\.[^.]{1,5}$/, "")
    .replaceAll(/[^\p{L}\p{N}\p{M} ._-]+/gu, "_")
    .replace(/^[. ]+/, "")
    .trim()
    .slice(0, longestName)
    .toWellFormed();
  return base === "" ? "transcript" : base;
}
