import { readFile } from "node:fs/promises";

import { commands } from "../../commands/index.ts";
import { createBot } from "../../src/bot/bot.ts";
import { createExplain } from "../../src/explanations/create-explain.ts";
import { createWords } from "../../src/explanations/words.ts";
import { createSqliteJobs } from "../../src/jobs/sqlite-jobs.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Transcriber } from "../../src/transcription/transcriber.ts";

/** What a test tells the process, as JSON in its first argument. */
export interface BotProcessOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly origin: string;
  readonly dataDir: string;
}

const { token, apiUrl, origin, dataDir } = JSON.parse(process.argv[2] ?? "{}") as BotProcessOptions;

/** Each word of the file is a clip; clips that are known are not said again but counted, so that a test sees what was paid for twice. */
const transcriber: Transcriber = {
  languages: ["en"],
  identityOf: () => "sis",
  async transcribe(path, { known = [], onClip, onProgress }) {
    const words = (await readFile(path, "utf8")).split(" ");
    onProgress?.({ clipsDone: 0, clips: words.length });
    for (const [index, text] of words.entries()) {
      if (known.some((clip) => clip.index === index)) continue;
      process.send?.({ recognized: text });
      const times = { startMs: index * 1000, endMs: index * 1000 + 900 };
      await onClip?.({
        index,
        ...times,
        text,
        confidence: 0.9,
        words: null,
        requestId: null,
        recognizer: "sis",
      });
      onProgress?.({ clipsDone: index + 1, clips: words.length });
    }
    return {
      durationMs: words.length * 1000,
      text: words.join(" "),
      confidence: 0.9,
      segments: [],
      recognizer: "sis",
      requests: words.length,
      lostMs: 0,
      cutShort: false,
    };
  },
};

const store = await openStore({ dataDir });
const silent = (): void => undefined;
const bot = createBot({
  token,
  apiUrl,
  cdnOrigins: [origin],
  dataDir,
  maxAudioMinutes: 120,
  maxDownloadMb: 100,
  transcriber,
  openCaptions: Object.assign(
    () => {
      throw new Error("this bot has no ears");
    },
    { languages: ["en"] },
  ),
  recognizer: { name: "sis", host: null },
  jobs: createSqliteJobs({ store, pollMs: 50, backoff: { firstMs: 20, maxMs: 200 } }),
  store,
  words: createWords(),
  explain: createExplain(),
  commands,
  log: { debug: silent, info: silent, warn: silent, error: silent },
  onLost: silent,
  limits: { editEveryMs: 1 },
});
await bot.start();
process.send?.({ ready: true });
