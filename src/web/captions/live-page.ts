import { html } from "hono/html";

import { formatDuration } from "../../explanations/duration.ts";
import type { Locale } from "../../explanations/explain.ts";
import type { WordKey } from "../../explanations/language.ts";
import type { Words } from "../../explanations/words.ts";
import type { CaptionFeed, FeedLine } from "../../transcription/caption-feed.ts";
import type { Markup } from "./page-frame.ts";

export interface PageOptions {
  readonly feed: CaptionFeed;
  readonly words: Words;
  readonly locale: Locale;
  /** The page's own path, without a slash at the end. */
  readonly path: string;
}

/** The pages' sentences that have no values in them. */
export type PageWord = Exclude<Extract<WordKey, `page${string}`>, "pageFound">;

/** As many differ by colour and line together; names always do. */
export const speakerStyles = 8;
/** More of what was said before is on the transcript page. */
const mostAtFirst = 500;

/** The captions so far, and what its script needs to go on. */
export function livePage({ feed, words, locale, path }: PageOptions): Markup {
  const say = (key: PageWord): string => words.say(locale, key);
  const lines = feed.lines.slice(-mostAtFirst);
  return html`<header>
      <h1>${say("pageCaptions")}: ${feed.title}</h1>
      <p
        id="state"
        role="status"
        data-state="${feed.state}"
        data-live="${say("pageLive")}"
        data-paused="${say("pagePaused")}"
        data-ended="${say("pageEnded")}"
        data-reconnecting="${say("pageReconnecting")}"
      >
        ${say(stateWords[feed.state])}
      </p>
      <div class="tools" role="group" aria-label="${say("pageSettings")}">
        <button type="button" id="smaller">${say("pageSmaller")}</button>
        <button type="button" id="larger">${say("pageLarger")}</button>
        <label
          >${say("pageColours")}
          <select id="colours" autocomplete="off">
            <option value="device">${say("pageColoursDevice")}</option>
            <option value="light">${say("pageColoursLight")}</option>
            <option value="dark">${say("pageColoursDark")}</option>
            <option value="contrast">${say("pageColoursContrast")}</option>
          </select>
        </label>
        <a href="${path}/transcript">${say("pageTranscript")}</a>
        <a href="${path}?overlay">${say("pageOverlay")}</a>
      </div>
    </header>
    <main>
      ${lines.length === 0 ? html`<p id="nothing">${say("pageNothingYet")}</p>` : ""}
      <div role="log" aria-live="polite" aria-label="${say("pageCaptions")}">
        <ol id="lines" tabindex="-1" data-events="${path}/events" data-last="${feed.lines.at(-1)?.id ?? 0}">
          ${lines.map(liveLine)}
        </ol>
      </div>
      <button type="button" id="newest" hidden>${say("pageNewest")}</button>
    </main>`;
}

export const stateWords = { live: "pageLive", paused: "pagePaused", ended: "pageEnded" } as const;

function liveLine({ speaker, name, text, startMs }: FeedLine): Markup {
  return html`<li data-speaker="${speaker}" data-style="${speaker % speakerStyles}">
    <time>${formatDuration(startMs)}</time> <b>${name}</b> <span>${text}</span>
  </li> `;
}
