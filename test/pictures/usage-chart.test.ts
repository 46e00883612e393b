import { createCanvas, loadImage, type SKRSContext2D } from "@napi-rs/canvas";
import { expect, test } from "vitest";

import { colours, seriesColours } from "../../src/pictures/picture.ts";
import { drawUsage, scaleOf, type UsageBar } from "../../src/pictures/usage-chart.ts";

async function shown(days: readonly UsageBar[]): Promise<SKRSContext2D> {
  const png = await drawUsage({
    title: "Minutes",
    series: ["recordings", "captions"],
    marks: "failures",
    days,
    scale: scaleOf(10).map((minutes) => ({ minutes, label: `${minutes}` })),
  });
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context;
}

function colourAt(context: SKRSContext2D, x: number, y: number): string {
  const [red = 0, green = 0, blue = 0] = context.getImageData(2 * x, 2 * y, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** The middle of the first of two days, and of the second. */
const [first, second] = [88 + 212, 88 + 3 * 212];
/** 10 minutes are the top of the scale, 0 its foot. */
const yOf = (minutes: number): number => 316 - (minutes / 10) * (316 - 92);

test("a day's bar is as high as its minutes, its two parts one on the other", async () => {
  const picture = await shown([
    { label: "Mon", minutes: [5, 3], isMarked: false },
    { label: "Tue", minutes: [0, 0], isMarked: false },
  ]);
  expect(colourAt(picture, first, yOf(2.5))).toBe(seriesColours[0]);
  expect(colourAt(picture, first, yOf(6.5))).toBe(seriesColours[1]);
  expect(colourAt(picture, first, yOf(8.5))).toBe(colours.card);
  expect(colourAt(picture, second, yOf(2.5))).toBe(colours.card);
});

test("a day with failures has a mark above its bar, also where there were no minutes", async () => {
  const picture = await shown([
    { label: "Mon", minutes: [5, 0], isMarked: true },
    { label: "Tue", minutes: [0, 0], isMarked: true },
  ]);
  expect(colourAt(picture, first, yOf(5) - 9)).toBe("#ff9ab0");
  expect(colourAt(picture, second, yOf(0) - 9)).toBe("#ff9ab0");
});

test.each([
  [0, [0, 1]],
  [4.2, [0, 1, 2, 3, 4, 5]],
  [55, [0, 15, 30, 45, 60]],
  [100_000, [0, 30_000, 60_000, 90_000, 120_000]],
])("a scale for %d minutes has round lines up to at least that", (most, lines) => {
  expect(scaleOf(most)).toEqual(lines);
});
