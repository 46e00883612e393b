import { expect, test } from "vitest";

import { createSentences, type Sentences } from "../../../src/bot/answers/sentences.ts";
import type { Section } from "../../../src/bot/answers/transcript-pages.ts";
import { dressRequest } from "../../../src/bot/requests/request-menus.ts";
import type { RequestData } from "../../../src/bot/requests/request.ts";
import { createExplain } from "../../../src/explanations/create-explain.ts";
import { createWords } from "../../../src/explanations/words.ts";
import { transcriptOf } from "../bot-stage.ts";

const words = createWords();
const sentences: Sentences = createSentences({
  words,
  explain: createExplain(),
  recognizer: { name: "sis", host: "sis.example" },
});
const voice = { locale: "en", introduced: true, direct: false, retryId: "r" } as const;
const long = "these are many words ".repeat(600).trim();

function said(text: string, name: string): Section {
  return { name, result: { type: "transcript", transcript: transcriptOf(text), key: "k" } };
}

function failed(name: string): Section {
  const problem = { reason: "service-rejected", code: "SIS.0032", traceId: "f".repeat(36) } as const;
  return { name, result: { type: "problem", problem, again: "never", retryAfterMs: undefined } };
}

test.each([
  ["nine that failed", Array.from({ length: 9 }, (_, index) => failed(`${"_".repeat(60)}${index}`))],
  ["nine of one endless word", Array.from({ length: 9 }, (_, index) => said("*".repeat(900), `${index}`))],
])(
  "a long recording beside %s makes messages that Discord takes, with all words in the file",
  (_name, others) => {
    const pages = sentences.results([said(long, "talk_1.ogg"), ...others], voice, { files: true });
    expect(pages.length).toBeLessThanOrEqual(4);
    for (const { content } of pages) expect(content.length).toBeLessThanOrEqual(2000);
    const shown = pages.map(({ content }) => content).join("\n");
    for (let number = 1; number <= 10; number++) expect(shown).toContain(`**${number} · `);
    expect(pages[0]?.file?.text).toContain(`1 · talk_1.ogg\n${long}\n`);
    expect(pages.slice(1).every(({ file }) => file === undefined)).toBe(true);
  },
);

test("files that were asked for and the transcript are together no more than a message takes", async () => {
  const data: RequestData = {
    sources: [],
    interaction: { applicationId: "1", token: "t" },
    expiresAtMs: 0,
    isPrivate: false,
    userId: "1",
    channelId: "1",
    introductionKey: null,
    settingsOf: null,
    language: null,
    format: "srt",
    locale: "en",
  };
  const kept = {
    isUseful: async () => true,
    put: async () => undefined,
    get: async () => undefined,
    ofMessage: async () => [],
    delete: async () => undefined,
  };
  const house = { lowConfidence: "show", spoilers: true } as const;
  const sections = Array.from({ length: 10 }, (_, index) => said(long, `talk-${index}.ogg`));
  const dress = await dressRequest({ words, kept, languages: ["en"] }, { id: "1", data, house }, sections);
  const [first] = dress(sentences.results(sections, voice, { files: true }), true);
  expect([first?.file?.name, first?.exports?.length]).toEqual(["transcript.txt", 9]);
});
