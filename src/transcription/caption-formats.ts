import type { Caption } from "./caption.ts";
import { layOutCues } from "./cues.ts";
import { clock, srtText, vttText } from "./formats.ts";

/** A caption with its speaker's name, as transcripts show it. Gaps have a text that says so. */
export interface NamedCaption extends Omit<Caption, "gap"> {
  readonly speaker: string;
}

/** A turn in each line: "0:42 Name: the words". */
export function formatCaptionsText(captions: readonly NamedCaption[]): string {
  return captions
    .map(({ startMs, speaker, text }) => `[${clock(startMs, ".").slice(0, 8)}] ${speaker}: ${text}\n`)
    .join("");
}

/** One JSON array of { startMs, endMs, speakerId, speaker, text, confidence }, times in ms from the session's start. */
export function formatCaptionsJson(captions: readonly NamedCaption[]): string {
  const entries = captions.map(({ startMs, endMs, speakerId, speaker, text, confidence }) => ({
    startMs,
    endMs,
    speakerId,
    speaker,
    text,
    confidence,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** SubRip subtitles, each cue beginning with the speaker's name. Cues of people who spoke at once overlap. */
export function formatCaptionsSrt(captions: readonly NamedCaption[]): string {
  return cuesOf(captions)
    .map(({ startMs, endMs, speaker, lines }, index) => {
      const [first = "", ...rest] = lines.map(srtText);
      const text = [`${srtText(speaker)}: ${first}`, ...rest].join("\n");
      return `${index + 1}\n${clock(startMs, ",")} --> ${clock(endMs, ",")}\n${text}\n`;
    })
    .join("\n");
}

/** WebVTT subtitles with voice spans (W3C WebVTT, section 4.2.2). */
export function formatCaptionsVtt(captions: readonly NamedCaption[]): string {
  const cues = cuesOf(captions).map(({ startMs, endMs, speaker, lines }) => {
    const text = lines.map(vttText).join("\n");
    return `${clock(startMs, ".")} --> ${clock(endMs, ".")}\n<v ${vttText(speaker)}>${text}\n`;
  });
  return ["WEBVTT\n", ...cues].join("\n");
}

interface SpeakersCue {
  readonly startMs: number;
  readonly endMs: number;
  readonly speaker: string;
  readonly lines: readonly string[];
}

/** Each speaker's cues on a track of their own, and all tracks in order. */
function cuesOf(captions: readonly NamedCaption[]): SpeakersCue[] {
  const tracks = Map.groupBy(captions, ({ speakerId }) => speakerId);
  return [...tracks.values()]
    .flatMap((track) => {
      const segments = track.map(({ startMs, endMs, text, confidence }) => ({
        startMs,
        endMs,
        text,
        confidence,
        requestId: null,
        estimated: true,
      }));
      return layOutCues(segments).map((cue) => ({
        ...cue,
        speaker: track.findLast(({ startMs }) => startMs <= cue.startMs)?.speaker ?? track[0]?.speaker ?? "",
      }));
    })
    .sort((one, other) => one.startMs - other.startMs);
}
