import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Context, MiddlewareHandler } from "hono";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

import type { Locale } from "../../explanations/explain.ts";
import { pageLanguage } from "../../explanations/words.ts";

/** Escaped by the template that made it. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A style sheet or script of ours, under a path that changes with it. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads a file of the assets folder. */
export function readAsset(name: string, type: string): Asset {
  const bytes = readFileSync(join(import.meta.dirname, "..", "assets", name));
  const version = createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
  return { path: `/assets/${version}/${name}`, type, bytes };
}

/** Its path names its contents: it never changes. */
export function serveAsset(context: Context, { bytes, type }: Asset): Response {
  return context.body(new Uint8Array(bytes), 200, {
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
  });
}

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:", // the empty icon, which spares a request for one
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** What pages may do: their own script and style sheet, their own forms, and nothing of anybody else's. */
export const pageHeaders: MiddlewareHandler = async (context, next) => {
  context.header("Content-Security-Policy", pagePolicy);
  context.header("X-Robots-Tag", "noindex, nofollow");
  await next();
};

export interface PageFrame {
  readonly locale: Locale;
  readonly title: string;
  readonly style: Asset;
  readonly script?: Asset;
  readonly isOverlay?: boolean;
  /** 1 to 6; the reader's own choice unless told. */
  readonly size?: number | undefined;
  readonly body: Markup;
}

/** A whole page. */
export function framePage({
  locale,
  title,
  style,
  script,
  isOverlay = false,
  size,
  body,
}: PageFrame): Markup {
  return html`<!doctype html>
    <html
      lang="${pageLanguage(locale)}"
      ${isOverlay ? html`class="overlay"` : ""}
      ${size ? html`data-size="${size}"` : ""}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${style.path}" />
        ${script ? html`<script type="module" src="${script.path}"></script>` : ""}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}
