import process, { argv, stdout } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { createSileroDetector } from "../src/audio/silero.ts";
import { createQuota } from "../src/recognizers/quota.ts";
import type { Recognizer, ScheduledRecognizer } from "../src/recognizers/recognizer.ts";
import { retrying } from "../src/recognizers/retrying.ts";
import { scheduled } from "../src/recognizers/scheduled.ts";
import { createLocalSlots } from "../src/recognizers/slots.ts";
import { createTranscriber } from "../src/transcription/transcribe.ts";
import { transcriptFile } from "../src/transcription/file-formats.ts";

/** What a run over a long file came to. */
export interface LongFileRun {
  readonly durationMs: number;
  readonly clips: number;
  readonly words: number;
  readonly tookMs: number;
  /** The most memory this process ever had, and its children, each in bytes. */
  readonly rssBytes: number;
}

const tenWords = "these are ten words that stand for what was said";
const signal = new AbortController().signal;

/** A service that answers at once, behind the quota of an account: the memory is ours alone, at the pace it really has. */
const service: Recognizer = {
  name: "sis",
  identity: "sis",
  maxClipMs: 30_000,
  sampleRate: 16_000,
  async recognize() {
    await delay(20);
    return { text: tenWords, confidence: 0.9 };
  },
};
const quota = createQuota({ slots: createLocalSlots({ qps: 3 }) });
const recognizer: ScheduledRecognizer = retrying(scheduled(service, quota));

// Transcribes one file from beginning to end, lays its words out as subtitles, and tells what that took.
const [path = ""] = argv.slice(2);
const detector = await createSileroDetector();
const begun = performance.now();
const transcript = await createTranscriber({ recognizer, detector }).transcribe(path, {
  signal,
  turn: { lane: "file", guildId: "bench", memberId: "bench" },
  maxDurationMs: 24 * 3_600_000,
});
transcriptFile(path, transcript, "srt");
const run: LongFileRun = {
  durationMs: transcript.durationMs,
  clips: transcript.requests,
  words: transcript.text.split(" ").length,
  tookMs: performance.now() - begun,
  rssBytes: process.resourceUsage().maxRSS * 1024,
};
quota.close();
await detector.close();
stdout.write(`${JSON.stringify(run)}\n`);
