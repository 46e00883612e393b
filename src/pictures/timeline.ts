import type { SKRSContext2D } from "@napi-rs/canvas";

import { formatDuration } from "../explanations/duration.ts";
import { colours, drawPicture, seriesColours, writeText } from "./picture.ts";

/** Who spoke when, in ms of the session. */
export interface Timeline {
  /** Above the rows, one line. */
  readonly title: string;
  readonly durationMs: number;
  /** A row for each, from the top. At most `mostRows` are drawn. */
  readonly speakers: readonly TimelineSpeaker[];
  /** Under the rows, where not everybody has one. */
  readonly note?: string | undefined;
}

export interface TimelineSpeaker {
  readonly name: string;
  readonly spokenMs: number;
  readonly turns: readonly { readonly startMs: number; readonly endMs: number }[];
}

/** More rows nobody can read. */
export const mostRows = 24;

const width = 960;
const [nameLeft, nameWidth, trackLeft, trackRight, sumRight] = [24, 176, 216, 856, 936] as const;
const [titleHeight, rowHeight, axisHeight, noteHeight, barHeight] = [64, 34, 44, 28, 18] as const;
/** A word that was said in a long session still shows. */
const leastBar = 2;

/** Draws a row for each speaker with a bar for each turn, over a time axis. Gives a PNG 1920 pixels wide. */
export async function drawTimeline(timeline: Timeline): Promise<Buffer> {
  const speakers = timeline.speakers.slice(0, mostRows);
  const tracksBottom = titleHeight + speakers.length * rowHeight;
  const height = tracksBottom + axisHeight + (timeline.note === undefined ? 0 : noteHeight);
  const durationMs = Math.max(1000, timeline.durationMs);
  const xOf = (ms: number): number =>
    trackLeft + (Math.min(Math.max(ms, 0), durationMs) / durationMs) * (trackRight - trackLeft);

  return await drawPicture({ width, height }, (context) => {
    context.textBaseline = "middle";
    writeText(context, timeline.title, { x: nameLeft, y: 34, size: 20, bold: true, within: width - 48 });
    drawAxis(context, { durationMs, xOf, tracksBottom });
    for (const [row, speaker] of speakers.entries()) {
      const middle = titleHeight + row * rowHeight + rowHeight / 2;
      writeText(context, speaker.name, { x: nameLeft, y: middle, size: 16, within: nameWidth });
      context.fillStyle = seriesColours[row % seriesColours.length] ?? colours.text;
      for (const { startMs, endMs } of speaker.turns) {
        const [left, right] = [xOf(startMs), xOf(endMs)];
        context.beginPath();
        context.roundRect(left, middle - barHeight / 2, Math.max(leastBar, right - left), barHeight, 3);
        context.fill();
      }
      const sum = formatDuration(speaker.spokenMs);
      writeText(context, sum, { x: sumRight, y: middle, size: 14, colour: colours.dim, align: "right" });
    }
    if (timeline.note !== undefined) {
      const y = tracksBottom + axisHeight + 6;
      writeText(context, timeline.note, {
        x: nameLeft,
        y,
        size: 14,
        colour: colours.dim,
        within: width - 48,
      });
    }
  });
}

interface Axis {
  readonly durationMs: number;
  readonly xOf: (ms: number) => number;
  readonly tracksBottom: number;
}

function drawAxis(context: SKRSContext2D, { durationMs, xOf, tracksBottom }: Axis): void {
  context.strokeStyle = colours.rule;
  context.lineWidth = 1;
  for (const ms of ticksOf(durationMs)) {
    const x = Math.round(xOf(ms)) + 0.5;
    context.beginPath();
    context.moveTo(x, titleHeight);
    context.lineTo(x, tracksBottom + 6);
    context.stroke();
    writeText(context, formatDuration(ms), {
      x,
      y: tracksBottom + 20,
      size: 13,
      colour: colours.dim,
      align: "center",
    });
  }
}

const stepsS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** Times worth a line: round ones, at most nine. */
export function ticksOf(durationMs: number): readonly number[] {
  const stepMs = (stepsS.find((seconds) => durationMs / (seconds * 1000) <= 8) ?? 14_400) * 1000;
  const count = Math.min(8, Math.floor(durationMs / stepMs));
  return Array.from({ length: count + 1 }, (_, index) => index * stepMs);
}
