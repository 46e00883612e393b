import type { VoiceActivityDetector } from "../audio/voice-activity.ts";
import type { Config, RecognizerName, TencentConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { createBreaker } from "../recognizers/breaking.ts";
import { createSis } from "../recognizers/huawei/sis.ts";
import { createSisSentence } from "../recognizers/huawei/sis-sentence.ts";
import { type Attempt, observed } from "../recognizers/observed.ts";
import { createPocketSphinx } from "../recognizers/pocketsphinx/pocketsphinx.ts";
import type { Quota } from "../recognizers/quota.ts";
import type { createRedisSlots } from "../recognizers/redis-slots.ts";
import type { RecognizerFor, RecognizerService } from "../recognizers/recognizer.ts";
import { createRecognizerFor } from "../recognizers/recognizer-for.ts";
import { type RetryOptions, retrying } from "../recognizers/retrying.ts";
import type { StreamingService } from "../recognizers/streaming-recognizer.ts";
import { createTencentRealtime } from "../recognizers/tencent/realtime.ts";
import { createTencent } from "../recognizers/tencent/tencent.ts";
import { createQuotas, type WaitingCalls } from "./quotas.ts";

/** A speech service that is ready to be asked, with its quota, retries and breaker around every recognizer of it. */
export interface OpenService {
  readonly name: RecognizerName;
  /** The host the audio goes to, or null where it stays on this machine. */
  readonly host: string | null;
  /** Languages it can be asked for; the one that is configured comes first. */
  readonly languages: readonly string[];
  readonly recognizerFor: RecognizerFor;
  /** The same, for those who can ask somebody else: it gives up after a few seconds. */
  readonly impatientFor: RecognizerFor;
  /** Listens while people speak; undefined where the service does not, or is not set up for it. */
  readonly streaming: StreamingService | undefined;
  /** The host that what people are saying goes to then. */
  readonly streamingHost: string | null;
}

/** The speech services of this process; each is opened when it is first asked for, and once. */
export interface Services {
  /** Throws TypeError where the configuration lacks its credentials: `readConfig` is told what is needed. */
  open(name: RecognizerName): OpenService;
  waiting(): WaitingCalls;
  close(): Promise<void>;
}

/** Who watches the services; none of these may throw. */
export interface ServicesWatch {
  /** Told of every call when it is over. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
  /** A service was given up for a while, or answers again. */
  readonly onBreaker?: ((recognizer: string, state: "open" | "closed") => void) | undefined;
}

export interface ServicesOptions extends ServicesWatch {
  readonly config: Config;
  readonly log: Log;
  /** For the embedded recognizer; stays the caller's to close. */
  readonly detector: VoiceActivityDetector;
  /** Given, quotas are shared over Redis. */
  readonly redisSlots?: typeof createRedisSlots | undefined;
  /** A service was away and answers again. */
  readonly onBack?: (() => void) | undefined;
}

const breakerSays = {
  open: "the speech service is down; it is given a rest, and notes wait",
  closed: "the speech service is back",
};

/** Where somebody else can be asked: a slip is forgiven, an outage is not waited for. */
const impatience: RetryOptions = { maxRetries: 1, maxRetriesThrottled: 2, maxElapsedMs: 4000 };

interface Client {
  readonly service: RecognizerService;
  readonly quota: Quota;
  readonly host: string | null;
  readonly streaming?: StreamingService;
}

/** Opens nothing until it is asked to. */
export function createServices(options: ServicesOptions): Services {
  const opened = new Map<RecognizerName, OpenService>();
  const closing: (() => Promise<void> | void)[] = [];
  const quotas = createQuotas(options, (close) => closing.unshift(close));

  const openClient = (name: RecognizerName): Client => {
    const { config, detector } = options;
    if (name === "pocketsphinx") {
      const service = createPocketSphinx({ detector });
      return { service, quota: quotas.embedded(), host: null };
    }
    if (name === "tencent") {
      const { tencent } = config;
      if (!tencent.key) throw new TypeError("Tencent is used without a key");
      const service = createTencent({ ...tencent, key: tencent.key });
      const quota = quotas.shared("quota-tencent", tencent.maxQps);
      return { service, quota, host: hostOf(tencent.endpoint), ...realtimeOf(tencent) };
    }
    const { credentials } = config.sis;
    if (!credentials) throw new TypeError("SIS is used without credentials");
    const access = { ...config.sis, credentials };
    const service = name === "sis" ? createSis(access) : createSisSentence(access);
    return { service, quota: quotas.shared("quota", config.sis.maxQps), host: hostOf(config.sis.endpoint) };
  };

  return {
    open(name) {
      const known = opened.get(name);
      if (known) return known;
      const { service, quota, host, streaming } = openClient(name);
      closing.push(() => service.close());
      if (streaming) closing.push(() => streaming.close());
      const fresh = {
        name,
        host,
        languages: service.languages,
        streaming,
        streamingHost: streaming ? hostOf(options.config.tencent.realtimeEndpoint) : null,
        ...around(service, quota, options),
      };
      opened.set(name, fresh);
      return fresh;
    },
    waiting: () => quotas.waiting(),
    async close() {
      for (const close of closing) await close();
    },
  };
}

/** Realtime recognition needs the account's number besides the key. */
function realtimeOf({ key, appId, realtimeEndpoint, engine, timeoutSeconds }: TencentConfig): {
  readonly streaming?: StreamingService;
} {
  if (!key || appId === undefined) return {};
  return {
    streaming: createTencentRealtime({ key, appId, endpoint: realtimeEndpoint, engine, timeoutSeconds }),
  };
}

/** Observation, breaker and retries, the same for every service. */
function around(
  service: RecognizerService,
  quota: Quota,
  options: ServicesOptions,
): Pick<OpenService, "recognizerFor" | "impatientFor"> {
  const { log, onBack, onAttempt, onBreaker } = options;
  const observe = (attempt: Attempt): void => {
    const level = attempt.outcome === "ok" || attempt.outcome === "aborted" ? "debug" : "warn";
    log[level]({ ...attempt, event: "recognizer-attempt" });
    onAttempt?.(attempt);
  };
  const breaker = createBreaker({
    onChange(state) {
      log.warn({ event: "recognizer-breaker", state, recognizer: service.name }, breakerSays[state]);
      onBreaker?.(service.name, state);
      if (state === "closed") onBack?.();
    },
  });
  const tried = (retries: RetryOptions): RecognizerFor =>
    createRecognizerFor(service, {
      quota,
      around: (recognizer) => retrying(breaker(observed(recognizer, observe)), retries),
    });
  return { recognizerFor: tried({}), impatientFor: tried(impatience) };
}

function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
