import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { Config } from "../config.ts";
import { recordingRecognizerNames } from "../config/recordings.ts";
import { createLog } from "../log.ts";
import { openLongRecordings } from "../speech/long-recordings.ts";
import { TranscriptionError } from "../transcription/errors.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import type { Transcript } from "../transcription/transcript.ts";
import type { WholeProgress, WholeStep } from "../transcription/whole-recording.ts";
import { WebError } from "../web/errors.ts";
import { startWebServer, type WebServer } from "../web/server.ts";

/** Files for a service that takes recordings whole, for as long as a command runs. */
export interface WholeFiles {
  /** The words, or undefined where clips are the way: the file is short, or the service would not do. Throws TranscriptionError. */
  transcribe(path: string, options: WholeFileOptions): Promise<Transcript | undefined>;
  close(): Promise<void>;
}

export interface WholeFileOptions {
  readonly signal: AbortSignal;
  readonly maxDurationMs: number;
  /** What keeps the service from doing it is thrown, and not healed by clips. */
  readonly insists: boolean;
}

/**
 * The service fetches files from PUBLIC_URL, so they are served while the command runs. Where the bot itself listens there,
 * it does that: both use the same DATA_DIR. Undefined where no such service is configured; throws WebError.
 */
export async function openWholeFiles(config: Config): Promise<WholeFiles | undefined> {
  let knock = Promise.withResolvers<void>();
  const long = openLongRecordings({
    config,
    log: createLog("silent"),
    async wake() {
      knock.resolve();
      return await Promise.resolve(true);
    },
  });
  if (!long) return undefined;
  const server = await serve(config, long.routes);
  const { whole } = long;

  const goOn = async (
    next: () => Promise<WholeStep>,
    { signal, insists }: WholeFileOptions,
  ): Promise<Transcript | undefined> => {
    for (;;) {
      knock = Promise.withResolvers();
      const step = await next();
      if (step.type === "words") return step.transcript;
      if (step.type === "refused" && insists) throw step.error;
      if (step.type !== "waiting") return undefined;
      await pause(step.afterMs, knock.promise, signal);
    }
  };

  return {
    async transcribe(path, options) {
      const owner = { kind: "file", key: randomUUID(), memberId: "" };
      let progress: WholeProgress | null = null;
      const { signal, maxDurationMs } = options;
      const file = async (): Promise<string> => await Promise.resolve(path);
      const save = async (next: WholeProgress): Promise<void> => {
        progress = await Promise.resolve(next);
      };
      try {
        return await goOn(
          async () => await whole.step({ progress, owner, file, maxDurationMs, signal, save }),
          options,
        );
      } finally {
        await whole.discardOf(owner);
      }
    },
    async close() {
      await server?.close();
      await long.close();
    },
  };
}

/** Every file, short ones too, to one service for whole recordings; undefined where its account or PUBLIC_URL is missing. */
export function insisting(config: Config, service: string): Config | undefined {
  const recognizer = recordingRecognizerNames.find((name) => name === service);
  const isReady = recognizer === "alibaba" && config.alibaba.account && config.http.publicUrl !== undefined;
  return isReady ? { ...config, recordings: { recognizer, longMinutes: 0 } } : undefined;
}

/** The same as something that clips are asked of: what the service will not do is an error then. */
export function wholeTranscriber(files: WholeFiles): Pick<Transcriber, "transcribe"> {
  return {
    async transcribe(path, { signal, maxDurationMs }) {
      const transcript = await files.transcribe(path, { signal, maxDurationMs, insists: true });
      if (transcript) return transcript;
      throw new TranscriptionError("over the service's limits", { reason: "too-long", retryable: false });
    },
  };
}

/** Waits for a time or a knock, whichever comes first, and leaves no timer behind. */
async function pause(ms: number, knock: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  try {
    await Promise.race([knock, timer]);
  } finally {
    over.abort();
    await timer.catch(() => undefined);
  }
  signal.throwIfAborted();
}

async function serve({ http }: Config, routes: WebServerRoutes): Promise<WebServer | undefined> {
  try {
    return await startWebServer({ ...http, routes: [], roomyRoutes: [routes], onError: () => undefined });
  } catch (error) {
    if (error instanceof WebError && error.code === "port-taken") return undefined;
    throw error;
  }
}

type WebServerRoutes = Parameters<typeof startWebServer>[0]["routes"][number];
