import { layOutCues } from "./cues.ts";
import type { Transcript } from "./transcript.ts";

/** A recording's name as the caller knows it, and its transcript. */
export interface TranscribedFile {
  readonly file: string;
  readonly transcript: Transcript;
}

/** The words alone, with a line end after them; empty where nobody spoke. */
export function formatText(transcript: Transcript): string {
  return transcript.text === "" ? "" : `${transcript.text}\n`;
}

/** One JSON array, an object per file. Times in ms of the recording, confidence from 0 to 1 or null. */
export function formatJson(files: readonly TranscribedFile[]): string {
  const entries = files.map(({ file, transcript }) => ({
    file,
    durationMs: transcript.durationMs,
    text: transcript.text,
    confidence: transcript.confidence,
    segments: transcript.segments.map(({ startMs, endMs, text, confidence, requestId }) => ({
      startMs,
      endMs,
      text,
      confidence,
      requestId,
    })),
    recognizer: transcript.recognizer,
    requests: transcript.requests,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** SubRip subtitles. The format has no escapes: what a player would take for an arrow or a tag is written in look-alikes. */
export function formatSrt(transcript: Transcript): string {
  return layOutCues(transcript.segments, transcript.durationMs)
    .map(({ startMs, endMs, lines }, index) => {
      const text = lines.map(srtText);
      return `${index + 1}\n${clock(startMs, ",")} --> ${clock(endMs, ",")}\n${text.join("\n")}\n`;
    })
    .join("\n");
}

/** WebVTT subtitles (W3C WebVTT, section 4). A note says so where the times were estimated. */
export function formatVtt(transcript: Transcript): string {
  const note = transcript.segments.some((segment) => segment.estimated)
    ? ["NOTE Times are estimated: the speech service gives none for words.\n"]
    : [];
  const cues = layOutCues(transcript.segments, transcript.durationMs).map(({ startMs, endMs, lines }) => {
    const text = lines.map(vttText);
    return `${clock(startMs, ".")} --> ${clock(endMs, ".")}\n${text.join("\n")}\n`;
  });
  return ["WEBVTT\n", ...note, ...cues].join("\n");
}

/** A line as SubRip can hold it. */
export function srtText(line: string): string {
  return line.replaceAll("-->", "→").replaceAll("<", "‹").replaceAll("{\\", "(\\");
}

/** A line as WebVTT writes it. */
export function vttText(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Hours, minutes, seconds and ms, as both formats write them: 00:01:07.250. */
export function clock(timeMs: number, decimalSign: string): string {
  const parts = [timeMs / 3_600_000, (timeMs / 60_000) % 60, (timeMs / 1000) % 60];
  const whole = parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  return `${whole}${decimalSign}${String(Math.floor(timeMs % 1000)).padStart(3, "0")}`;
}
