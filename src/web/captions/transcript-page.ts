import { html } from "hono/html";

import { formatDuration } from "../../explanations/duration.ts";
import type { FeedLine } from "../../transcription/caption-feed.ts";
import { type PageOptions, type PageWord, speakerStyles, stateWords } from "./live-page.ts";
import type { Markup } from "./page-frame.ts";

export interface TranscriptPageOptions extends PageOptions {
  /** What is looked for; empty shows everything. */
  readonly search: string;
}

/** Formats a transcript can be downloaded in, by file extension. */
export const downloadFormats = ["txt", "srt", "vtt", "json"] as const;

/** Everything that was said, with search, jumps and downloads. Needs no script. */
export function transcriptPage({ feed, words, locale, path, search }: TranscriptPageOptions): Markup {
  const say = (key: PageWord): string => words.say(locale, key);
  const isLive = feed.kind === "captions";
  const all = feed.lines;
  const find = finder(search);
  const found = find ? all.filter(({ name, text }) => find(text).length > 1 || find(name).length > 1) : all;
  const total = all.length;
  return html`<header>
      <h1>${say("pageTranscript")}: ${feed.title}</h1>
      ${isLive ? html`<p id="state" data-state="${feed.state}">${say(stateWords[feed.state])}</p>` : ""}
      <nav class="tools" aria-label="${say("pageDownload")}">
        ${isLive ? html`<a href="${path}">${say("pageBack")}</a>` : ""}
        ${downloadFormats.map(
          (format) =>
            html`<a href="${path}/transcript.${format}" download
              >${say("pageDownload")} ${format.toUpperCase()}</a
            > `,
        )}
      </nav>
    </header>
    <main>
      <form method="get" action="${path}/transcript" role="search">
        <label
          >${say("pageSearchWords")} <input type="search" name="q" value="${search}" maxlength="100"
        /></label>
        <button>${say("pageSearch")}</button>
      </form>
      <form method="get" action="${path}/transcript">
        <label
          >${say("pageJumpTime")}
          <input name="at" inputmode="numeric" pattern="[0-9]{1,2}(:[0-9]{2}){1,2}" required
        /></label>
        <button>${say("pageJump")}</button>
      </form>
      ${
        find
          ? html`<p role="status">
              ${words.say(locale, "pageFound", { count: found.length, total })}
              <a href="${path}/transcript">${say("pageShowAll")}</a>
            </p>`
          : ""
      }
      ${total === 0 ? html`<p>${say("pageNothingYet")}</p>` : ""}
      <ol>
        ${found.map((line) => turn(line, find))}
      </ol>
    </main>`;
}

/** Where a time leads: to the last turn that had begun by then, or the first of all. */
export function anchorAt(lines: readonly FeedLine[], atMs: number): string | undefined {
  const line = lines.findLast(({ startMs }) => startMs <= atMs) ?? lines[0];
  return line && `t${line.id}`;
}

/** "1:07" or "1:02:03" in ms; undefined for anything else. */
export function readTime(text: string): number | undefined {
  const match = /^(?:(\d{1,2}):)?(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

type Finder = (text: string) => readonly string[];

/** Cuts a text at what is looked for, which is every second part; undefined where nothing is looked for. */
function finder(search: string): Finder | undefined {
  const wanted = search.trim();
  if (wanted === "") return undefined;
  const pattern = new RegExp(`(${RegExp.escape(wanted)})`, "giu");
  return (text) => text.split(pattern);
}

function turn({ id, speaker, name, text, startMs }: FeedLine, find: Finder | undefined): Markup {
  return html`<li id="t${id}" data-speaker="${speaker}" data-style="${speaker % speakerStyles}">
    <a href="#t${id}"><time>${formatDuration(startMs)}</time></a> <b>${marked(name, find)}</b>
    <span>${marked(text, find)}</span>
  </li> `;
}

function marked(text: string, find: Finder | undefined): Markup | string {
  if (!find) return text;
  return html`${find(text).map((part, index) => (index % 2 === 1 ? html`<mark>${part}</mark>` : part))}`;
}
