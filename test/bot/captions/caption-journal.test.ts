import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createCaptionJournals } from "../../../src/bot/captions/caption-journal.ts";
import { createCipher, plainCipher } from "../../../src/store/cipher.ts";
import { temporaryFolder } from "../../store/temporary-folder.ts";

const record = {
  guildId: "1",
  voiceChannelId: "2",
  placeId: "3",
  formerNick: null,
  locale: "en",
  startedAtMs: 0,
};

function said(speakerId: string, text: string) {
  return { speakerId, speaker: `name of ${speakerId}`, text, startMs: 0, endMs: 900, confidence: 0.9 };
}

function written(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("");
}

test.each([
  ["plain", plainCipher],
  ["sealed", createCipher(Buffer.alloc(32, 7))],
])(
  "whoever has their words deleted is taken out of a running %s journal, which goes on",
  async (_, cipher) => {
    const folder = temporaryFolder();
    const journal = await createCaptionJournals(folder, cipher).begin(record);
    await journal.append(said("10", "pomegranate"));
    await journal.append(said("11", "persimmon"));
    await Promise.all([journal.append(said("10", "quince")), journal.forget("10")]);
    await journal.append(said("11", "medlar"));
    expect((await journal.read()).map(({ text }) => text)).toEqual(["persimmon", "medlar"]);
    expect(written(folder)).not.toMatch(/pomegranate|quince/);
    await journal.remove();
  },
);

test("with a key, neither words nor names lie open in a journal", async () => {
  const folder = temporaryFolder();
  const journal = await createCaptionJournals(folder, createCipher(Buffer.alloc(32, 7))).begin(record);
  await journal.append(said("10", "pomegranate"));
  expect(written(folder)).not.toMatch(/pomegranate|name of|placeId/);
  await journal.remove();
});
