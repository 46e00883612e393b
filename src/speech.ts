import { join } from "node:path";

import { opusEngine } from "./audio/opus-engine.ts";
import { createSileroDetector } from "./audio/silero.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { createSis } from "./recognizers/huawei/sis.ts";
import { breaking } from "./recognizers/breaking.ts";
import { type Attempt, observed } from "./recognizers/observed.ts";
import { createPocketSphinx } from "./recognizers/pocketsphinx/pocketsphinx.ts";
import { createQuota, type Quota } from "./recognizers/quota.ts";
import type { Recognizer, ScheduledRecognizer } from "./recognizers/recognizer.ts";
import { retrying } from "./recognizers/retrying.ts";
import { scheduled } from "./recognizers/scheduled.ts";
import { createLocalSlots, type SlotSource } from "./recognizers/slots.ts";
import { createSqliteSlots } from "./recognizers/sqlite-slots.ts";
import { prepareFolder } from "./store/data-folder.ts";
import { createCaptions, type OpenCaptions } from "./transcription/captions.ts";
import { createTranscriber } from "./transcription/transcribe.ts";
import type { Transcriber } from "./transcription/transcriber.ts";

/** From audio files to words, wired up for one process. */
export interface Speech {
  readonly transcriber: Transcriber;
  readonly openCaptions: OpenCaptions;
  /** The recognizer's name, as in "sis". */
  readonly recognizer: string;
  /** The host the audio goes to, or null where it stays on this machine. */
  readonly host: string | null;
  close(): Promise<void>;
}

export interface SpeechOptions {
  /** The service was away and answers again. */
  readonly onBack?: () => void;
}

const breakerSays = {
  open: "the speech service is down; it is given a rest, and notes wait",
  closed: "the speech service is back",
};

/** The embedded recognizer has no quota; its calls take turns all the same, as fast as its processes are. */
const embeddedQps = 50;

/** Wires recognizer, quota, retries and voice activity detection as the configuration says. Creates the data folder. */
export async function openSpeech(config: Config, log: Log, { onBack }: SpeechOptions = {}): Promise<Speech> {
  // Loaded now, so that the first note does not wait for it.
  opusEngine();
  const detector = await createSileroDetector();
  const closing: (() => Promise<void> | void)[] = [() => detector.close()];
  const { recognizer, slots, host } =
    config.recognizer === "sis"
      ? await sis(config, log, closing)
      : embedded(closing, () => createPocketSphinx({ detector }));
  const quota: Quota = createQuota({ slots });
  closing.unshift(() => quota.close());
  const observe = (attempt: Attempt): void => {
    const level = attempt.outcome === "ok" || attempt.outcome === "aborted" ? "debug" : "warn";
    log[level]({ ...attempt, event: "recognizer-attempt" });
  };
  const onChange = (state: "open" | "closed"): void => {
    log.warn({ event: "recognizer-breaker", state }, breakerSays[state]);
    if (state === "closed") onBack?.();
  };
  const stack: ScheduledRecognizer = retrying(
    breaking(observed(scheduled(recognizer, quota), observe), { onChange }),
  );
  return {
    transcriber: createTranscriber({ recognizer: stack, detector }),
    openCaptions: ({ guildId, sessionStartMs }) =>
      createCaptions({ recognizer: stack, detector, guildId, sessionStartMs }),
    recognizer: recognizer.name,
    host,
    async close() {
      for (const close of closing) await close();
    },
  };
}

interface Service {
  readonly recognizer: Recognizer;
  readonly slots: SlotSource;
  readonly host: string | null;
}

/** The quota counts over all processes that share the data folder: its slots lie in a file there. */
async function sis(config: Config, log: Log, closing: (() => Promise<void> | void)[]): Promise<Service> {
  const { sis: settings } = config;
  const { credentials } = settings;
  if (!credentials) throw new TypeError("SIS is used without credentials");
  const recognizer = createSis({ ...settings, credentials });
  closing.push(() => recognizer.close());
  prepareFolder(config.dataDir);
  const slots = createSqliteSlots({
    path: join(config.dataDir, "quota.db"),
    qps: settings.maxQps,
    onTrouble: (error) =>
      log.warn({ err: error, event: "quota-file" }, "this process keeps its own pace meanwhile"),
  });
  return { recognizer, slots, host: new URL(settings.endpoint).host };
}

function embedded(
  closing: (() => Promise<void> | void)[],
  create: () => ReturnType<typeof createPocketSphinx>,
): Service {
  const recognizer = create();
  closing.push(() => recognizer.close());
  return { recognizer, slots: createLocalSlots({ qps: embeddedQps }), host: null };
}
