import { expect, test } from "vitest";

import { searchTranscripts, snippetOf, termsOf } from "../../../src/bot/records/transcript-search.ts";
import type { Store, StoredTranscript } from "../../../src/store/store.ts";
import { openTestStore } from "../../store/test-store.ts";
import { temporaryFolder } from "../../store/temporary-folder.ts";

async function storeWith(texts: readonly string[], dataKey?: string): Promise<Store["transcripts"]> {
  const { transcripts } = await openTestStore({ dataDir: temporaryFolder(), dataKey });
  for (const [index, text] of texts.entries()) {
    const transcript: StoredTranscript = {
      key: `${index}`,
      guildId: "1",
      channelId: index % 2 === 0 ? "even" : "odd",
      parentId: null,
      memberId: "30",
      askerId: null,
      isPrivate: false,
      linkId: null,
      linkChannelId: null,
      createdAtMs: index,
      text,
      details: "{}",
    };
    await transcripts.put(transcript);
  }
  return transcripts;
}

function search(text: string, more: object = {}) {
  return {
    query: { guildId: "1", readerId: "77" },
    text,
    speakerId: null,
    mayRead: () => true,
    mostHits: 5,
    ...more,
  };
}

const spoken = [
  "I'll be about ten minutes late, keep me a seat",
  "Le café ferme à dix heures",
  "我们明天下午三点在图书馆见面",
  "ＦＵＬＬ　ＷＩＤＴＨ letters",
  "the seat is kept",
];

test.each([
  ["seat", ["4", "0"]],
  ["SEAT late", ["0"]],
  ["cafe", ["1"]],
  ["CAFÉ", ["1"]],
  ["图书馆", ["2"]],
  ["明天 见面", ["2"]],
  ["full width", ["3"]],
  ["seat nowhere", []],
])("%j finds %j, whatever case, accents or script", async (text, keys) => {
  for (const dataKey of [undefined, "correct horse battery staple"]) {
    const { hits, next } = await searchTranscripts(await storeWith(spoken, dataKey), search(text));
    expect([hits.map(({ place }) => place.key), next]).toEqual([keys, undefined]);
  }
});

test("what may not be read is not found, and pages go on without a gap", async () => {
  const transcripts = await storeWith(Array.from({ length: 30 }, (_, index) => `word ${index}`));
  const wish = search("word", {
    mayRead: ({ channelId }: { readonly channelId: string }) => channelId === "even",
  });
  const keys: string[] = [];
  for (let before; ;) {
    const { hits, next } = await searchTranscripts(transcripts, {
      ...wish,
      query: { ...wish.query, before },
    });
    keys.push(...hits.map(({ place }) => place.key));
    before = next;
    if (!before) break;
  }
  expect(keys).toEqual(Array.from({ length: 15 }, (_, index) => `${28 - 2 * index}`));
});

test("only what one member said is found, if that is asked for", async () => {
  const transcripts = await storeWith(["word"]);
  expect((await searchTranscripts(transcripts, search("word", { speakerId: "31" }))).hits).toEqual([]);
  expect((await searchTranscripts(transcripts, search("word", { speakerId: "30" }))).hits).toHaveLength(1);
});

test.each([
  ["one two three four five", "THREE", 4, "…two |three| fou…"],
  ["Le café ferme", "cafe", 10, "Le |café| ferme"],
  ["我们明天下午三点在图书馆见面", "图书馆", 2, "…点在|图书馆|见面"],
  ["a 👍🏽 thumb", "thumb", 2, "…🏽 |thumb|"],
])("the surroundings of a hit in %j", (text, term, around, shown) => {
  const { before, match, after } = snippetOf(text, termsOf(term), around);
  expect(`${before}|${match}|${after}`).toBe(shown);
});

test("a search through many transcripts lets others go first now and then", async () => {
  const stored = await storeWith(Array.from({ length: 401 }, () => "words"));
  let others = 0;
  setImmediate(() => others++);
  await searchTranscripts(stored, search("zebra"));
  expect(others).toBe(1);
});
