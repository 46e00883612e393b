import { createCanvas, loadImage, type SKRSContext2D } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";

import { colours, drawPicture, fitText, fontOf, seriesColours } from "../../src/pictures/picture.ts";
import { drawTimeline, ticksOf } from "../../src/pictures/timeline.ts";

const turn = { startMs: 0, endMs: 30_000 };

/** The picture's pixels, as a browser would show them. */
async function shown(png: Buffer): Promise<SKRSContext2D> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context;
}

function colourAt(context: SKRSContext2D, x: number, y: number): string {
  const [red = 0, green = 0, blue = 0] = context.getImageData(2 * x, 2 * y, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

describe("a timeline", () => {
  test("shows each speaker's turns in a row of their own, where they were in time", async () => {
    const png = await drawTimeline({
      title: "Who spoke when",
      durationMs: 60_000,
      speakers: [
        { name: "Ada", spokenMs: 30_000, turns: [turn] },
        { name: "Ben", spokenMs: 30_000, turns: [{ startMs: 30_000, endMs: 60_000 }] },
      ],
    });
    const picture = await shown(png);
    const [early, late] = [216 + 160 + 10, 856 - 160 - 10];
    const [first, second] = [64 + 17, 64 + 34 + 17];
    expect(colourAt(picture, early, first)).toBe(seriesColours[0]);
    expect(colourAt(picture, late, first)).toBe(colours.card);
    expect(colourAt(picture, early, second)).toBe(colours.card);
    expect(colourAt(picture, late, second)).toBe(seriesColours[1]);
  });

  test("of more people than rows stays a picture that Discord shows", async () => {
    const speakers = Array.from({ length: 99 }, (_, index) => ({
      name: `Speaker ${index}`,
      spokenMs: 1,
      turns: [turn],
    }));
    const png = await drawTimeline({ title: "Many", durationMs: 60_000, speakers, note: "And 75 more" });
    const { width, height } = await loadImage(png);
    expect([width, height]).toEqual([1920, 2 * (64 + 24 * 34 + 44 + 28)]);
  });

  test.each([
    ["a second", 1000, [0, 1000]],
    ["ten minutes", 600_000, [0, 120_000, 240_000, 360_000, 480_000, 600_000]],
    ["a day", 86_400_000, [0, 14_400_000, 28_800_000, 43_200_000, 57_600_000, 72_000_000, 86_400_000]],
  ])("of %s has few round times under it", (_name, durationMs, ticks) => {
    expect(ticksOf(durationMs)).toEqual(ticks);
  });

  test.each(["", "王小明", "محمد علي", "👩‍👩‍👧 🦊", "\u{202E}\0\uD800", "z̸̢".repeat(90)])(
    "takes the name %j",
    async (name) => {
      const speakers = [{ name, spokenMs: 30_000, turns: [turn] }];
      const png = await drawTimeline({ title: name, durationMs: 60_000, speakers });
      expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    },
  );
});

/** Ink of a text, and of a character that no font has. */
async function inkOf(text: string): Promise<Buffer> {
  const png = await drawPicture({ width: 60, height: 60 }, (context) => {
    context.font = fontOf(32);
    context.fillStyle = colours.text;
    context.fillText(text, 4, 44);
  });
  return Buffer.from((await shown(png)).getImageData(0, 0, 120, 120).data);
}

test.each(["Ж", "ش", "王", "語", "한", "🦊"])("the machine's fonts have %s", async (letter) => {
  const [ink, box] = await Promise.all([inkOf(letter), inkOf("\u{E5F7}")]);
  expect(ink.equals(box)).toBe(false);
});

test("text that is too long ends in an ellipsis and never inside a letter of several parts", async () => {
  await drawPicture({ width: 200, height: 40 }, (context) => {
    context.font = fontOf(16);
    const family = "👩‍👩‍👧";
    const fitted = fitText(context, family.repeat(30), 100);
    expect(fitted).toMatch(new RegExp(`^(?:${family})+…$`, "u"));
    expect(context.measureText(fitted).width).toBeLessThanOrEqual(100);
  });
});

test("a picture larger than pictures are is refused", async () => {
  await expect(drawPicture({ width: 5000, height: 10 }, () => undefined)).rejects.toThrow(RangeError);
});

/** Contrast of two colours (WCAG 2.2, "contrast ratio"). */
function contrast(one: string, other: string): number {
  const [light = 1, dark = 1] = [one, other].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each([...seriesColours, colours.text, colours.dim])("%s can be read on the card", (colour) => {
  expect(contrast(colour, colours.card)).toBeGreaterThanOrEqual(4.5);
});
