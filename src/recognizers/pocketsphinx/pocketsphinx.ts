import { availableParallelism } from "node:os";

import { durationMs } from "../../audio/pcm.ts";
import type { VoiceActivityDetector } from "../../audio/voice-activity.ts";
import { RecognizerError } from "../errors.ts";
import type { Recognition, Recognizer, Word } from "../recognizer.ts";
import { createDecoderPool } from "./decoder-pool.ts";
import { createEnergyDetector } from "./energy-detector.ts";
import type { HeardWord } from "./engine.ts";
import { speechIn } from "./speech-gate.ts";

export interface PocketSphinxOptions {
  /** Tells where speech is; what is none is never decoded. Stays the caller's to close. One of its own unless told. */
  readonly detector?: VoiceActivityDetector;
  /** The longest clip that is taken, in ms; 30,000 unless told. */
  readonly maxClipMs?: number;
  /** Processes at most, about 150 MB each once they are used; one for each core, up to 4, unless told. */
  readonly workers?: number;
  /** Calls that may wait for a free process, 64 unless told; more are refused with QUEUE.FULL. */
  readonly maxWaiting?: number;
  /** How long the decoding of one clip may take, in ms; 120,000 unless told. */
  readonly deadlineMs?: number;
  /** Name or path of the library; Debian's libpocketsphinx3 unless told. */
  readonly library?: string;
  /** Folder of the model; Debian's pocketsphinx-en-us unless told. */
  readonly modelFolder?: string;
}

/** The recognizer that needs no service: English only, every fourth word wrong, good for trying things out. */
export interface PocketSphinx extends Recognizer {
  /** Makes sure that library and model can be loaded. Throws RecognizerError POCKETSPHINX.MISSING where they are not installed. */
  ready(signal: AbortSignal): Promise<void>;
  /** Ends all processes and calls. */
  close(): Promise<void>;
}

/**
 * The embedded recognizer, CMU PocketSphinx: plain lower-case words with their times, and the mean of their posteriors as
 * confidence. Processes start with the first call.
 */
export function createPocketSphinx(options: PocketSphinxOptions = {}): PocketSphinx {
  const detector = options.detector ?? createEnergyDetector();
  const { maxClipMs = 30_000, maxWaiting = 64, deadlineMs = 120_000 } = options;
  const workers = options.workers ?? Math.min(4, availableParallelism());
  const pool = createDecoderPool({
    workers,
    deadlineMs,
    library: options.library ?? "libpocketsphinx.so.3",
    modelFolder: options.modelFolder ?? "/usr/share/pocketsphinx/model/en-us",
  });
  let inside = 0;
  let proven = false;

  return {
    name: "pocketsphinx",
    maxClipMs,
    sampleRate: 16_000,
    async recognize({ samples, sampleRate }, { signal }) {
      signal.throwIfAborted();
      if (sampleRate !== 16_000)
        throw rejected("CLIP.RATE", `needs 16,000 samples a second, not ${sampleRate}`);
      const lengthMs = durationMs(samples, sampleRate);
      if (lengthMs > maxClipMs)
        throw rejected("CLIP.TOO_LONG", `takes ${maxClipMs} ms at most, not ${lengthMs}`);
      if (inside >= workers + maxWaiting) throw queueFull(inside);
      inside += 1;
      try {
        const spans = await speechIn(samples, detector, signal);
        if (spans.length === 0) return { text: "", words: [] };
        const heard = await pool.decode(
          spans.map(({ startMs, endMs }) => samples.subarray(startMs * 16, endMs * 16)),
          signal,
        );
        proven = true;
        return recognitionOf(heard.flatMap((words, index) => shifted(words, spans[index]?.startMs ?? 0)));
      } finally {
        inside -= 1;
      }
    },
    async ready(signal) {
      if (proven) return;
      await pool.decode([], signal);
      proven = true;
    },
    async close() {
      proven = false;
      await pool.close();
      if (options.detector === undefined) await detector.close();
    },
  };
}

function shifted(words: readonly HeardWord[], byMs: number): HeardWord[] {
  return words.map((word) => ({ ...word, startMs: word.startMs + byMs, endMs: word.endMs + byMs }));
}

function recognitionOf(heard: readonly HeardWord[]): Recognition {
  const words = heard.map(({ text, startMs, endMs }): Word => ({ text, startMs, endMs }));
  const text = words.map((word) => word.text).join(" ");
  if (heard.length === 0) return { text, words };
  const sum = heard.reduce((total, { probability }) => total + probability, 0);
  return { text, confidence: sum / heard.length, words };
}

function rejected(code: string, why: string): RecognizerError {
  return new RecognizerError(`The embedded recognizer ${why}`, { kind: "rejected", code, retryable: false });
}

function queueFull(inside: number): RecognizerError {
  return new RecognizerError(`${inside} clips wait for the embedded recognizer already`, {
    kind: "throttled",
    code: "QUEUE.FULL",
    retryable: true,
  });
}
