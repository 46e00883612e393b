import { fileURLToPath } from "node:url";

import type * as Canvas from "@napi-rs/canvas";

/** A picture in CSS pixels; it is drawn twice as fine. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Draws on a canvas whose coordinates are CSS pixels, from the top left. */
export type Draw = (context: Canvas.SKRSContext2D) => void;

/** Card colours whose contrast holds by itself (WCAG 2.2, 1.4.3 and 1.4.11), beside a dark Discord and a light one. */
export const colours = {
  card: "#1e1f22",
  rule: "#5c5f66",
  text: "#f2f3f5",
  dim: "#b5bac1",
} as const;

/** For things that stand side by side, told apart by place and name too; each at least 4.5:1 on the card. */
export const seriesColours = ["#7cb7ff", "#ffb454", "#7fd99a", "#ff9ab0", "#c7a6ff", "#8de0e6"] as const;

/** Longest side in CSS pixels: 16 MB of pixels for the largest square. */
const longestSide = 1600;
const fineness = 2;

const fontFile = "dejavu-fonts-ttf/ttf/DejaVuSans.ttf";
const families = '"DejaVu Sans", "WenQuanYi Micro Hei", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif';

/** A font of this size in CSS pixels: DejaVu Sans comes with the packages, other scripts with the machine's fonts. */
export function fontOf(sizePx: number, weight: "normal" | "bold" = "normal"): string {
  return `${weight} ${sizePx}px ${families}`;
}

let library: Promise<typeof Canvas> | undefined;

/** Loaded when the first picture is drawn: 35 MB that most processes never need. */
async function load(): Promise<typeof Canvas> {
  const canvas = await import("@napi-rs/canvas");
  canvas.GlobalFonts.registerFromPath(fileURLToPath(import.meta.resolve(fontFile)), "DejaVu Sans");
  return canvas;
}

/** Draws a picture on the card's background and gives it as PNG. Throws RangeError when it is larger than 1600 pixels a side. */
export async function drawPicture({ width, height }: PictureSize, draw: Draw): Promise<Buffer> {
  if (!(width > 0 && height > 0 && Math.max(width, height) <= longestSide))
    throw new RangeError(`a picture of ${width} × ${height} pixels`);
  library ??= load();
  const { createCanvas } = await library;
  const canvas = createCanvas(width * fineness, height * fineness);
  const context = canvas.getContext("2d");
  context.scale(fineness, fineness);
  context.fillStyle = colours.card;
  context.fillRect(0, 0, width, height);
  draw(context);
  return await canvas.encode("png");
}

/** The text, or as much of its beginning as fits into a width in the context's font, with an ellipsis. */
export function fitText(context: Canvas.SKRSContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(new Intl.Segmenter().segment(text.slice(0, 400)), ({ segment }) => segment);
  let [fits, tooMany] = [0, letters.length + 1];
  while (fits + 1 < tooMany) {
    const middle = (fits + tooMany) >> 1;
    const { width: needed } = context.measureText(`${letters.slice(0, middle).join("")}…`);
    if (needed <= width) fits = middle;
    else tooMany = middle;
  }
  return `${letters.slice(0, fits).join("")}…`;
}

/** Where and how a line of text stands, in CSS pixels. */
export interface Writing {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: "left" | "center" | "right";
  /** Longer text is shortened to this many pixels. */
  readonly within?: number;
}

/** Writes one line, in the card's text colour unless told. */
export function writeText(
  context: Canvas.SKRSContext2D,
  text: string,
  { x, y, size, within, ...look }: Writing,
): void {
  context.font = fontOf(size, look.bold ? "bold" : "normal");
  context.fillStyle = look.colour ?? colours.text;
  context.textAlign = look.align ?? "left";
  // The canvas takes C strings of whole characters.
  const plain = text.replaceAll(/\p{Cc}/gu, "").toWellFormed();
  context.fillText(within === undefined ? plain : fitText(context, plain, within), x, y);
}
