import type { SKRSContext2D } from "@napi-rs/canvas";

import { colours, drawPicture, seriesColours, writeText } from "./picture.ts";

/** What was used on each day, from the left to the right. */
export interface UsageChart {
  /** Above the bars, one line. */
  readonly title: string;
  /** What the two parts of a bar are, from below. */
  readonly series: readonly [string, string];
  /** What a mark above a bar means. */
  readonly marks: string;
  readonly days: readonly UsageBar[];
  /** The top of the scale in minutes and its lines, as people read them. */
  readonly scale: readonly { readonly minutes: number; readonly label: string }[];
}

export interface UsageBar {
  /** Under the bar; "" leaves it out. */
  readonly label: string;
  /** Minutes of the two parts, from below. */
  readonly minutes: readonly [number, number];
  readonly isMarked: boolean;
}

const width = 960;
const height = 380;
const [plotLeft, plotRight, plotTop, plotBottom] = [88, 936, 92, 316] as const;
const markColour = "#ff9ab0";
/** Minutes that are there still show. */
const leastBar = 2;

/** Draws a bar for each day, over a scale in minutes. Gives a PNG 1920 pixels wide. */
export async function drawUsage(chart: UsageChart): Promise<Buffer> {
  const top = Math.max(1, ...chart.scale.map(({ minutes }) => minutes));
  const yOf = (minutes: number): number => plotBottom - (minutes / top) * (plotBottom - plotTop);
  const step = (plotRight - plotLeft) / Math.max(1, chart.days.length);

  return await drawPicture({ width, height }, (context) => {
    context.textBaseline = "middle";
    writeText(context, chart.title, { x: 24, y: 34, size: 20, bold: true, within: width - 48 });
    drawLegend(context, chart);
    for (const { minutes, label } of chart.scale) drawLine(context, yOf(minutes), label);
    for (const [index, day] of chart.days.entries()) {
      const middle = plotLeft + (index + 0.5) * step;
      drawBar(context, day, { middle, width: Math.min(28, step * 0.7), yOf });
      if (day.label !== "")
        writeText(context, day.label, {
          x: middle,
          y: plotBottom + 20,
          size: 13,
          colour: colours.dim,
          align: "center",
        });
    }
  });
}

interface BarPlace {
  readonly middle: number;
  readonly width: number;
  readonly yOf: (minutes: number) => number;
}

function drawBar(context: SKRSContext2D, { minutes, isMarked }: UsageBar, place: BarPlace): void {
  const left = place.middle - place.width / 2;
  let bottom: number = plotBottom;
  let sum = 0;
  for (const [index, part] of minutes.entries()) {
    if (part <= 0) continue;
    sum += part;
    const top = Math.min(place.yOf(sum), bottom - leastBar);
    context.fillStyle = seriesColours[index] ?? colours.text;
    context.fillRect(left, top, place.width, bottom - top);
    bottom = top;
  }
  if (isMarked) drawMark(context, place.middle, bottom - 10);
}

/** A triangle: told from the bars by its form too. */
function drawMark(context: SKRSContext2D, x: number, y: number): void {
  context.fillStyle = markColour;
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 6, y + 5);
  context.lineTo(x - 6, y + 5);
  context.fill();
}

function drawLine(context: SKRSContext2D, y: number, label: string): void {
  context.strokeStyle = colours.rule;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(plotLeft, Math.round(y) + 0.5);
  context.lineTo(plotRight, Math.round(y) + 0.5);
  context.stroke();
  writeText(context, label, {
    x: plotLeft - 10,
    y,
    size: 13,
    colour: colours.dim,
    align: "right",
    within: plotLeft - 20,
  });
}

function drawLegend(context: SKRSContext2D, { series, marks }: UsageChart): void {
  let x = 24;
  const y = 64;
  for (const [index, name] of series.entries()) {
    context.fillStyle = seriesColours[index] ?? colours.text;
    context.fillRect(x, y - 6, 12, 12);
    x = afterText(context, name, x + 18);
  }
  drawMark(context, x + 6, y);
  afterText(context, marks, x + 18);
}

/** Writes a legend's name and gives where the next one begins. */
function afterText(context: SKRSContext2D, text: string, x: number): number {
  writeText(context, text, { x, y: 64, size: 14, colour: colours.dim, within: 240 });
  return x + Math.min(240, context.measureText(text).width) + 24;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3000, 6000, 12_000, 30_000, 60_000];

/** Minutes worth a line, from 0 to at least the most: round ones, at most six. */
export function scaleOf(mostMinutes: number): readonly number[] {
  const step = steps.find((minutes) => mostMinutes / minutes <= 5) ?? Math.ceil(mostMinutes / 5);
  const count = Math.max(1, Math.ceil(mostMinutes / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
