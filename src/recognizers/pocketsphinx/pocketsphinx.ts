import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";

import { durationMs } from "../../audio/pcm.ts";
import type { VoiceActivityDetector } from "../../audio/voice-activity.ts";
import { RecognizerError } from "../errors.ts";
import { matchLanguage, unheardLanguage } from "../languages.ts";
import type { Recognition, Recognizer, RecognizerService, Word } from "../recognizer.ts";
import { createDecoderPool } from "./decoder-pool.ts";
import type { HeardWord } from "./engine.ts";
import { createSpeechGate } from "./speech-gate.ts";

export interface PocketSphinxOptions {
  /** Tells where speech is; what is none is never decoded. Stays the caller's to close. Silero, of its own, unless told. */
  readonly detector?: VoiceActivityDetector;
  /** The longest clip that is taken, in ms; 30,000 unless told. */
  readonly maxClipMs?: number;
  /** Processes at most, about 180 MB each once they are used; one for each core, up to 4, unless told. */
  readonly workers?: number;
  /** Calls that may wait for a free process, 64 unless told; more are refused with QUEUE.FULL. */
  readonly maxWaiting?: number;
  /** How long the decoding of one clip may take, in ms; 120,000 unless told. */
  readonly deadlineMs?: number;
  /** Name or path of the library; Debian's libpocketsphinx3 unless told. */
  readonly library?: string;
  /** Folder of the model; Debian's pocketsphinx-en-us unless told. */
  readonly modelFolder?: string;
  /** Path of a JSGF grammar that says all that can be heard; English at large unless told. */
  readonly grammar?: string;
}

/** The recognizer that needs no service: English only, every fourth word wrong, good for trying things out. */
export interface PocketSphinx extends Recognizer, RecognizerService {
  /** Makes sure that library and model can be loaded. Throws RecognizerError POCKETSPHINX.MISSING where they are not installed. */
  ready(signal: AbortSignal): Promise<void>;
}

/**
 * The embedded recognizer, CMU PocketSphinx: plain lower-case words with their times, and the mean of their posteriors as
 * confidence. Processes start with the first call.
 */
export function createPocketSphinx(options: PocketSphinxOptions = {}): PocketSphinx {
  const gate = createSpeechGate(options.detector);
  const { maxClipMs = 30_000, maxWaiting = 64, deadlineMs = 120_000 } = options;
  const workers = options.workers ?? Math.min(4, availableParallelism());
  const pool = createDecoderPool({
    workers,
    deadlineMs,
    library: options.library ?? "libpocketsphinx.so.3",
    modelFolder: options.modelFolder ?? "/usr/share/pocketsphinx/model/en-us",
    grammar: options.grammar,
  });
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let proven = false;

  /** Until it is done, aborted or closed; nobody closes the detector under it. */
  async function run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = AbortSignal.any([signal, closing.signal]);
    stop.throwIfAborted();
    const call = work(stop);
    running.add(call);
    try {
      return await call;
    } finally {
      running.delete(call);
    }
  }

  async function recognize(samples: Int16Array, signal: AbortSignal): Promise<Recognition> {
    const spans = await gate.speechIn(samples, signal);
    if (spans.length === 0) return { text: "", words: [] };
    const heard = await pool.decode(
      spans.map(({ startMs, endMs }) => samples.subarray(startMs * 16, endMs * 16)),
      signal,
    );
    proven = true;
    return recognitionOf(heard.flatMap((words, index) => shifted(words, spans[index]?.startMs ?? 0)));
  }

  const sphinx: PocketSphinx = {
    name: "pocketsphinx",
    identity: "pocketsphinx",
    languages: ["en"],
    maxClipMs,
    sampleRate: 16_000,
    recognizerFor({ language }) {
      if (language !== undefined && matchLanguage(["en"], language) === undefined)
        throw unheardLanguage("The embedded recognizer", language);
      return sphinx;
    },
    async recognize({ samples, sampleRate }, { signal }) {
      const lengthMs = durationMs(samples, sampleRate);
      if (sampleRate !== 16_000)
        throw rejected("CLIP.RATE", `takes 16,000 samples a second, not ${sampleRate}`);
      if (lengthMs > maxClipMs)
        throw rejected("CLIP.TOO_LONG", `takes ${maxClipMs} ms at most, not ${lengthMs}`);
      if (running.size >= workers + maxWaiting) throw queueFull(running.size);
      return run(signal, (stop) => recognize(samples, stop));
    },
    async ready(signal) {
      if (!proven) await run(signal, (stop) => pool.decode([], stop));
      proven = true;
    },
    async close() {
      proven = false;
      closing.abort(closed());
      await pool.close();
      await Promise.allSettled(running);
      await gate.close();
    },
  };
  return sphinx;
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

function closed(): RecognizerError {
  return new RecognizerError("The embedded recognizer was closed", {
    kind: "unavailable",
    code: "POCKETSPHINX.CLOSED",
    retryable: false,
  });
}

function queueFull(waiting: number): RecognizerError {
  return new RecognizerError(`${waiting} clips wait for the embedded recognizer already`, {
    kind: "throttled",
    code: "QUEUE.FULL",
    retryable: true,
  });
}
