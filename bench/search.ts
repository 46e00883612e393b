import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { searchTranscripts } from "../src/bot/records/transcript-search.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

/** As many as a busy server has in a month: 650 recordings a day. */
const transcripts = 20_000;
const wordsEach = 75;
const rounds = 5;
/** Whoever searches sees that it is worked on, but not for longer than that. */
const mostMs = 3000;

/** Reading through every transcript, beside SQLite's full-text index, which holds the words a second time and in the open. */
export const searchBenchmark: Benchmark = {
  name: "search",
  async run() {
    const texts = [...randomTexts()];
    const index = indexed(texts);
    const rows: BenchmarkRow[] = [];
    for (const dataKey of [undefined, "a key of at least sixteen characters"]) {
      rows.push(await measure(texts, { dataKey, index }));
    }
    index.close();
    return rows;
  },
};

async function measure(
  texts: readonly string[],
  { dataKey, index }: { readonly dataKey: string | undefined; readonly index: DatabaseSync },
): Promise<BenchmarkRow> {
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-search-"));
  const store = await openStore({ dataDir, dataKey });
  for (const [at, text] of texts.entries()) {
    await store.transcripts.put({
      key: `${at}`,
      guildId: "1",
      channelId: "2",
      parentId: null,
      memberId: "3",
      askerId: null,
      isPrivate: false,
      linkId: null,
      linkChannelId: null,
      createdAtMs: at,
      text,
      details: "{}",
    });
  }
  // Found in the oldest only, so that every one is looked at.
  const search = async (): Promise<number> => {
    const { hits } = await searchTranscripts(store.transcripts, {
      query: { guildId: "1", readerId: "4" },
      text: "pomegranate",
      speakerId: null,
      mayRead: () => true,
      mostHits: 5,
    });
    return hits.length;
  };
  const match = index.prepare("select rowid from words where words match 'pomegranate'");
  const ours = await median(search);
  const alternative = await median(async () => Promise.resolve(match.all().length));
  await store.close();
  rmSync(dataDir, { recursive: true });
  return {
    what: `search for a word through ${transcripts} transcripts${dataKey === undefined ? "" : ", encrypted"}`,
    ours: `${ours.toFixed(0)} ms, no index`,
    alternative: `${alternative.toFixed(2)} ms with FTS5, words in the open`,
    ratio: `${(ours / alternative).toFixed(0)}× later`,
    bar: `at most ${mostMs} ms`,
    met: ours <= mostMs,
  };
}

async function median(search: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    if ((await search()) !== 1) throw new Error("the search did not find the one there is");
    times.push(performance.now() - startedMs);
  }
  return times.sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function indexed(texts: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec("create virtual table words using fts5(text)");
  const insert = database.prepare("insert into words (text) values (?)");
  database.exec("begin");
  for (const text of texts) insert.run(text);
  database.exec("commit");
  return database;
}

/** Half a minute of speech each, the same in every run; the word that is looked for is in the first. */
function* randomTexts(): Generator<string> {
  let state = 1;
  const word = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state % 5000).toString(36).padStart(5, "o");
  };
  for (let text = 0; text < transcripts; text++) {
    const spoken = Array.from({ length: wordsEach }, word).join(" ");
    yield text === 0 ? `${spoken} pomegranate` : spoken;
  }
}
