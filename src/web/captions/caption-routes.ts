import { type Context, Hono } from "hono";
import { html } from "hono/html";

import type { Locale } from "../../explanations/explain.ts";
import { localeFor, type Words } from "../../explanations/words.ts";
import type { CaptionFeed } from "../../transcription/caption-feed.ts";
import {
  formatCaptionsJson,
  formatCaptionsSrt,
  formatCaptionsText,
  formatCaptionsVtt,
} from "../../transcription/caption-formats.ts";
import { eventStream, type EventStreamLimits, eventStreamLimits } from "./event-stream.ts";
import { livePage } from "./live-page.ts";
import { framePage, pageHeaders, readAsset, serveAsset } from "./page-frame.ts";
import { anchorAt, readTime, transcriptPage } from "./transcript-page.ts";

/** Leads from the unguessable end of a link to what it shows. */
export interface CaptionPages {
  /** Undefined where the link is none, has run out, or whoever it was made for may no longer read. */
  open(token: string): Promise<CaptionFeed | undefined>;
}

export interface CaptionRoutesOptions {
  readonly pages: CaptionPages;
  readonly words: Words;
  readonly limits?: Partial<EventStreamLimits>;
}

/** The live page, its events and its transcript for one link. */
export const captionPath = (token: string): string => `/captions/${token}`;

/** Windows of one link that may follow at once. */
const mostStreams = 8;
const longestSearch = 100;

const downloads = {
  "transcript.txt": ["text/plain; charset=utf-8", formatCaptionsText],
  "transcript.srt": ["application/x-subrip; charset=utf-8", formatCaptionsSrt],
  "transcript.vtt": ["text/vtt; charset=utf-8", formatCaptionsVtt],
  "transcript.json": ["application/json; charset=utf-8", formatCaptionsJson],
} as const;

/** Pages for live captions. Whoever knows a link may read what it shows, and there is no list of links. */
export function createCaptionRoutes({ pages, words, limits }: CaptionRoutesOptions): Hono {
  const style = readAsset("pages.css", "text/css; charset=utf-8");
  const script = readAsset("live.js", "text/javascript; charset=utf-8");
  const streams = new Map<string, number>();
  const routes = new Hono();
  for (const asset of [style, script]) routes.get(asset.path, (context) => serveAsset(context, asset));

  const page = captionPath(":token");
  const shown = (
    path: string,
    show: (context: Context, feed: CaptionFeed, locale: Locale) => Response | Promise<Response>,
  ): void => {
    routes.get(path, pageHeaders, async (context) => {
      const feed = await pages.open(tokenOf(context));
      const locale = readerLocale(context, feed);
      return feed ? await show(context, feed, locale) : await context.html(gone(locale), 404);
    });
  };
  const gone = (locale: Locale): ReturnType<typeof framePage> => {
    const [title, why] = [words.say(locale, "pageGone"), words.say(locale, "pageGoneWhy")];
    const body = html`<main>
      <h1>${title}</h1>
      <p>${why.replaceAll("`", "")}</p>
    </main>`;
    return framePage({ locale, title, style, body });
  };

  shown(page, (context, feed, locale) => {
    if (feed.kind === "recording")
      return context.redirect(`${captionPath(tokenOf(context))}/transcript`, 303);
    const isOverlay = context.req.query("overlay") !== undefined;
    const size = /^[1-6]$/.test(context.req.query("size") ?? "")
      ? Number(context.req.query("size"))
      : undefined;
    const body = livePage({ feed, words, locale, path: captionPath(tokenOf(context)) });
    const title = `${feed.title} · ${words.say(locale, "pageCaptions")}`;
    return context.html(framePage({ locale, title, style, script, isOverlay, size, body }));
  });
  shown(`${page}/transcript`, (context, feed, locale) => {
    const path = captionPath(tokenOf(context));
    const atMs = readTime(context.req.query("at") ?? "");
    const anchor = atMs === undefined ? undefined : anchorAt(feed.lines, atMs);
    if (anchor !== undefined) return context.redirect(`${path}/transcript#${anchor}`, 303);
    const search = (context.req.query("q") ?? "").slice(0, longestSearch).toWellFormed();
    const body = transcriptPage({ feed, words, locale, path, search });
    const title = `${feed.title} · ${words.say(locale, "pageTranscript")}`;
    return context.html(framePage({ locale, title, style, body }));
  });
  for (const [name, [type, format]] of Object.entries(downloads)) {
    shown(`${page}/${name}`, (context, feed) => {
      const sorted = [...feed.captions].sort((one, other) => one.startMs - other.startMs);
      const disposition = `attachment; filename="${name}"`;
      return context.body(format(sorted), 200, { "Content-Type": type, "Content-Disposition": disposition });
    });
  }
  shown(`${page}/events`, (context, feed) => {
    const token = tokenOf(context);
    const open = streams.get(token) ?? 0;
    if (open >= mostStreams) return context.text("Too many windows\n", 429);
    streams.set(token, open + 1);
    const stream = eventStream({
      feed,
      after: Number(context.req.header("last-event-id") ?? context.req.query("after")) || 0,
      isGood: async () => (await pages.open(token)) !== undefined,
      limits: { ...eventStreamLimits, ...limits },
      onEnd() {
        const left = (streams.get(token) ?? 1) - 1;
        if (left > 0) streams.set(token, left);
        else streams.delete(token);
      },
    });
    // Proxies that gather answers would hold captions back.
    return context.body(stream, 200, { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" });
  });
  return routes;
}

function tokenOf(context: Context): string {
  return context.req.param("token") ?? "";
}

/** What the reader's browser asks for, else what the session speaks. */
function readerLocale(context: Context, feed: CaptionFeed | undefined): Locale {
  const [asked = ""] = (context.req.header("accept-language") ?? "").split(/[,;]/, 1);
  return localeFor(asked.trim() === "" ? feed?.locale : asked.trim());
}
